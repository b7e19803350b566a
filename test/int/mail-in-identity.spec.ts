import { createLocalReq } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InboundEmail } from '../../src/collections/types.js'
import { deleteTicket } from '../../src/operations/deleteTicket.js'
import { createRig, mailOf, type Rig } from './mailRig.js'
import { answerTo, messageOf, ticketOf, tripOf } from './threading.trip.js'

// Which mail this is, and who wrote it.

let rig: Rig
beforeAll(async () => {
  rig = await createRig({ settings: { trustedAuthservId: 'mx.acme.test' } })
})
afterAll(() => rig.close())

const contacts = async (): Promise<string[]> =>
  (
    await rig.sql<{ address: string }>(`select address from ${rig.table('contactAddresses')} order by id`)
  ).map(({ address }) => address)

/** What an agent reads who asks why a mail stands where it does. */
const whyOf = async ({ message }: InboundEmail): Promise<string> => {
  const { body } = await rig.site.rest<{ explanation: string }>('GET', `/helpdesk/messages/${message}/why`, {
    user: rig.site.users.manager,
  })
  return body.explanation
}

describe('A14 Message-ID collision', () => {
  const flag = 'Another mail, of other content, has the same Message-ID.'

  it('the agent is told of every mail but the first under one Message-ID, also of one batch', async () => {
    const same = { 'Message-ID': '<shared@example.com>', Subject: 'Shared' }
    const first = mailOf(same, 'The first.')
    const [one, two] = await rig.take([first, mailOf(same, 'The second.')])
    const three = await rig.arrive(mailOf({ ...same, From: 'x@evil.test' }, 'The third.'))
    const trip = await tripOf(rig)
    const ours = await rig.arrive(mailOf({ 'Message-ID': trip.ours.id, From: 'x@evil.test' }))
    const told = await Promise.all(
      [one!, two!, three, ours].map(async (entry) => (await whyOf(entry)).includes(flag)),
    )
    expect(told).toEqual([false, true, true, true])
    // The same mail again is no other one.
    expect((await rig.arrive(first)).explanation).not.toContain(flag)
  })

  it('another mail under a known Message-ID is kept, however much it looks like the first', async () => {
    const same = {
      'Message-ID': '<stolen@example.com>',
      Subject: 'Same',
      Date: 'Mon, 2 Nov 2026 10:00:00 +0000',
    }
    const one = await rig.arrive(mailOf(same, 'The first.'))
    const two = await rig.arrive(mailOf(same, 'Another.'))
    const three = await rig.arrive(mailOf({ ...same, From: 'x@evil.test' }, 'The first.'))
    expect([one.verdict, two.verdict, three.verdict]).toEqual(['opened', 'opened', 'opened'])
    expect(new Set([one.ticket, two.ticket, three.ticket]).size).toBe(3)
    expect((await messageOf(rig, two)).text).toBe('Another.')
    expect((await messageOf(rig, three)).fromAddress).toBe('x@evil.test')
  })

  it('F05 a mail that takes the Message-ID of ours beforehand or afterwards stays a stranger’s', async () => {
    const trip = await tripOf(rig)
    const entry = await rig.arrive(
      mailOf({ 'Message-ID': trip.ours.id, From: 'x@evil.test' }, 'I was first.'),
    )
    expect(entry).toMatchObject({ verdict: 'opened', reason: 'newTicket' })
    expect(await rig.arrive(answerTo(trip))).toMatchObject({ verdict: 'appended', ticket: trip.ticket.id })
  })

  it('the same mail comes once: delivered again, and after its ticket was deleted', async () => {
    const raw = mailOf({ Subject: 'Once' })
    const first = await rig.arrive(raw)
    expect(first.verdict).toBe('opened')
    const copy = await rig.arrive(`Received: from relay.test by mx.acme.test\r\n${raw}`)
    expect(copy).toMatchObject({ verdict: 'duplicate', reason: 'duplicate', ticket: first.ticket })
    const { id } = await ticketOf(rig, first)
    await deleteTicket({ req: await createLocalReq({}, rig.payload), overrideAccess: true, ticket: id })
    expect(await rig.arrive(raw)).toMatchObject({ verdict: 'duplicate', ticket: null })
    expect((await rig.tickets()).some(({ subject }) => subject === 'Once')).toBe(false)
  })
})

describe('A15 missing or odd Message-ID', () => {
  const odd: [string, Record<string, string | null>][] = [
    ['none', { 'Message-ID': null }],
    ['two @', { 'Message-ID': '<a@@b>' }],
    ['no brackets', { 'Message-ID': 'plain@example.com' }],
    ['no @', { 'Message-ID': '<abc>' }],
    ['empty', { 'Message-ID': '' }],
    ['blank in brackets', { 'Message-ID': '< >' }],
  ]
  for (const [name, headers] of odd)
    it(`${name}: stored once, its copy is a duplicate, another mail like it is not`, async () => {
      const same = { ...headers, Subject: 'Odd', Date: 'Mon, 2 Nov 2026 10:00:00 +0000' }
      const raw = mailOf(same, `Odd: ${name}`)
      expect(await rig.arrive(raw)).toMatchObject({ verdict: 'opened' })
      expect(await rig.arrive(raw)).toMatchObject({ verdict: 'duplicate' })
      expect(await rig.arrive(mailOf(same, `Odd too: ${name}`))).toMatchObject({ verdict: 'opened' })
    })

  it('two headers: the first one counts', async () => {
    const raw = `Message-ID: <one@example.com>\r\n${mailOf({ 'Message-ID': '<two@example.com>' })}`
    const entry = await rig.arrive(raw)
    expect(entry.verdict).toBe('opened')
    expect((await messageOf(rig, entry)).messageId).toBe('<one@example.com>')
    expect(await rig.arrive(raw)).toMatchObject({ verdict: 'duplicate' })
  })
})

describe('A16 headers that would steer us', () => {
  it('change nothing: another ticket, mailbox, status, priority or verdict', async () => {
    const trip = await tripOf(rig)
    const { number, id } = trip.ticket
    const entry = await rig.arrive(
      mailOf({
        'X-Helpdesk-Probe': 'x',
        'X-Helpdesk-Ticket': String(number),
        'X-Helpdesk-Verdict': 'ignored',
        'X-Zammad-Ticket-Id': String(id),
        'X-Zammad-Customer-Login': 'admin',
        'X-OTRS-Queue': 'Postmaster',
        'X-OTRS-Ignore': 'yes',
        'X-RT-Incoming-Encryption': 'Success',
        'X-Priority': '1',
        Importance: 'high',
        'X-Mailbox': 'billing@acme.test',
      }),
    )
    expect(entry).toMatchObject({
      state: 'done',
      verdict: 'opened',
      reason: 'newTicket',
      mailbox: rig.mailbox,
    })
    const ticket = await ticketOf(rig, entry)
    expect(ticket).toMatchObject({ status: 'open', automatic: false, relatedTo: null, followUpOf: null })
    expect(ticket.id).not.toBe(id)
    const [row] = await rig.sql(`select priority from ${rig.table('tickets')} where id = $1`, [ticket.id])
    expect(row).toEqual({ priority: 'normal' })
  })
})

describe('A16 a test mail of ours that is none', () => {
  it('is a customer’s mail, whatever its header says, unless it comes to the address that only we know', async () => {
    const state = rig.table('mailboxState')
    await rig.sql(`update ${state} set plus_probe = 'abcdefgh', plus_address_works = false`)
    const headers = { 'X-Helpdesk-Probe': 'abcdefgh', To: 'help+guess@acme.test' }
    expect(await rig.arrive(mailOf(headers))).toMatchObject({ verdict: 'opened', reason: 'newTicket' })
    expect(await rig.sql(`select plus_address_works works from ${state}`)).toEqual([{ works: false }])
    const ours = await rig.arrive(mailOf({ To: 'help+abcdefgh@acme.test' }))
    expect(ours).toMatchObject({ verdict: 'ignored', reason: 'probe' })
    expect(await rig.sql(`select plus_address_works works from ${state}`)).toEqual([{ works: true }])
  })
})

describe('A17 a verdict that the sender wrote', () => {
  const results = (id: string) => `${id}; dmarc=pass header.from=example.com`
  const ticket = async (head: string) => ticketOf(rig, await rig.arrive(`${head}${mailOf()}`))

  it('counts only from the server that the mailbox names, and only on top', async () => {
    const real = `Authentication-Results: ${results('mx.acme.test')}\r\n`
    expect((await ticket(real)).requesterVerified).toBe(true)
    expect((await ticket('')).requesterVerified).toBe(false)
    expect(
      (await ticket(`Authentication-Results: ${results('mx.acme.test.evil.test')}\r\n`)).requesterVerified,
    ).toBe(false)
    const failed = 'Authentication-Results: mx.acme.test; dmarc=fail header.from=example.com\r\n'
    expect((await ticket(failed + real)).requesterVerified).toBe(false)
    const ofAnother = 'Authentication-Results: mx.acme.test; dmarc=pass header.from=evil.test\r\n'
    expect((await ticket(ofAnother)).requesterVerified).toBe(false)
  })

  it('proves the address of the contact too, once and for all, and nobody else’s', async () => {
    const isProven = async (address: string) =>
      (
        await rig.sql<{ verified: boolean }>(
          `select coalesce(verified, false) verified from ${rig.table('contactAddresses')} where address = $1`,
          [address],
        )
      )[0]?.verified
    const proof = `Authentication-Results: ${results('mx.acme.test')}\r\n`
    const as = (address: string, more = {}) => mailOf({ From: `Pat <${address}>`, ...more })
    await rig.arrive(as('pat@example.com'))
    expect(await isProven('pat@example.com')).toBe(false)
    await rig.arrive(proof + as('Pat@Example.com', { Cc: 'quinn@example.com' }))
    expect(await isProven('pat@example.com')).toBe(true)
    await rig.arrive(as('pat@example.com'))
    expect(await isProven('pat@example.com')).toBe(true)
    expect(await isProven('quinn@example.com')).toBeFalsy()
    // What a site's form says of its writer proves nothing of them.
    const ours = 'Authentication-Results: mx.acme.test; dmarc=pass header.from=acme.test\r\n'
    await rig.arrive(ours + as('help@acme.test', { 'Reply-To': 'ren@example.com' }))
    expect(await isProven('ren@example.com')).toBe(false)
  })
})

describe('A18 From fabricated', () => {
  const from = async (value: string) => {
    const before = await contacts()
    const entry = await rig.arrive(mailOf({ From: value }))
    return { entry, made: (await contacts()).slice(before.length) }
  }

  it('an encoded word is never an address, nor is what has two @', async () => {
    for (const value of [
      '=?utf-8?b?YXR0YWNrZXJAZXZpbC5jb20=?=',
      '=?utf-8?q?=40attacker.com?=@microsoft.com',
      '=?utf-8?q?ceo=40bank.test=3E?= <not an address>',
      'ceo@=?utf-8?q?bank.test?=',
      'ceo@bank.test@evil.test',
      'ceo@bank.test\0@evil.test',
    ]) {
      const { entry, made } = await from(value)
      expect(entry).toMatchObject({ state: 'quarantined', verdict: 'quarantined', reason: 'noSender' })
      expect(made).toEqual([])
    }
  })

  it('a name that is an address is a name', async () => {
    const { entry, made } = await from('"boss@acme.test" <x18@evil.test>')
    expect(made).toEqual(['x18@evil.test'])
    expect(await ticketOf(rig, entry)).toMatchObject({ requesterAddress: 'x18@evil.test' })
    const { entry: own, made: none } = await from('"Acme <help@acme.test>" <y18@evil.test>')
    expect(none).toEqual(['y18@evil.test'])
    expect(own).toMatchObject({ verdict: 'opened', fromAddress: 'y18@evil.test' })
  })

  it('of several people or headers the first one wrote', async () => {
    const two = await rig.arrive(`From: one18@example.com\r\n${mailOf({ From: 'two18@example.com' })}`)
    expect(two.fromAddress).toBe('one18@example.com')
    const list = await from('three18@example.com, four18@example.com')
    expect(list.made).toEqual(['three18@example.com'])
  })
})

describe('A19 Reply-To and Sender', () => {
  /** What the agent is shown beside the sender's own address. */
  const asksFor = async (ticket: unknown) => {
    const [row] = await rig.sql<{ recipients: { address: string; role: string }[] }>(
      `select recipients from ${rig.table('messages')} where ticket_id = $1 and kind = 'customer'`,
      [ticket],
    )
    return row!.recipients.filter(({ role }) => role === 'replyTo').map(({ address }) => address)
  }

  it('the requester is From; a Reply-To to somebody else changes neither requester nor participants', async () => {
    const headers = { From: 'ann19@example.com', 'Reply-To': 'third@evil.test', Sender: 'robot@relay.test' }
    const ticket = await ticketOf(rig, await rig.arrive(mailOf(headers)))
    expect(ticket.requesterAddress).toBe('ann19@example.com')
    expect((await rig.participants(ticket.id)).map(({ address }) => address)).toEqual(['ann19@example.com'])
    await rig.reply(ticket)
    expect(rig.server.mailbox('third@evil.test')).toEqual([])
    expect(await asksFor(ticket.id)).toEqual(['third@evil.test'])
  })

  it('a Reply-To to our own address is passed over', async () => {
    const headers = { From: 'bob19@example.com', 'Reply-To': 'help@acme.test' }
    const ticket = await ticketOf(rig, await rig.arrive(mailOf(headers)))
    expect(ticket.requesterAddress).toBe('bob19@example.com')
    expect(await asksFor(ticket.id)).toEqual([])
    await rig.addMailbox('billing@acme.test')
    const toUs = 'billing@acme.test, help+x@acme.test'
    const form = await rig.arrive(mailOf({ From: 'help@acme.test', 'Reply-To': toUs }))
    expect(form).toMatchObject({ verdict: 'ignored', reason: 'ownAddress' })
    const nameless = await rig.arrive(mailOf({ From: 'Web form', 'Reply-To': toUs }))
    expect(nameless).toMatchObject({ verdict: 'quarantined', reason: 'noSender' })
  })

  it('without an address in From, Reply-To tells who wrote', async () => {
    const entry = await rig.arrive(mailOf({ From: 'Web form', 'Reply-To': 'cleo19@example.com' }))
    expect((await ticketOf(rig, entry)).requesterAddress).toBe('cleo19@example.com')
  })
})

describe('M06 one address in several spellings', () => {
  it('is one contact: letters in any case, an international name as it is read or as it is sent', async () => {
    const spellings = [
      ['Case06@Example.com', 'case06@example.COM', 'CASE06@EXAMPLE.COM', 'case06@example.com.'],
      ['i06@bücher.example', 'i06@xn--bcher-kva.example', 'I06@BÜCHER.example', 'i06@bu\u0308cher.example'],
      ['local06@example.com', '"Local Six" <LOCAL06@example.com>'],
    ]
    const count = async () =>
      (await rig.sql<{ count: number }>(`select count(*)::int count from ${rig.table('contacts')}`))[0]!.count
    const [people, known] = [await count(), await contacts()]
    const earlier = new Set((await rig.journal()).map(({ id }) => id))
    // The first of each, then all the others at once: also within one batch an address is one.
    for (const batch of [spellings.map(([first]) => first!), spellings.flatMap(([, ...others]) => others)]) {
      for (const From of batch) rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ From }) })
      await rig.receive()
    }
    const entries = (await rig.journal()).filter(({ id }) => !earlier.has(id))
    expect(entries.length).toBe(spellings.flat().length)
    expect(entries.map(({ verdict }) => verdict)).toEqual(entries.map(() => 'opened'))
    expect((await contacts()).slice(known.length)).toEqual([
      'case06@example.com',
      'i06@xn--bcher-kva.example',
      'local06@example.com',
    ])
    expect((await count()) - people).toBe(spellings.length)
    const owners = await rig.sql<{ contact: number }>(
      `select distinct contact_id contact from ${rig.table('tickets')} where id = any($1)`,
      [entries.map(({ ticket }) => ticket)],
    )
    expect(owners.length).toBe(spellings.length)
  })
})

it('A14 a mail to two of our mailboxes is one mail, not another under its Message-ID', async () => {
  const raw = mailOf({ Cc: 'sales@acme.test' })
  const other = await rig.addMailbox('sales@acme.test', { receive: { kind: 'none' } })
  const [one] = await rig.take([raw])
  const [copy] = await rig.take([raw], other)
  expect([one!.verdict, copy!.verdict]).toEqual(['opened', 'opened'])
  expect(copy!.explanation).not.toContain('Message-ID')
})
