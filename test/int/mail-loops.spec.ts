import { createLocalReq } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID, InboundEmail } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { outboundWork } from '../../src/mail/outbound/deliver.js'
import { changeStatus } from '../../src/operations/changeStatus.js'
import type { Status } from '../../src/rules/status.js'
import type { ReceivedMail } from '../mailServer.js'
import { header } from './mail-out.desk.js'
import { context, createRig, mailOf, type Rig } from './mailRig.js'
import { answerTo, ticketOf, tripOf } from './threading.trip.js'

// Machines that answer our mail, and mails that go to or come from too many, by real IMAP and SMTP.

/** What the product allows by default: automatic mails to one person within a day. */
const perAddress = 3

let rig: Rig
beforeAll(async () => {
  rig = await createRig({ settings: { acknowledge: true } })
})
afterAll(() => rig.close())

const send = async (): Promise<void> => {
  const [deliver] = outboundWork(getHelpdesk(rig.payload))
  while ((await deliver!.run(context(rig.payload))).more);
}

const outbox = (): Promise<{ id: DocID; kind: string; ticket: DocID; recipients: { address: string }[] }[]> =>
  rig.sql(`select id, kind, ticket_id ticket, recipients from ${rig.table('outboundEmails')} order by id`)

/** What an agent reads who asks why this mail stands where it does. */
const whyOf = async ({ message }: InboundEmail): Promise<string> => {
  const { status, body } = await rig.site.rest<{ explanation: string }>(
    'GET',
    `/helpdesk/messages/${message}/why`,
    { user: rig.site.users.manager },
  )
  expect(status).toBe(200)
  return body.explanation
}

type Machine = {
  /** Where our mail to it arrives; the server puts mail to its plus addresses there too. */
  address: string
  /** Its first mail. */
  first: string
  /** What it sends back for each mail of ours. */
  answer: (ours: ReceivedMail, count: number) => string
}

/** A machine and our desk write to each other until one of them is silent. */
const talk = async ({ address, first, answer }: Machine) => {
  const earlier = new Set((await rig.journal()).map(({ id }) => id))
  const seen = new Map<string | undefined, ReceivedMail>()
  rig.server.deliver({ to: 'help@acme.test', raw: first })
  for (let round = 0; round < 25; round++) {
    await rig.receive()
    await send()
    const fresh = rig.server.mailbox(address).filter((mail) => !seen.has(header(mail, 'Message-ID')))
    if (!fresh.length) {
      const entries = (await rig.journal()).filter(({ id }) => !earlier.has(id))
      return { ours: [...seen.values()], entries, tickets: new Set(entries.map(({ ticket }) => ticket)).size }
    }
    for (const mail of fresh) {
      seen.set(header(mail, 'Message-ID'), mail)
      rig.server.deliver({ to: 'help@acme.test', raw: answer(mail, seen.size) })
    }
  }
  throw new Error('They talk on and on.')
}

/** Another desk's mail, of which nothing is left that tells of a machine or of the mail it answers. */
const foreign = (From: string, Subject: string, body = 'Thank you, your request has been registered.') =>
  mailOf({ From, To: 'help@acme.test', Subject }, body)

describe('F02 two help desks', () => {
  const limit = 'It was not acknowledged: its sender has got as many automatic mails'

  it('that answer each other without any header of a loop stop after as many mails as the limit has', async () => {
    const desk = 'support@other.test'
    const { ours, entries, tickets } = await talk({
      address: desk,
      first: foreign(desk, '[#100] A request'),
      answer: (mail, count) => foreign(desk, `[#${100 + count}] Re: ${header(mail, 'Subject')}`),
    })
    expect(ours.every((mail) => header(mail, 'Auto-Submitted') === 'auto-replied')).toBe(true)
    expect(ours.length).toBe(perAddress)
    // A ticket for each mail of theirs: the first one and an answer to each of ours.
    expect(entries.map(({ verdict }) => verdict)).toEqual(Array(perAddress + 1).fill('opened'))
    expect(tickets).toBe(perAddress + 1)
    expect(await whyOf(entries.at(-1)!)).toContain(limit)
    expect(await whyOf(entries[0]!)).not.toContain(limit)
  })

  it('stop as soon when the other one writes from an address with a plus for each of its tickets', async () => {
    const from = (count: number) => `desk+id${count}@plus.test`
    const { ours, tickets } = await talk({
      address: 'desk@plus.test',
      first: foreign(from(0), 'A request'),
      answer: (mail, count) => foreign(from(count), `[#${count}] Re: ${header(mail, 'Subject')}`),
    })
    expect(ours.length).toBe(perAddress)
    expect(tickets).toBe(perAddress + 1)
  })

  it('have one ticket and one automatic mail when the other one quotes ours', async () => {
    const desk = 'quotes@other.test'
    const { ours, entries, tickets } = await talk({
      address: desk,
      first: foreign(desk, 'A request'),
      answer: (mail, count) =>
        foreign(
          desk,
          `[#${count}] Registered`,
          `Registered:\n\n> ${mail.text.slice(-300).replace(/\r\n/g, '\n> ')}`,
        ),
    })
    expect([ours.length, tickets]).toEqual([1, 1])
    expect(entries.map(({ verdict }) => verdict)).toEqual(['opened', 'appended'])
  })
})

describe('F01 a vacation responder without Auto-Submitted', () => {
  it('that answers acknowledgements and an agent’s reply under other subjects is soon left alone', async () => {
    const From = 'Val <val@example.com>'
    const words = ['I am on the beach', 'Back in August', 'Gone fishing', 'Still away', 'Not here']
    const away = (count: number) => mailOf({ From, Subject: `${words[count % 5]} ${count}` }, 'I am away.')
    const { ours, entries } = await talk({
      address: 'val@example.com',
      first: mailOf({ From, Subject: 'My lamp' }),
      answer: (_, count) => away(count),
    })
    expect(ours.length).toBe(perAddress)
    const before = (await outbox()).length
    await rig.reply(await ticketOf(rig, entries[0]!))
    const last = await rig.arrive(away(9))
    await send()
    // The agent's own reply is the only mail since then.
    expect((await outbox()).slice(before).map(({ kind }) => kind)).toEqual(['reply'])
    expect(rig.server.mailbox('val@example.com').length).toBe(perAddress + 1)
    expect(last).toMatchObject({ verdict: 'opened' })
    expect(await whyOf(last)).toContain('not acknowledged')
  })
})

describe('F04 an out-of-office mail to a finished ticket', () => {
  const shapes: [name: string, headers: Record<string, string | null>][] = [
    [
      'Exchange',
      {
        'Auto-Submitted': 'auto-generated',
        'X-Auto-Response-Suppress': 'All',
        Subject: 'Automatic reply: Lamp',
      },
    ],
    ['Outlook', { 'X-Auto-Response-Suppress': 'DR, RN, NRN, OOF, AutoReply', Subject: 'I am away' }],
    ['Gmail', { 'Auto-Submitted': 'auto-replied', Precedence: 'bulk', 'X-Autoreply': 'yes' }],
    ['Unix vacation', { Precedence: 'junk' }],
    ['only a subject', { Subject: 'Automatic reply: Lamp' }],
    ['only a German subject', { Subject: 'Abwesenheitsnotiz: Lamp' }],
  ]
  const facts = (ticket: DocID) =>
    rig.sql(
      `select status, waiting_since, last_customer_message_at, last_agent_message_at, resolved_at, closed_at, preview
       from ${rig.table('tickets')} where id = $1`,
      [ticket],
    )

  for (const status of ['resolved', 'closed', 'pending'] as const satisfies Status[])
    it(`is kept there and changes nothing: ${status}`, async () => {
      const trip = await tripOf(rig)
      await send()
      const req = await createLocalReq({}, rig.payload)
      await changeStatus({ req, overrideAccess: true, ticket: trip.ticket.id, status, silent: true })
      const [before, mails] = [await facts(trip.ticket.id), (await outbox()).length]
      expect(before).toMatchObject([{ status }])
      const earlier = new Set((await rig.journal()).map(({ id }) => id))
      for (const [name, headers] of shapes)
        rig.server.deliver({ to: 'help@acme.test', raw: answerTo(trip, headers, `I am away: ${name}.`) })
      const unthreaded = { To: 'help@acme.test', 'In-Reply-To': null, References: null }
      const Subject = 'Out of Office: Lamp'
      rig.server.deliver({ to: 'help@acme.test', raw: answerTo(trip, { ...unthreaded, Subject }) })
      await rig.receive()
      const entries = (await rig.journal()).filter(({ id }) => !earlier.has(id))
      const lost = entries.pop()
      expect(entries.map(({ verdict, ticket }) => [verdict, ticket])).toEqual(
        shapes.map(() => ['appended', trip.ticket.id]),
      )
      // What points to no mail of ours cannot be told from other mail of a machine: kept by itself.
      expect(lost).toMatchObject({ verdict: 'opened', reason: 'newAutomatic' })
      expect(await facts(trip.ticket.id)).toEqual(before)
      await send()
      expect((await outbox()).length).toBe(mails)
      const kept = (await rig.messages(trip.ticket.id)).filter(({ automatic }) => automatic)
      expect(kept.length).toBe(shapes.length)
      // The customer's own answer does reopen it.
      expect(await rig.arrive(answerTo(trip))).toMatchObject({ verdict: 'appended' })
      expect(await facts(trip.ticket.id)).toMatchObject([{ status: 'open' }])
    })
})

describe('F06 a customer’s mail with the marks of a machine', () => {
  for (const [name, value] of [
    ['Precedence', 'bulk'],
    ['X-Loop', 'yes'],
    ['List-Unsubscribe', '<mailto:stop@example.com>'],
  ] as const)
    it(`${name}: a ticket in the inbox like any other, only not acknowledged`, async () => {
      const mails = (await outbox()).length
      const entry = await rig.arrive(mailOf({ From: `marked-${name}@example.com`, [name]: value }))
      expect(entry).toMatchObject({ state: 'done', verdict: 'opened', reason: 'newAutomatic' })
      await send()
      expect((await outbox()).length).toBe(mails)
      expect(rig.server.mailbox(`marked-${name}@example.com`)).toEqual([])
      const { body } = await rig.site.rest<{ tickets: { id: DocID }[] }>('GET', '/helpdesk/inbox/tickets', {
        user: rig.site.users.manager,
      })
      expect(body.tickets.map(({ id }) => id)).toContain(entry.ticket)
      const { status, body: thread } = await rig.site.rest('GET', `/helpdesk/tickets/${entry.ticket}`, {
        user: rig.site.users.manager,
      })
      expect([status, JSON.stringify(thread).includes('My lamp is broken.')]).toEqual([200, true])
    })
})

describe('F09 a mail to 500 people', () => {
  it('makes at most forty of them participants, and mails go to its sender alone', async () => {
    const people = (name: string) =>
      Array.from({ length: 250 }, (_, index) => `${name}${index}@crowd.test`).join(',\r\n ')
    const crowd = async () => {
      const counts = []
      for (const table of ['contactAddresses', 'participants'] as const) {
        const [row] = await rig.sql<{ count: number }>(
          `select count(*)::int count from ${rig.table(table)} where address like '%@crowd.test'`,
        )
        counts.push(row!.count)
      }
      return counts
    }
    const contacts = (await rig.sql(`select 1 from ${rig.table('contacts')}`)).length
    const entry = await rig.arrive(
      mailOf({ From: 'Host <host@example.com>', To: `help@acme.test, ${people('to')}`, Cc: people('cc') }),
    )
    expect(entry).toMatchObject({ verdict: 'opened' })
    await rig.reply(await ticketOf(rig, entry))
    const [addresses, participants] = (await crowd()) as [number, number]
    expect(addresses).toBeLessThanOrEqual(40)
    expect(participants).toBeLessThanOrEqual(40)
    expect((await rig.sql(`select 1 from ${rig.table('contacts')}`)).length - contacts).toBeLessThanOrEqual(
      41,
    )
    expect(rig.server.addresses().filter((address) => address.endsWith('@crowd.test'))).toEqual([])
    expect(rig.server.mailbox('host@example.com').length).toBe(2)
  })
})
