import type { PayloadRequest } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlOf } from '../../src/core/database.js'
import { addNote, replyToTicket, saveDraft, undoReply } from '../../src/index.js'
import { payloadTransport } from '../../src/mail/transports/payload.js'
import { startTicket } from '../../src/operations/startTicket.js'
import { ada, type DeskSite, openDeskSite } from './deskSite.js'

let desk: DeskSite
const reqs: PayloadRequest[] = []

beforeAll(async () => {
  desk = await openDeskSite()
  for (let index = 0; index < 3; index++) reqs.push(await desk.reqOf(desk.site.users.agent))
})

afterAll(() => desk.site.close())

const messagesOf = (ticket: unknown, kind: string) =>
  desk.rows('messages', 'ticket_id = $1 and kind = $2', [ticket, kind])

describe('a try that is made again', () => {
  const requestKey = 'c1a5b2f0-try'

  it('sends one reply, however often and however close together', async () => {
    const { ticket } = await desk.open()
    const args = { ticket: ticket.id, text: 'It is fixed.', to: [ada], requestKey }
    const results = await Promise.all(reqs.map((req) => replyToTicket({ ...args, req })))
    expect(new Set(results.map(({ message }) => message)).size).toBe(1)
    expect(new Set(results.map(({ undoUntil }) => undoUntil)).size).toBe(1)
    expect(await messagesOf(ticket.id, 'reply')).toHaveLength(1)
    expect(await desk.rows('outboundEmails', 'ticket_id = $1', [ticket.id])).toHaveLength(1)

    const [req] = reqs as [PayloadRequest]
    await replyToTicket({ ...args, req, requestKey: 'another-try' })
    expect(await messagesOf(ticket.id, 'reply')).toHaveLength(2)
    const other = await desk.open()
    await expect(replyToTicket({ ...args, req, ticket: other.ticket.id })).rejects.toMatchObject({
      data: { key: 'badInput', fields: { requestKey: expect.stringContaining('another ticket') } },
    })
    // Somebody else's key is their own.
    const manager = await desk.reqOf(desk.site.users.manager)
    await replyToTicket({ ...args, req: manager })
    expect(await messagesOf(ticket.id, 'reply')).toHaveLength(3)
  })

  it('writes one note', async () => {
    const { ticket } = await desk.open()
    const results = await Promise.all(
      reqs.map((req) => addNote({ req, ticket: ticket.id, text: 'Ask Kim.', requestKey })),
    )
    expect(new Set(results.map(({ message }) => message)).size).toBe(1)
    expect(await messagesOf(ticket.id, 'note')).toHaveLength(1)
  })

  it('opens one ticket on behalf of a customer', async () => {
    const mailbox = (await desk.open()).ticket.mailbox
    const subject = 'Opened once'
    const results = await Promise.all(
      reqs.map((req) =>
        startTicket({ req, mailbox, requester: ada, subject, text: 'Hello.', requestKey: 'new-ticket-1' }),
      ),
    )
    expect(new Set(results.map(({ ticket }) => ticket.id)).size).toBe(1)
    expect(await desk.rows('tickets', 'subject = $1', [subject])).toHaveLength(1)
  })
})

describe('a mailbox that sends by the site’s own email', () => {
  it('takes no reply where the site has none: Payload’s stand-in only writes to the log', async () => {
    const mailbox = await desk.makeMailbox('Office', 'office@acme.example', { send: { kind: 'site' } })
    const manager = await desk.reqOf(desk.site.users.manager)
    const { ticket } = await desk.open({ mailbox })
    const reply = () => replyToTicket({ req: manager, ticket: ticket.id, text: 'It is fixed.', to: [ada] })
    const { payload } = desk.site
    const { email } = payload
    expect(email.name).toBe('console')
    await expect(reply()).rejects.toMatchObject({ key: 'mailboxCannotSend' })
    await expect(payloadTransport(payload).send({} as never)).rejects.toMatchObject({ code: 'cannotSend' })
    payload.email = { ...email, name: 'nodemailer' }
    await reply()
    payload.email = email
  })
})

describe('a new ticket that is taken back', () => {
  it('is as if nothing had been sent, though it was assigned', async () => {
    const [req] = reqs as [PayloadRequest]
    const { ticket, message } = await startTicket({
      req,
      mailbox: desk.mailbox,
      requester: ada,
      subject: 'Taken back',
      text: 'Hello.',
      assignee: req.user!.id,
      requestKey: 'taken-back-1',
    })
    await undoReply({ req, message })
    expect(await desk.one('tickets', ticket.id)).toMatchObject({
      status: 'open',
      message_count: '0',
      preview: '',
      first_response_at: null,
    })
    // The same try once more is a new one: its first mail never left.
    const again = await replyToTicket({
      req,
      ticket: ticket.id,
      text: 'Hello.',
      to: [ada],
      requestKey: 'taken-back-1',
    })
    expect(again.message).not.toBe(message)
  })
})

describe('a site that has counted far', () => {
  it('knows its tickets by every id that the database gives', async () => {
    const { payload } = desk.site
    await sqlOf({ payload }).query("select setval('tickets_id_seq', 2147483640)")
    const [req] = reqs as [PayloadRequest]
    const { ticket } = await desk.open()
    expect(Number(ticket.id)).toBeGreaterThan(2_147_483_640)
    await addNote({ req, ticket: ticket.id, text: 'Still here.' })
    await sqlOf({ payload }).query("select setval('tickets_id_seq', 5000)")
    for (const id of [2 ** 31, '99999999999', -1, 1.5, 'x'])
      await expect(addNote({ req, ticket: id, text: 'Nowhere.' })).rejects.toMatchObject({
        key: 'ticketGone',
      })
  })
})

describe('taking back after something else was begun', () => {
  it('keeps both, the reply first', async () => {
    const [req] = reqs as [PayloadRequest]
    const { ticket } = await desk.open()
    const { message } = await replyToTicket({ req, ticket: ticket.id, text: 'It is fixed.', to: [ada] })
    await saveDraft({ req, ticket: ticket.id, kind: 'reply', source: { text: 'PS: and tested.' } })
    await undoReply({ req, message })
    const [draft] = await desk.rows('drafts', 'ticket_id = $1', [ticket.id])
    expect(draft?.['source']).toEqual({ text: 'It is fixed.\n\nPS: and tested.' })
  })
})
