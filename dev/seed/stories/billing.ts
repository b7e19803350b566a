import { csv, pdf, screenshot } from '../files.js'
import { ago, assign, bounce, day, mail, note, reply, type Story, status, story } from '../story.js'
import { customers, person } from './customers.js'

const { ada, finch, gupta, kerr, okonkwo } = customers

/** Invoices, refunds, and mails that did not arrive. */
export const billing: Story[] = [
  story('billing', gupta, 'Statement of account does not match our books', [
    mail(
      day(13, '09:02'),
      `Dear Sirs,

your statement of the 1st shows 3 open invoices. According to our books two of them are paid. Our list is attached.

Kindly clarify.
Arun Gupta
Gupta & Sons`,
      {
        files: [
          csv('open-items.csv', [
            ['invoice', 'date', 'amount', 'paid'],
            ['R-7690', '2 Oct', '1180.00', 'yes'],
            ['R-7702', '9 Oct', '642.50', 'yes'],
            ['R-7719', '16 Oct', '88.00', 'no'],
          ]),
        ],
      },
    ),
    assign('2h', 'sam'),
    reply(
      '1h',
      'sam',
      `Dear Arun,

thank you for the list, that makes it easy. I find R-7702 on our account; for R-7690 I see nothing. Could you tell me the date and the reference of that payment?`,
    ),
    mail('4h', `It was paid on the 12th, reference "GUPTA OCT". Bank advice attached.`, {
      files: [
        pdf('bank-advice.pdf', [
          'Payment advice',
          'Amount 1,180.00',
          'Reference GUPTA OCT',
          'Value date 12 October',
        ]),
      ],
    }),
    note('30m', 'sam', 'Found: booked to customer Gupta **Brothers** (another one). Moved.'),
    reply(
      '5m',
      'sam',
      `Found it. Our bookkeeping had put it to a customer with a very similar name. Both invoices are now marked as paid, only R-7719 over 88.00 remains. Sorry for the trouble.`,
    ),
    mail('1d', `Thank you. R-7719 goes out with the next run.`),
    status('3d', 'sam', 'resolved'),
    status('4d', 'sam', 'closed'),
  ]),

  story('billing', finch, 'Refund for cancelled order', [
    mail(
      day(6, '12:25'),
      `Hello, I cancelled order A-20449 last week within an hour. When do I get my money back?

Robin`,
      { style: 'gmail' },
    ),
    assign('40m', 'sam'),
    reply(
      '10m',
      'sam',
      `Hello Robin,

it was refunded to your card the same day. Banks take up to five working days to show it. If it is not there by Friday, write to me again and I look into it.`,
    ),
    mail('4d', `Friday has come and gone, and there is nothing on my card. Could you please check?`, {
      style: 'gmail',
    }),
  ]),

  story('billing', kerr, 'Invoice R-7755 – purchase order number missing', [
    mail(
      day(2, '10:15'),
      `Good morning,

our accounts department cannot process R-7755 without the purchase order number (PO 4500-8812) on it. Could you reissue it?

Fiona Kerr
Highland Rail`,
      { style: 'outlook' },
    ),
    assign('25m', 'sam'),
    reply(
      '20m',
      'sam',
      `Good morning Fiona,

the new invoice with PO 4500-8812 is attached, R-7755 is cancelled.`,
      {
        files: [pdf('R-7755-2.pdf', ['Invoice R-7755-2', 'Highland Rail', 'PO 4500-8812', 'Total 2,310.00'])],
      },
    ),
    bounce('1m', '552 5.2.2 <fiona.kerr@highland-rail.example>: Mailbox full'),
  ]),

  story('billing', person('Harriet Vane', 'harriet@vane-books.exmaple'), 'Copy of invoice R-7688', [
    mail(
      day(4, '16:02'),
      `Could I have a copy of R-7688 for my tax return, please?

Harriet Vane`,
      { unproven: true },
    ),
    assign('15h', 'sam'),
    reply('5m', 'sam', `With pleasure, it is attached.`, {
      files: [pdf('R-7688.pdf', ['Invoice R-7688', 'Harriet Vane', 'Total 74.90'])],
      refused: { code: 550, message: '5.1.2 The domain vane-books.exmaple does not exist' },
    }),
    note('20m', 'sam', 'Typo in her address, she most likely means **.example**. No phone number on file.'),
  ]),

  story('billing', ada, 'Payment terms for the autumn orders', [
    mail(
      day(20, '09:15'),
      `Hello, could we move from 14 to 30 days for the autumn orders? We buy ahead for five shops.

Adaeze Nwosu`,
    ),
    assign('1h', 'sam'),
    note('1h', 'sam', 'Asked Mara: fine up to 15,000, never late so far.'),
    reply(
      '30m',
      'sam',
      `Hello Adaeze,

gladly: 30 days from now on, up to an open total of 15,000.`,
      { status: 'resolved' },
    ),
    mail('2h', `Wonderful, thank you!`),
    status('10m', 'sam', 'closed'),
  ]),

  story('billing', okonkwo, 'Pro-forma A-20401', [
    mail(
      day(15, '06:50'),
      `Dear billing team, Kim told us the pro-forma for A-20401 comes from you. Our agent waits for it, could you send it today?

Chidi Okonkwo`,
    ),
    reply('40m', 'sam', `Dear Chidi, here it is.`, {
      files: [
        pdf('pro-forma-A-20401.pdf', [
          'Pro-forma invoice',
          'Order A-20401',
          'Consignee: Savannah Safaris Tours',
        ]),
      ],
      status: 'resolved',
    }),
    status('5d', 'sam', 'closed'),
  ]),

  story('billing', person('Leon Baptiste', 'leon.baptiste@post.example'), 'Charged twice?', [
    mail(
      ago('48m'),
      `My card shows two payments of 129.00 to you, both from yesterday. I ordered only once (A-20498).

Screenshot attached.
Leon`,
      { files: [screenshot('card.png')], style: 'gmail' },
    ),
  ]),

  story(
    'billing',
    person('Sofia Almeida', 'sofia@almeida-eventos.example', { company: 'Almeida Eventos' }),
    'VAT number change',
    [
      mail(
        day(9, '11:30'),
        `Hello, our VAT number has changed to PT 509 555 017 as of this month. Please use it on the next invoice.

Sofia Almeida`,
      ),
      assign('2h', 'sam'),
      reply('5m', 'sam', `Hello Sofia, noted, thank you. It is used from the next invoice on.`, {
        status: 'resolved',
      }),
      status('6d', 'sam', 'closed'),
    ],
  ),

  story('billing', person('Peggy Lindqvist', 'peggy@lindqvist-konsult.example'), 'Direct debit came back', [
    mail(
      day(3, '08:45'),
      `Your mail says that our direct debit came back. The account was changed in September, I sent you the form then. Please use the new one and please take the fee off again.

Peggy Lindqvist`,
    ),
    assign('1h', 'dana', 'sam'),
    note(
      '2m',
      'dana',
      'Sam, the form lies in the folder of September, it was never entered. The fee is ours.',
    ),
  ]),
]
