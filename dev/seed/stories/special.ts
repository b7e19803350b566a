import { textFile } from '../files.js'
import { ago, assign, day, mail, note, priority, reply, type Story, spam, status, story } from '../story.js'
import { customers, person } from './customers.js'

const { devries, jo, kerr, wile } = customers
const colleague = person('Callum Reid', 'callum.reid@highland-rail.example', { company: 'Highland Rail' })

/** What does not go the straight way: strangers in a thread, old tickets, forms, forged senders, quarantine. */
export const special: Story[] = [
  // A colleague who was sent a copy of the first mail answers that one: possibly related.
  story('support', kerr, 'Track magnets: inspection report', [
    mail(
      day(5, '09:20'),
      `Hello,

the yearly inspection of our track magnets is due. Please send the report form of this year.

Fiona Kerr`,
    ),
    assign('1h', 'dana'),
    reply(
      '20m',
      'dana',
      `Hello Fiona,

the form of this year is online: https://acme.test/inspection – sign page 2 and send it back, that is all.`,
    ),
    mail(
      '1d',
      `Fiona forwarded me her mail of yesterday, she is off sick. Where exactly do I find the form? The intranet blocks the link for me.

Callum Reid`,
      { from: colleague, answersFirst: true, style: 'outlook' },
    ),
  ]),

  // Somebody who was never part of the ticket answers our mail: held for the team until accepted.
  story(
    'support',
    person('Emma Stone-Hill', 'emma@stonehill-quarry.example', { company: 'Stonehill Quarry' }),
    'Delayed fuse, batch 88',
    [
      mail(
        day(3, '10:50'),
        `Hello, are fuses of batch 88 affected by your recall? We hold 400 of them.

Emma Stone-Hill`,
      ),
      assign('10m', 'sam'),
      priority('1m', 'sam', 'urgent'),
      reply(
        '15m',
        'sam',
        `Hello Emma,

batch 88 is **not** affected, only 80 to 86. You can go on using yours.`,
      ),
      mail(
        '1d',
        `Emma passed your answer on to me. Can I have this in writing with a signature? – R. Hobb, safety officer`,
        {
          from: person('R. Hobb', 'r.hobb@mine-safety.example'),
        },
      ),
    ],
  ),

  // Closed two months ago: the answer opens a new ticket that follows up the old one.
  story('support', devries, 'Tent pegs for soft ground', [
    mail(
      day(48, '10:00'),
      `Hallo, which pegs do you recommend for soft ground?

Sanne`,
    ),
    assign('1h', 'kim'),
    reply(
      '20m',
      'kim',
      `Hello Sanne, the long ones with the spiral (P-40). Twenty are enough for a festival tent.`,
      {
        status: 'resolved',
      },
    ),
    mail('1d', `Thanks, ordered!`),
    status('1d', 'kim', 'closed'),
    mail(
      day(1, '11:42'),
      `Hallo Kim, the spiral ones were perfect. Do they also exist in 60 cm? We have even softer ground this time :-)

Sanne`,
    ),
  ]),

  // The shop's own contact form: our address as sender, the customer in Reply-To.
  story(
    'support',
    person('Nadia Haas', 'nadia.haas@wohnen.example'),
    'Contact form: question about delivery',
    [
      mail(
        ago('2h'),
        `Name: Nadia Haas
E-mail: nadia.haas@wohnen.example
Subject: question about delivery

Do you deliver on Saturdays? I am at work on all other days.

-- 
Sent by the contact form of acme.test`,
        {
          replyTo: person('Nadia Haas', 'nadia.haas@wohnen.example'),
          unproven: true,
        },
      ),
    ],
  ),

  story(
    'support',
    person('Beatrix Funk', 'beatrix.funk@funk-und-sohn.example', { locale: 'de' }),
    'Liefertermin A-20458',
    [
      mail(
        day(4, '14:30'),
        `Guten Tag, wann kommt unsere Bestellung A-20458?

B. Funk`,
      ),
      assign('30m', 'dana'),
      reply(
        '10m',
        'dana',
        `Guten Tag Frau Funk,

sie ist für Dienstag eingeplant, zwischen 9 und 12 Uhr. Passt das?`,
      ),
      mail(
        '1m',
        `Vielen Dank für Ihre Nachricht. Ich bin bis zum 2. des Monats nicht im Büro und lese meine E-Mails nicht. In dringenden Fällen wenden Sie sich bitte an info@funk-und-sohn.example.

Beatrix Funk`,
        {
          subject: 'Abwesenheitsnotiz: Liefertermin A-20458',
          headers: { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' },
          style: 'none',
        },
      ),
    ],
  ),

  // A sender nobody could prove: the address of a known customer, from elsewhere.
  story(
    'billing',
    person('Adaeze Nwosu', 'adaeze@redrock-outfitters.example'),
    'New bank details for your refunds',
    [
      mail(
        ago('4h'),
        `Hello, please use our new bank account for all refunds from today:

IBAN XX00 0000 0000 0000 0000 00

Please confirm quickly, it is urgent.
Adaeze`,
        {
          unproven: true,
          headers: {
            'Authentication-Results':
              'mail.acme.test; spf=fail smtp.mailfrom=redrock-outfitters.example; dmarc=fail header.from=redrock-outfitters.example',
          },
        },
      ),
      note(
        '20m',
        'sam',
        '**Careful:** not proven to be from Red Rock. Called Adaeze: she has not written this. Do not answer.',
      ),
      assign('1m', 'sam'),
    ],
  ),

  // The site's own step failed while this one came in: it waits in quarantine, and Retry opens the ticket.
  story(
    'support',
    person('Olu Adeyemi', 'olu@adeyemi-garage.example'),
    'Order A-20477: please add a second tank',
    [
      mail(
        day(1, '23:58'),
        `Good evening,

could you add a second tank to my order A-20477 before it ships? I will pay the difference right away.

Olu`,
        { fails: true },
      ),
    ],
  ),

  story('support', wile, 'Catapult: spare rope', [
    mail(
      day(30, '09:40'),
      `Rope broke. The stone went the other way. Need a new one, 9 m.

W. Coyle`,
    ),
    assign('20m', 'sam'),
    reply(
      '10m',
      'sam',
      `Hello Mr Coyle, on its way (free, the rope has a year of warranty). May I recommend standing **beside** the catapult?`,
    ),
    mail('3d', `Arrived. Standing beside it now.`),
    reply('1h', 'sam', `Good!`, { status: 'resolved' }),
    status('7d', 'sam', 'closed'),
  ]),

  story('support', jo, 'Can I change my delivery address?', [
    mail(
      day(9, '18:22'),
      `Hi, I am moving next week. Can you send A-20490 to the new place? 14 Quarry Lane, Leeds.

Jo`,
      { style: 'gmail' },
    ),
    reply('15h', 'kim', `Hi Jo, done. Happy moving!`, { status: 'resolved' }),
    status('4d', 'kim', 'closed'),
  ]),

  story(
    'support',
    person('PrizeDesk', 'winner@lucky-prize.example'),
    '🎉 You have been selected!!! Claim your $1,000 gift card',
    [
      mail(day(2, '03:14'), '', {
        html: `<div style="background:#ffef9e;padding:20px;text-align:center"><h1>CONGRATULATIONS!!!</h1><p>You are today's lucky winner.</p><p><a href="http://claim.lucky-prize.example/c?id=8812" style="background:#d00;color:#fff;padding:12px 24px">CLAIM NOW</a></p><img src="http://track.lucky-prize.example/p.gif" width="1" height="1"></div>`,
        unproven: true,
      }),
      spam('5h', 'kim', true),
    ],
  ),

  story(
    'support',
    person('Linda from RankRocket', 'linda@rank-rocket.example'),
    'Your website acme.test is losing visitors',
    [
      mail(
        day(6, '05:40'),
        `Hi there,

I was looking at your website acme.test and noticed several errors which stop it from ranking on page 1. We can fix them for only $99 a month. May I send you a free report?

Linda`,
        { unproven: true },
      ),
      spam('3h', 'dana'),
    ],
  ),

  story(
    'billing',
    person('DocuPay Security', 'no-reply@docupay-verify.example'),
    'Your account will be suspended',
    [
      mail(day(7, '02:20'), '', {
        html: `<p>Dear customer,</p><p>unusual activity was found. <a href="http://docupay-verify.example/login">Verify your account</a> within 24 hours.</p>`,
        unproven: true,
      }),
      spam('6h', 'sam', true),
    ],
  ),

  story('support', person('Maurice Blanc', 'maurice@blanc-cinema.example'), 'Smoke machine log file', [
    mail(
      day(8, '15:33'),
      `Hello, the smoke machine stops after exactly 14 minutes. Log attached.

Maurice`,
      {
        files: [
          textFile(
            'smoke-2026.log',
            Array.from(
              { length: 60 },
              (_, i) => `14:${String(i).padStart(2, '0')}:00 pump=${i < 14 ? 'on' : 'off'} temp=${180 + i}`,
            ).join('\n'),
          ),
        ],
      },
    ),
    assign('1h', 'sam'),
    reply(
      '45m',
      'sam',
      `Hello Maurice,

the log shows it: at 194 °C the heat switch turns the pump off. Please clean the filter behind the left panel, it is most likely full of film dust.`,
    ),
    mail('2d', `It was the filter. You should have seen it. Thanks!`),
    reply('30m', 'sam', `Enjoy the fog!`, { status: 'resolved' }),
  ]),
]
