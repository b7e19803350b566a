import { csv } from '../files.js'
import { day, mail, note, type Story, status, story } from '../story.js'
import { person } from './customers.js'

const list = (name: string) => ({
  'List-Unsubscribe': `<https://news.${name}.example/unsubscribe?u=8812>`,
  'List-Id': `<news.${name}.example>`,
  Precedence: 'bulk',
})

const product = (name: string, price: string, colour: string): string =>
  `<td width="33%" valign="top" style="padding:10px;text-align:center"><img src="https://img.sandwave.example/${name.toLowerCase().replace(/\W+/g, '-')}.jpg" alt="${name}" width="160" height="110" style="background:${colour};display:block;margin:0 auto"><p style="margin:10px 0 2px"><b>${name}</b></p><p style="margin:0;color:#8a5a2b">${price}</p></td>`

const newsletter = `<html><head><style>body{margin:0}a{color:#b0431a}@media(max-width:500px){td{display:block!important;width:100%!important}}</style></head>
<body style="margin:0;background:#f2ece2"><table width="100%" cellpadding="0" cellspacing="0" bgcolor="#f2ece2"><tr><td align="center">
<table width="600" cellpadding="0" cellspacing="0" bgcolor="#ffffff" style="font-family:Georgia,serif">
<tr><td style="background:#1f3a4d;color:#fff;padding:28px;text-align:center"><div style="font-size:28px;letter-spacing:2px">SANDWAVE</div><div style="font-size:13px;opacity:.8">fabrics for hot places</div></td></tr>
<tr><td style="padding:28px 28px 8px"><h2 style="margin:0 0 10px;color:#1f3a4d">The summer collection is here</h2><p style="line-height:1.6">Dear partner,<br>lighter, tougher, and now woven without coating: our new cloths for roofs, sails and tunnels. Order before the 15th and we pay the freight.</p></td></tr>
<tr><td style="padding:0 18px"><table width="100%"><tr>${product('Dune 180', 'from 8.40 / m', '#e4c590')}${product('Mirage Mesh', 'from 6.10 / m', '#c9d6cf')}${product('Noon Roof', 'from 11.90 / m', '#d9b38c')}</tr></table></td></tr>
<tr><td align="center" style="padding:20px 28px 34px"><a href="https://www.sandwave.example/summer?utm_source=mail" style="display:inline-block;background:#b0431a;color:#fff;text-decoration:none;padding:13px 30px;border-radius:4px">See the collection</a></td></tr>
<tr><td style="background:#f7f3ec;padding:18px 28px;font-size:12px;color:#777">Sandwave Textiles, 4 Harbour Road, Porto. You get this mail as a trade customer. <a href="https://news.sandwave.example/unsubscribe?u=8812">Unsubscribe</a></td></tr>
</table></td></tr></table><img src="https://news.sandwave.example/open.gif?u=8812" width="1" height="1" alt=""></body></html>`

const digest = `<html><body style="font-family:Arial,sans-serif;color:#222"><table width="560" align="center"><tr><td>
<h1 style="font-size:22px;border-bottom:3px solid #2a7">Freight Weekly</h1><p><b>In this issue</b></p><ul><li>Rates Rotterdam–Mombasa down 4 %</li><li>New papers for magnets by air</li><li>Strike in Marseille: what to expect</li></ul>
<table border="1" cellpadding="6" style="border-collapse:collapse;border-color:#ccc"><tr style="background:#eefaf3"><th>Route</th><th>40' container</th><th>Change</th></tr><tr><td>RTM – MBA</td><td align="right">2,310</td><td align="right" style="color:#080">−4 %</td></tr><tr><td>RTM – AQJ</td><td align="right">2,955</td><td align="right" style="color:#b00">+2 %</td></tr><tr><td>HAM – TYO</td><td align="right">1,480</td><td align="right">0 %</td></tr></table>
<p style="font-size:12px;color:#888">You read this because you subscribed. <a href="https://freight-weekly.example/u">Stop it</a>.</p></td></tr></table></body></html>`

/** What machines write: newsletters, receipts, reports. */
export const machines: Story[] = [
  story(
    'support',
    person('Sandwave Textiles', 'news@sandwave.example'),
    'The summer collection is here ☀️ – free freight until the 15th',
    [mail(day(1, '07:00'), '', { html: newsletter, headers: list('sandwave') })],
  ),
  story(
    'support',
    person('Freight Weekly', 'editors@freight-weekly.example'),
    'Freight Weekly 47: magnets by air, strike in Marseille',
    [
      mail(day(3, '05:30'), '', { html: digest, headers: list('freight-weekly') }),
      status('4h', 'kim', 'resolved'),
    ],
  ),
  story(
    'billing',
    person('SwiftLine Parcels', 'no-reply@swiftline.example'),
    'Your collection receipt SL-4471-0932',
    [
      mail(
        day(10, '16:12'),
        `Collected: 1 parcel, 19.0 kg
From: Acme, Flagstaff
To: Red Rock Outfitters
Class: 9 (magnetised material)

This is an automatic message, please do not reply.`,
        { headers: { 'Auto-Submitted': 'auto-generated' } },
      ),
      note('40m', 'sam', 'Belongs to the claim SL-88213, filed.'),
      status('1m', 'sam', 'closed'),
    ],
  ),
  story('billing', person('PayGate Settlements', 'reports@paygate.example'), 'Settlement report', [
    mail(day(2, '04:00'), `Your settlement report is attached.`, {
      headers: { 'Auto-Submitted': 'auto-generated' },
      files: [
        csv('settlement.csv', [
          ['order', 'amount', 'fee'],
          ['A-20488', '74.90', '1.32'],
          ['A-20490', '212.00', '3.42'],
          ['A-20498', '129.00', '2.13'],
        ]),
      ],
    }),
  ]),
]
