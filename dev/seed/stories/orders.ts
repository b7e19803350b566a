import { crackedCrate, pdf, redLight } from '../files.js'
import { assign, day, draft, mail, note, priority, reply, type Story, status, story } from '../story.js'
import { customers, person } from './customers.js'

const { ada, jo, okonkwo, wile } = customers
const marcus = person('Marcus Bell', 'marcus@redrock-outfitters.example', { company: 'Red Rock Outfitters' })

/** The long ones: orders that went wrong and were put right. */
export const orders: Story[] = [
  story('support', ada, 'Order A-20417: two of six crates arrived open', [
    mail(
      day(11, '08:52'),
      `Hello,

our delivery of this morning (order A-20417, six crates of magnets) came with two crates open and one of them cracked right through the lid. The driver let me write it on the slip but said to contact you.

Photo of the worse one attached. The shop opens its summer sale on Friday week, so I would need to know quickly what happens next.

Adaeze Nwosu
Red Rock Outfitters`,
      { files: [crackedCrate('crate-3-lid.png')] },
    ),
    assign('9m', 'dana'),
    priority('1m', 'dana', 'high'),
    reply(
      '14m',
      'dana',
      `Good morning Adaeze,

I am sorry about that, and thank you for the photo: it is exactly what the carrier needs.

Could you please check two things before you unpack further?

1. Are any of the magnets in crates 3 and 5 chipped?
2. Do the tilt stickers on the outside show red?

Please keep the packing until we have the carrier's answer.`,
    ),
    mail(
      '1h',
      `Crate 3: four of twelve chipped. Crate 5: all fine as far as I can see, they are just dusty.

The sticker on 3 is red, on 5 white.`,
      { style: 'gmail' },
    ),
    note(
      '6m',
      'dana',
      'Carrier claim opened, reference **SL-88213**. They want the slip as well, not only the photo. Kim, do we have four S-type magnets left in Flagstaff?',
    ),
    note('22m', 'kim', 'Seven left. I put four aside under her name until Wednesday.'),
    reply(
      '8m',
      'dana',
      `Thank you, that was quick.

Four replacements are set aside in Flagstaff and leave today, free of charge, so they will be with you on **Thursday**, well before the sale. Could you send me a picture of the signed slip? The carrier asks for it, and then this costs neither of us anything.`,
    ),
    mail('3h', `Here it is. Marcus from our warehouse is in copy, he will be there on Thursday.`, {
      files: [
        pdf('delivery-slip-A-20417.pdf', [
          'Delivery slip',
          'Order A-20417',
          '6 crates, 312 kg',
          'Crates 3 and 5 open on arrival.',
          'Signed: A. Nwosu',
        ]),
      ],
      cc: [marcus],
      style: 'gmail',
    }),
    reply(
      '12m',
      'dana',
      `Perfect, both are with the carrier now. Marcus, the parcel is one box of 19 kg, no forklift needed.

Tracking: SL-4471-0932`,
      { cc: [marcus] },
    ),
    mail('18h', `Morning, Marcus here. Tracking says "held at depot". Anything I should do?`, {
      from: marcus,
      style: 'gmail',
    }),
    reply(
      '25m',
      'dana',
      `Good morning Marcus,

nothing to do: magnets travel as dangerous goods and wait for the next truck with the right papers. It is on the 11:40 run, so this afternoon.`,
      { cc: [marcus] },
    ),
    mail('6h', `Arrived, all four in one piece. Thanks!`, { from: marcus, style: 'gmail' }),
    reply(
      '7m',
      'dana',
      `Great to hear. I leave this open with me until the carrier has paid, you need not do anything.`,
      { cc: [marcus] },
    ),
    note('2d', 'dana', 'Carrier accepts the claim, 412.00 to our account within ten days.'),
    reply(
      '4m',
      'dana',
      `Hello Adaeze,

the carrier has accepted the claim, so this is settled. Good luck with the sale!`,
      { status: 'resolved' },
    ),
    mail(
      '20h',
      `That is how it should be. Thank you, Dana 🙏

One more thing while I have you: can the next order (A-20466) go out in the new boxes instead of the crates? The staff prefer them.`,
      { style: 'gmail' },
    ),
    assign('31m', 'dana'),
    note(
      '2m',
      'dana',
      'Boxes hold 40 kg at most, her order is 6 × 52. Ask the warehouse about double boxes.',
    ),
  ]),

  story('support', wile, 'Rocket skates accelerate by themselves', [
    mail(
      day(8, '10:03'),
      `The skates (order A-20388) start fine but then do not stop. I was told there is a lever. There is no lever.

W. Coyle`,
      { style: 'text' },
    ),
    assign('18m', 'sam'),
    priority('1m', 'sam', 'urgent'),
    reply(
      '6m',
      'sam',
      `Hello Mr Coyle,

first of all: please do not use them again until we have sorted this out. Are you all right?

The lever is on the inside of the **left** skate, below the flap. Could you look whether yours has the flap (model RS-4) or a smooth side (RS-3)?`,
    ),
    mail(
      '50m',
      `I am as well as can be expected. The canyon is deeper than it looks.

Smooth side.`,
      {},
    ),
    note(
      '10m',
      'sam',
      'RS-3 has no lever, it brakes by leaning back. The RS-4 manual was in the box by mistake – third case this month. Told the warehouse.',
    ),
    reply(
      '9m',
      'sam',
      `Thank you. Then you have an RS-3, and the wrong manual: it brakes when you **lean back**. The right manual is attached.

- Practise on sand, never on rock.
- Keep away from edges.
- Helmet, please.

As an apology the next tank of fuel is on us.`,
      {
        files: [
          pdf('RS-3-manual-page-1.pdf', [
            'RS-3 quick guide',
            '1. Sit down before you put them on.',
            '2. Lean forward to start.',
            '3. Lean back to brake.',
            '4. Do not read this while moving.',
          ]),
        ],
      },
    ),
    mail(
      '1d',
      `Leaning back works. Leaning back too far also works, in a way. Photo of the left one attached, the red light stays on.`,
      { files: [redLight('left-skate.png')] },
    ),
    reply(
      '40m',
      'sam',
      `The red light means the tank is empty, which is the safest state these can be in. The free one ships tomorrow.`,
    ),
    mail('2d', `Tank arrived. Does the shop also sell a larger parachute?`, {}),
    reply(
      '3h',
      'sam',
      `We do: https://acme.test/parachutes – for your weight and these skates I would take the **P-12**. Shall I put one aside?`,
    ),
    mail('1d', `Two please. One for the way back.`, {}),
    draft('45m', 'sam', `Two P-12 are set aside for you, order A-20502. I will add`),
  ]),

  story('support', jo, 'The anvil came without instructions', [
    mail(
      day(1, '14:05'),
      `Hi,

my anvil (A-20490) arrived today, thanks for the quick delivery! There were no instructions in the box though. Which end goes up?

Jo`,
      { style: 'gmail' },
    ),
    reply(
      '22m',
      'kim',
      `Hi Jo,

that question comes up more often than you would think 🙂 The **flat** end goes up, the horn points away from you. The instructions are attached, page one is all you need.

Is the floor below it concrete or wood?`,
      {
        files: [
          pdf('anvil-quick-guide.pdf', [
            'Your anvil',
            '1. Put it down.',
            '2. Flat side up, horn away from you.',
            '3. Do not stand below it.',
          ]),
        ],
      },
    ),
  ]),

  story('support', okonkwo, 'Framework order for the dry season', [
    mail(
      day(16, '07:41'),
      `Dear Acme team,

as agreed in spring we would now like to place the order for the dry season:

  - 40 portable shade roofs
  - 12 magnets, large
  - 200 m tunnel cloth, sand

Could you confirm prices and the two-pallet rule, and send a pro-forma invoice for our customs agent?

Kind regards
Chidi Okonkwo
Savannah Safaris, Nairobi`,
    ),
    assign('1h', 'kim'),
    note(
      '4m',
      'kim',
      'Contract: 12 % on magnets only, freight free from two pallets. This is three pallets.',
    ),
    reply(
      '35m',
      'kim',
      `Dear Chidi,

thank you for the order. Confirmed:

- 40 shade roofs at the list price
- 12 large magnets with your 12 %
- 200 m tunnel cloth, sand

It makes three pallets, so freight is free. The pro-forma comes from our billing colleagues today.`,
    ),
    mail('5h', `Excellent. Our agent asks for HS codes per line, could these be on the pro-forma?`),
    reply('1h', 'kim', `They will be. You will have it tomorrow morning.`),
    mail(
      '1d',
      `Received, thank you. One correction: the consignee must read "Savannah Safaris Ltd.", without the "Tours".`,
    ),
    reply('26m', 'kim', `Corrected, the new one is attached.`, {
      files: [
        pdf('pro-forma-A-20401-v2.pdf', [
          'Pro-forma invoice',
          'Order A-20401',
          'Consignee: Savannah Safaris Ltd., Nairobi',
          '40 shade roofs   HS 6306.12',
          '12 magnets, large   HS 8505.11',
          '200 m tunnel cloth   HS 5903.90',
        ]),
      ],
    }),
    mail('3d', `The agent has what he needs. When does it sail?`),
    reply(
      '2h',
      'kim',
      `It is booked on the vessel of the 28th from Rotterdam, about 24 days to Mombasa. I will write when the container is sealed.`,
    ),
    mail(
      '2d',
      `Good. Please note that from the 20th my colleague Wanjiru takes over customs matters; she is in copy.`,
      {
        cc: [person('Wanjiru Kamau', 'wanjiru@savannah-safaris.example')],
      },
    ),
    reply('3h', 'kim', `Thank you, noted. Welcome, Wanjiru!`, {
      cc: [person('Wanjiru Kamau', 'wanjiru@savannah-safaris.example')],
    }),
    mail(
      '4d',
      `Hello Kim, could you tell me whether the magnets are packed in one crate or split? The inspector wants to see them first.`,
      {
        from: person('Wanjiru Kamau', 'wanjiru@savannah-safaris.example'),
      },
    ),
  ]),

  story('support', person('Tom Ellery', 'tom.ellery@ellery-farm.example'), 'Wrong size tunnel', [
    mail(
      day(6, '16:20'),
      `Ordered the painted tunnel in XL (A-20455), got M. My tractor does not fit, I tried.`,
    ),
    assign('30m', 'kim'),
    reply(
      '5m',
      'kim',
      `Hello Tom,

sorry, that is our mistake. XL leaves tomorrow; the driver takes the M back, no need to pack it nicely.

Did the tractor get hurt?`,
    ),
    mail('16h', `Only its pride. Tomorrow is fine, I am here all day.`),
    status('2d', 'kim', 'resolved'),
  ]),

  story(
    'support',
    person('Grace Liu', 'grace.liu@canyonclimb.example', { company: 'Canyon Climb' }),
    'Quote for 80 helmets with our logo',
    [
      mail(
        day(2, '09:30'),
        `Hello, we need 80 helmets in three sizes with our logo on both sides, delivered by the end of next month. Is that possible, and at what price?

Grace Liu
Canyon Climb`,
      ),
      assign('2h', 'kim'),
      reply(
        '15m',
        'kim',
        `Hello Grace,

yes, printing takes eight working days. For 80 pieces:

- helmets: 31.50 each
- print, both sides: 4.20 each
- set-up: 90.00 once

To print we need the logo as a vector file (SVG or PDF).`,
      ),
      mail('1h', `Great. Our designer is away until Monday, you will have the file then.`),
      note('3m', 'kim', 'Remind her on Tuesday if nothing has come.'),
    ],
  ),
]
