import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Ticket } from '../../src/collections/types.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { ensureContact } from '../../src/operations/contact.js'
import { changeStatus, openTicket } from '../../src/operations/index.js'
import { isOnByDefault, type MailboxTemplates, notificationEvents } from '../../src/rules/notifications.js'
import type { Status } from '../../src/rules/status.js'
import type { ReceivedMail } from '../mailServer.js'
import { type Desk, header, openDesk } from './mail-out.desk.js'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk({
    portal: { url: 'https://acme.test/support' },
    mail: {
      letters: { siteName: 'Acme', tokens: { opening_hours: ({ ticket }) => `9–17 (${ticket.number})` } },
      automatic: { perAddressPerDay: 2, perHour: 5 },
    },
  })
})
afterAll(() => desk.close())
beforeEach(() => desk.changeMailbox({ templates: null, settings: { signature: 'Acme Ltd\nMain Street 1' } }))

const all = (on: boolean): MailboxTemplates =>
  Object.fromEntries(
    notificationEvents.flatMap((event) => (event === 'ticketReceived' ? [] : [[event, { on }]])),
  )

const told = (ticket: Ticket) =>
  desk.rows<{ event: string; state: string }>('outboundEmails', `kind = 'notification' and ticket_id = $1`, [
    ticket.id,
  ])

/** A ticket whose customer speaks a language. */
const open = async (
  locale = '',
  from = `c${Math.random().toString(36).slice(2)}@example.com`,
): Promise<Ticket> => {
  const ticket = await desk.open({
    from: { name: 'Ada Lovelace', address: from },
    subject: 'Kettle',
    verified: true,
  })
  const { payload } = desk.site
  await sqlOf({ payload }).query(`update ${tableOf(payload, 'contacts')} set locale = $2 where id = $1`, [
    ticket.contact,
    locale,
  ])
  return ticket
}

const change = (ticket: Ticket, status: Status, silent?: boolean) =>
  changeStatus({ req: desk.agent, ticket: ticket.id, status, ...(silent !== undefined && { silent }) })

/** A mail as a mail program reads it. */
const read = async (mail: ReceivedMail) => {
  const { subject = '', text = '', html } = await simpleParser(mail.raw)
  return { subject, text, html: html || '' }
}

/** Sends until nothing waits any more. */
const drain = async (): Promise<void> => {
  do await desk.work()
  while ((await desk.rows('outboundEmails', `state in ('queued', 'sending')`)).length)
}

/** What leads to each event, from a ticket as it is opened. */
const acts: Record<string, (ticket: Ticket, silent?: boolean) => Promise<unknown>> = {
  ticketResolved: (ticket, silent) => change(ticket, 'resolved', silent),
  ticketClosed: (ticket, silent) => change(ticket, 'closed', silent),
  ticketReopened: async (ticket, silent) => {
    await change(ticket, 'resolved', true)
    await change(ticket, 'open', silent)
  },
}

// Each event in each language, as a mailbox tells it, is in notification-matrix.spec.ts.
describe('a customer is told of a change of status', () => {
  it('E06 E08 by a mail that bears the marks of a machine, and nobody is told the words of a stranger under an address that is not proven', async () => {
    await desk.changeMailbox({ templates: all(true) })
    const from = { name: 'Call 0900-SCAM', address: 'victim@example.com' }
    const ticket = await desk.open({ from, subject: 'You have won' })
    await change(ticket, 'resolved')
    await desk.work()
    const mail = await desk.server.waitFor('victim@example.com')
    const { subject, text, html } = await read(mail)
    expect(subject).toBe(`Your request #${ticket.number}`)
    expect(header(mail, 'Auto-Submitted')).toBe('auto-generated')
    expect(header(mail, 'X-Auto-Response-Suppress')).toBe('All')
    expect(`${subject}${text}${html}`).not.toMatch(/SCAM|have won/)
    // An agent who has answered has seen to whom.
    const seen = await desk.open({ from: { name: 'Eve', address: 'seen@example.com' }, subject: 'A kettle' })
    await desk.reply(seen, { to: [{ name: '', address: 'seen@example.com' }] })
    await drain()
    await change(seen, 'resolved')
    await drain()
    const [, resolved] = desk.server.mailbox('seen@example.com')
    expect((await read(resolved!)).subject).toBe('Re: A kettle')
  })

  it('after the answer that was written before, and not while that may be taken back', async () => {
    await desk.changeMailbox({ templates: all(true) })
    const ticket = await open()
    const { outboundEmail } = await desk.reply(ticket, { text: 'It is mended.', undoWindowMs: 600_000 })
    await change(ticket, 'resolved')
    await desk.work()
    expect(desk.server.mailbox(ticket.requesterAddress)).toEqual([])
    await sqlOf({ payload: desk.site.payload }).query(
      `update ${tableOf(desk.site.payload, 'helpdesk-outbound-emails')} set due_at = now() where id = $1`,
      [outboundEmail],
    )
    await drain()
    const texts = await Promise.all(
      desk.server.mailbox(ticket.requesterAddress).map(async (mail) => (await read(mail)).text),
    )
    expect(texts).toHaveLength(2)
    expect(texts[0]).toContain('It is mended.')
    expect(texts[1]).toContain('solved')
  })

  it('and not where it is off, silent, or spam', async () => {
    await desk.changeMailbox({ templates: all(false) })
    const off = await open()
    await change(off, 'resolved')
    await desk.changeMailbox({ templates: all(true) })
    const silent = await open()
    for (const act of Object.values(acts)) await act(silent, true)
    const spam = await open()
    await sqlOf({ payload: desk.site.payload }).query(
      `update ${tableOf(desk.site.payload, 'tickets')} set spam = true where id = $1`,
      [spam.id],
    )
    await change(spam, 'resolved')
    for (const ticket of [off, silent, spam]) expect(await told(ticket)).toEqual([])
  })

  it('by default of nothing but what an agent opened for them', async () => {
    expect(
      Object.entries(isOnByDefault)
        .filter(([, on]) => on)
        .map(([event]) => event),
    ).toEqual(['ticketOpened', 'agentReplied', 'ticketClosingSoon'])
    const ticket = await open()
    for (const act of Object.values(acts)) await act(ticket)
    expect(await told(ticket)).toEqual([])
    const requester = { name: 'Bob', address: 'bob@example.com' }
    const { contact } = await ensureContact({ req: desk.system, ...requester })
    const { ticket: made } = await openTicket({
      req: desk.agent,
      mailbox: desk.mailbox,
      contact,
      requester,
      requesterVerified: true,
      subject: 'A call',
      source: 'manual',
    })
    await desk.work()
    const mail = await desk.server.waitFor('bob@example.com')
    expect(header(mail, 'Subject')).toBe('A call')
    const { text } = await read(mail)
    expect(text).toContain(`We have opened request #${made.number}`)
    expect(text).toContain('Hello Bob,')
  })
})

describe('an answer', () => {
  it('leads to the ticket where it goes to one person, and shows nobody’s own link to several', async () => {
    const ticket = await open('de')
    await desk.reply(ticket, { text: 'The fuse.' })
    await desk.work()
    const mail = await desk.server.waitFor(ticket.requesterAddress)
    expect((await read(mail)).text).toMatch(/Anfrage ansehen\s+https:\/\/acme\.test\/support\?guest=/)
    const other = await open()
    await desk.reply(other, { text: 'Both.', cc: [{ name: '', address: 'cc@example.com' }] })
    await desk.work()
    const both = await read(await desk.server.waitFor(other.requesterAddress))
    expect(both.text).toContain('https://acme.test/support')
    expect(`${both.text}${both.html}`).not.toContain('guest=')
  })

  it('whose mailbox is gone before its undo window ends stands as failed, and is not held for ever', async () => {
    const ticket = await open()
    const { message, outboundEmail } = await desk.reply(ticket, { text: 'Too late', undoWindowMs: 600_000 })
    const { payload } = desk.site
    await sqlOf({ payload }).query(
      `update ${tableOf(payload, 'helpdesk-outbound-emails')} set mailbox_id = null, due_at = now() where id = $1`,
      [outboundEmail],
    )
    await drain()
    expect(await desk.outbox(outboundEmail)).toMatchObject({ state: 'failed', errorCode: 'mailboxGone' })
    expect(await desk.rows('messages', 'id = $1', [message])).toMatchObject([{ delivery: 'failed' }])
  })

  it('stays on the site where the mailbox mails none', async () => {
    await desk.changeMailbox({ templates: { agentReplied: { on: false } } })
    const ticket = await open()
    const { message, outboundEmail } = await desk.reply(ticket, { text: 'Read it there.' })
    await desk.work()
    expect(await desk.outbox(outboundEmail)).toMatchObject({
      state: 'cancelled',
      errorCode: 'notificationOff',
    })
    expect(await desk.rows('messages', 'id = $1', [message])).toMatchObject([{ delivery: null }])
    expect(desk.server.mailbox(ticket.requesterAddress)).toEqual([])
    expect(
      await desk.rows('activities', `kind = 'agentReplied' and message_id = $1`, [message]),
    ).toHaveLength(1)
  })
})

describe('a mailbox’s own words', () => {
  it('win, with every token, the site’s own too, and E04 E05 values stay data', async () => {
    const body = [
      'Dear {customer_full_name} <b>{customer_first_name}</b> ({customer_email}),',
      '{ticket_title} #{ticket_id} is {ticket_status} at {site_name}, {opening_hours}; {agent_name} of {mailbox_name}.',
      '{ticket_public_url}',
      '{mailbox_signature}',
    ].join('\n\n')
    await desk.changeMailbox({
      templates: { ticketResolved: { on: true, words: { en: { subject: 'Done: {ticket_title}', body } } } },
    })
    const from = { name: '<h1>{ticket_id}</h1> {{7*7}}', address: 'eve@example.com' }
    const ticket = await desk.open({ from, subject: '<a href="https://evil.test">x</a>', verified: true })
    await change(ticket, 'resolved')
    await desk.work()
    const { subject, html, text } = await read(await desk.server.waitFor('eve@example.com'))
    expect(subject).toBe('Done: <a href="https://evil.test">x</a>')
    expect(text).toContain(`#${ticket.number} is Solved at Acme, 9–17 (${ticket.number});`)
    expect(text).toContain('<h1>{ticket_id}</h1>')
    expect(html).not.toMatch(/<h1|<b>|href="https:\/\/evil/)
  })

  it('are refused with an unknown token, and the known ones are named', async () => {
    const change = (templates: unknown) => desk.changeMailbox({ templates })
    const bad = { ticketResolved: { words: { en: { body: 'Hello {costumer_name}' } } } }
    const error = await change(bad).catch((thrown) => thrown)
    const [{ path, message }] = error.data.errors
    expect(path).toBe('templates')
    expect(message).toContain('{costumer_name}')
    for (const name of ['customer_first_name', 'mailbox_signature', 'opening_hours'])
      expect(message).toContain(`{${name}}`)
    const rejection = async (templates: unknown) =>
      (await change(templates).catch((thrown) => thrown)).data?.errors?.[0]?.message
    // What somebody meant as one would be mailed as it stands.
    expect(await rejection({ ticketClosed: { words: { en: { body: 'Hello {Customer Name}' } } } })).toContain(
      '{Customer Name}',
    )
    expect(
      await rejection({ agentReplied: { words: { en: { body: 'Hello {customer_first_name}' } } } }),
    ).toContain('{reply_content}')
    expect(await rejection({ ticketReceived: { on: true } })).toContain('acknowledge')
    await expect(change({ ticketSolved: { on: true } })).rejects.toThrow()
    await expect(change({ ticketResolved: { on: 'yes' } })).rejects.toThrow()
  })
})

it('F01 as many mails leave as tickets are resolved by a script, whatever limits automatic mail has', async () => {
  await desk.changeMailbox({ templates: all(true) })
  const count = Number(process.env.HELPDESK_TEST_TICKETS ?? 50)
  const { payload } = desk.site
  const tickets: Ticket[] = []
  for (let index = 0; index < count; index++)
    tickets.push(await desk.open({ from: { name: '', address: `many${index % 7}@example.com` } }))
  for (const { id } of tickets)
    await changeStatus({ req: desk.system, overrideAccess: true, ticket: id, status: 'resolved' })
  // A second time nothing changes.
  for (const { id } of tickets.slice(0, 20))
    await changeStatus({ req: desk.system, overrideAccess: true, ticket: id, status: 'resolved' })
  await drain()
  const mails = Array.from(
    { length: 7 },
    (_, index) => desk.server.mailbox(`many${index}@example.com`).length,
  )
  expect(mails.reduce((sum, number) => sum + number)).toBe(count)
  const { rows } = await sqlOf({ payload }).query<{ state: string }>(
    `select state, count(*)::int from ${tableOf(payload, 'helpdesk-outbound-emails')}
     where event = 'ticketResolved' and ticket_id = any($1) group by 1`,
    [tickets.map(({ id }) => id)],
  )
  expect(rows).toEqual([{ state: 'sent', count }])
}, 180_000)
