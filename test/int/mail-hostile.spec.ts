import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getHelpdesk } from '../../src/core/config.js'
import { outboundWork } from '../../src/mail/outbound/deliver.js'
import { hostileMails } from '../mail/hostile.js'
import { context, createRig, mailOf, type Rig } from './mailRig.js'

// Mails that once hung or crashed a mail program, all the way into the database, one after the other.

let rig: Rig
beforeAll(async () => {
  rig = await createRig({ settings: { acknowledge: true } })
})
afterAll(() => rig.close())

const many = Array.from(
  { length: 300 },
  (_, index) => `--b\r\nContent-Disposition: attachment; filename="${index}.txt"\r\n\r\nx\r\n`,
)
const odd: Record<string, string> = {
  'M04 NUL and halves of signs wherever words stand': mailOf(
    {
      From: '"Ev\u0000e =?utf-8?q?=00=ED=A0=80?=" <odd@example.com>',
      Subject: '=?utf-8?b?AO2ggGE=?= \u0000x',
      'Content-Type': 'multipart/mixed; boundary=b',
    },
    '--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>a&#0;b&#xD800;c\u0000d</p>\r\n--b\r\nContent-Type: text/plain; name="a=?utf-8?q?=00?=.txt"\r\nContent-ID: <\u0000id>\r\nContent-Disposition: attachment; filename="\u0000a.txt"\r\n\r\nx\r\n--b--',
  ),
  'M05 names, ids and subjects that are too long': mailOf({
    From: `"${'n'.repeat(5000)}" <${'l'.repeat(60)}@${'d'.repeat(60)}.example.com>`,
    Subject: 's'.repeat(10_000),
    'Message-ID': `<${'i'.repeat(2000)}@example.com>`,
    References: `<${'r'.repeat(2000)}@example.com>`,
  }),
  'M05 300 files': mailOf({ 'Content-Type': 'multipart/mixed; boundary=b' }, `${many.join('')}--b--`),
  'F09 500 people': mailOf({
    Cc: Array.from({ length: 500 }, (_, index) => `p${index}@many.example.com`).join(', '),
  }),
}

const received = 'test/mail/received/'

it('A13 F09 G01 G03 G06 M04 M05 hostile mails end with a verdict each, and the mail behind them comes in', async () => {
  const raws = [
    ...Object.values(hostileMails).map((raw, index) => raw.replace('<1@x.test>', `<hostile${index}@x.test>`)),
    ...Object.values(odd),
    ...readdirSync(received).map((name) => readFileSync(`${received}${name}`)),
  ]
  const good = mailOf({ Subject: 'Behind them all' })
  const began = performance.now()
  const entries = await rig.take([...raws, good])
  console.info(`${raws.length} hostile mails in ${Math.round((performance.now() - began) / 1000)} s`)
  expect(entries).toHaveLength(raws.length + 1)
  const open = entries.filter(
    ({ state, verdict, explanation }) => state === 'received' || !verdict || !explanation,
  )
  expect(open.map(({ subject, state, error }) => [subject.slice(0, 60), state, error])).toEqual([])
  expect(entries.at(-1)).toMatchObject({ subject: 'Behind them all', verdict: 'opened' })
  // Nobody but those who take part in a ticket is kept, and of them no more than a few.
  const [people] = await rig.sql<{ count: number }>(
    `select count(*)::int count from ${rig.table('contactAddresses')} where address like '%@many.example.com'`,
  )
  expect(people!.count).toBeLessThanOrEqual(40)
  const [deliver] = outboundWork(getHelpdesk(rig.payload))
  while ((await deliver!.run(context(rig.payload))).more);
  expect(rig.server.mailbox('p1@many.example.com')).toEqual([])
  const automatic = await rig.sql<{ is: boolean }>(
    `select t.automatic is from ${rig.table('outboundEmails')} o join ${rig.table('tickets')} t on t.id = o.ticket_id
     where o.kind = 'acknowledgement'`,
  )
  expect(automatic.every((row) => !row.is)).toBe(true)
}, 240_000)
