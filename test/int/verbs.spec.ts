import type { PayloadRequest } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { sqlOf } from '../../src/core/database.js'
import {
  acceptMessage,
  addNote,
  assignTicket,
  blockSender,
  changePriority,
  changeRequester,
  changeStatus,
  changeSubject,
  deleteTicket,
  ensureContact,
  markRead,
  markSpam,
  receiveMessage,
  replyToTicket,
  saveDraft,
  startTicket,
  undoReply,
  uploadAttachment,
} from '../../src/index.js'
import { recordBounce } from '../../src/operations/recordBounce.js'
import { recordDelivery } from '../../src/operations/recordDelivery.js'
import { releaseReply } from '../../src/operations/releaseReply.js'
import { retryDelivery } from '../../src/operations/retryDelivery.js'
import { nextTicketNumbers } from '../../src/operations/ticketNumber.js'
import type { Site } from '../site.js'
import { arrivalOf, contentOf, type DeskSite, openDeskSite } from './deskSite.js'

let desk: DeskSite
let site: Site
let system: PayloadRequest
let billing: DocID

const open = (address = 'ada@example.com') => desk.open({ from: { name: 'Ada', address } })
const reqOf: DeskSite['reqOf'] = (user) => desk.reqOf(user)
const rows: DeskSite['rows'] = (...args) => desk.rows(...args)
const one: DeskSite['one'] = (...args) => desk.one(...args)

beforeAll(async () => {
  desk = await openDeskSite()
  ;({ site, system, billing } = desk)
})

afterAll(() => site.close())

describe('opening', () => {
  it('gives numbers that rise and are never the same, also forty at once', async () => {
    const numbers = (await Promise.all(Array.from({ length: 40 }, () => nextTicketNumbers(system, 2)))).flat()
    expect(new Set(numbers).size).toBe(80)
  })

  it('writes ticket, message, requester and history', async () => {
    const { ticket, message } = await open()
    expect(ticket).toMatchObject({ status: 'open', messageCount: 1, preview: 'It does not boil.' })
    expect(await one('messages', message!)).toMatchObject({ kind: 'customer', visibility: 'customer' })
    expect(await rows('participants', 'ticket_id = $1', [ticket.id])).toMatchObject([
      { address: 'ada@example.com', role: 'requester', accepted: true },
    ])
    expect((await rows('activities', 'ticket_id = $1', [ticket.id])).map((row) => row['kind'])).toEqual([
      'ticketOpened',
    ])
  })

  it('makes one contact for an address, however often it is asked for at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, () =>
        ensureContact({ req: system, name: 'Bob', address: 'Bob@Example.com' }),
      ),
    )
    expect(new Set(made.map((known) => String(known.contact))).size).toBe(1)
    expect(await rows('contactAddresses', 'address = $1', ['bob@example.com'])).toHaveLength(1)
  })

  it('refuses to write a managed field outside a verb, and names the verb', async () => {
    const { ticket } = await open()
    await expect(
      site.payload.update({
        collection: 'tickets' as never,
        id: ticket.id as never,
        data: { status: 'closed' } as never,
        depth: 0,
        overrideAccess: true,
        req: system,
      }),
    ).rejects.toThrow(/changeStatus/)
    expect(await one('tickets', ticket.id)).toMatchObject({ status: 'open' })
  })
})

describe('replying', () => {
  it('holds the mail, sets pending and can be taken back with everything restored', async () => {
    const { ticket } = await open()
    const agent = await reqOf(site.users.agent)
    const reply = await replyToTicket({
      req: agent,
      ticket: ticket.id,
      text: 'Please send it in.',
      to: [{ name: 'Ada', address: 'ada@example.com' }],
    })
    expect(await one('tickets', ticket.id)).toMatchObject({ status: 'pending' })
    expect(await one('outboundEmails', reply.outboundEmail)).toMatchObject({ state: 'held' })
    await undoReply({ req: agent, message: reply.message })
    expect(await one('tickets', ticket.id)).toMatchObject({
      status: 'open',
      first_response_at: null,
      preview: 'It does not boil.',
    })
    expect(await one('outboundEmails', reply.outboundEmail)).toMatchObject({ state: 'cancelled' })
    expect(await rows('drafts', 'ticket_id = $1', [ticket.id])).toHaveLength(1)
    expect(await releaseReply({ req: system, outboundEmail: reply.outboundEmail })).toBe(false)
  })

  it('B09 leaves out our own addresses and doubles, and refuses when nobody is left', async () => {
    const { ticket } = await open()
    const agent = await reqOf(site.users.agent)
    const { outboundEmail } = await replyToTicket({
      req: agent,
      ticket: ticket.id,
      text: 'Hello',
      to: [{ name: 'Ada', address: 'ada@example.com' }],
      cc: [
        { name: '', address: 'ADA@example.com' },
        { name: '', address: 'help+abc@acme.example' },
        { name: '', address: 'billing@acme.example' },
      ],
    })
    const sent = await one('outboundEmails', outboundEmail)
    expect((sent['recipients'] as { address: string }[]).map((r) => r.address)).toEqual(['ada@example.com'])
    await expect(
      replyToTicket({
        req: agent,
        ticket: ticket.id,
        text: 'Hi',
        to: [{ name: '', address: 'help@acme.example' }],
      }),
    ).rejects.toThrow(/recipient/)
  })

  it('E02 refuses whatever is not one plain address', async () => {
    const { ticket } = await open()
    const agent = await reqOf(site.users.agent)
    for (const address of [
      'a@b.example,evil@x.example',
      'a@b.example>\r\nRCPT TO:<x@y.example>',
      'group: a@b.example;',
    ]) {
      await expect(
        replyToTicket({ req: agent, ticket: ticket.id, text: 'Hi', to: [{ name: '', address }] }),
      ).rejects.toThrow(/valid email/)
    }
  })

  it('stops when something newer arrived', async () => {
    const { ticket, message } = await open()
    await receiveMessage({
      req: system,
      overrideAccess: true,
      ticket: ticket.id,
      contact: ticket.contact,
      from: { name: 'Ada', address: 'ada@example.com' },
      content: contentOf('And it smells.'),
      arrival: arrivalOf({ reason: 'ourMessageId' }),
    })
    const agent = await reqOf(site.users.agent)
    const to = [{ name: 'Ada', address: 'ada@example.com' }]
    await expect(
      replyToTicket({ req: agent, ticket: ticket.id, text: 'Hi', to, seen: message! }),
    ).rejects.toMatchObject({ key: 'newerArrived' })
  })

  it('brings a failed reply back, and Retry sends it to those who did not get it', async () => {
    const { ticket } = await open()
    const agent = await reqOf(site.users.agent)
    const { outboundEmail, message } = await replyToTicket({
      req: agent,
      ticket: ticket.id,
      text: 'Hello',
      to: [{ name: 'Ada', address: 'ada@example.com' }],
      status: 'resolved',
    })
    await releaseReply({ req: system, outboundEmail })
    const recipients = [
      { name: 'Ada', address: 'ada@example.com', role: 'to' as const, state: 'failed' as const },
    ]
    await recordDelivery({
      req: system,
      outboundEmail,
      state: 'failed',
      recipients,
      error: '550 no such user',
    })
    expect(await one('tickets', ticket.id)).toMatchObject({ status: 'open', delivery_problem: true })
    expect(await one('messages', message)).toMatchObject({
      delivery: 'failed',
      delivery_error: '550 no such user',
    })
    await retryDelivery({ req: agent, message })
    expect(await one('outboundEmails', outboundEmail)).toMatchObject({ state: 'queued' })
    expect(await one('tickets', ticket.id)).toMatchObject({ delivery_problem: false })
  })

  it('ties a bounce to the mail that bounced, and marks only addresses it went to', async () => {
    const { ticket } = await open('carl@example.com')
    const agent = await reqOf(site.users.agent)
    const { outboundEmail, message } = await replyToTicket({
      req: agent,
      ticket: ticket.id,
      text: 'Hello',
      to: [{ name: '', address: 'carl@example.com' }],
    })
    await releaseReply({ req: system, outboundEmail })
    await recordDelivery({ req: system, outboundEmail, state: 'sent' })
    const { internet_message_id } = await one('outboundEmails', outboundEmail)
    const bounce = {
      req: system,
      originalMessageId: String(internet_message_id),
      permanent: true,
      inboundEmail: null,
    }
    const stranger = { address: 'ada@example.com', status: '5.1.1', diagnostic: 'forged' }
    expect(await recordBounce({ ...bounce, recipients: [stranger] })).toMatchObject({ matched: true })
    expect(await one('messages', message)).toMatchObject({ delivery: 'sent' })
    const moved = { ...stranger, address: 'c@in.test', original: 'carl@example.com', diagnostic: 'gone' }
    await recordBounce({ ...bounce, recipients: [moved] })
    expect(await one('messages', message)).toMatchObject({
      delivery: 'bounced',
      delivery_error: '5.1.1 gone',
    })
    expect(await one('tickets', ticket.id)).toMatchObject({ status: 'open', delivery_problem: true })
    expect(await rows('contactAddresses', 'address = $1', ['carl@example.com'])).toMatchObject([
      { state: 'bouncing' },
    ])
    expect(await recordBounce({ ...bounce, originalMessageId: '<not@ours>', recipients: [] })).toEqual({
      matched: false,
    })
  })
})

describe('receiving', () => {
  const receive = (ticket: DocID, contact: DocID, change: object = {}) =>
    receiveMessage({
      req: system,
      overrideAccess: true,
      ticket,
      contact,
      from: { name: 'Ada', address: 'ada@example.com' },
      content: contentOf('Any news?'),
      arrival: arrivalOf({ reason: 'ourMessageId', ...change }),
    })

  it('reopens what was closed, within the reopen time, and asks for a follow-up afterwards', async () => {
    const { ticket } = await open()
    await changeStatus({ req: system, overrideAccess: true, ticket: ticket.id, status: 'closed' })
    expect(await receive(ticket.id, ticket.contact)).toMatchObject({ outcome: 'appended' })
    expect(await one('tickets', ticket.id)).toMatchObject({ status: 'open', closed_at: null })
    await changeStatus({ req: system, overrideAccess: true, ticket: ticket.id, status: 'closed' })
    await sqlOf({ payload: site.payload }).query(
      "update tickets set closed_at = now() - interval '31 days' where id = $1",
      [ticket.id],
    )
    expect(await receive(ticket.id, ticket.contact)).toMatchObject({ outcome: 'followUp', message: null })
    expect(await one('tickets', ticket.id)).toMatchObject({ status: 'closed' })
  })

  it('F04 automatic mail reopens nothing', async () => {
    const { ticket } = await open()
    await changeStatus({ req: system, overrideAccess: true, ticket: ticket.id, status: 'resolved' })
    await receive(ticket.id, ticket.contact, { automatic: true })
    expect(await one('tickets', ticket.id)).toMatchObject({ status: 'resolved' })
  })

  it('A04 a stranger is for the team alone until an agent accepts them', async () => {
    const { ticket } = await open()
    await changeStatus({ req: system, overrideAccess: true, ticket: ticket.id, status: 'pending' })
    const { message } = await receive(ticket.id, ticket.contact, { unverified: true, visibility: 'team' })
    expect(await one('tickets', ticket.id)).toMatchObject({ status: 'pending' })
    const agent = await reqOf(site.users.agent)
    await acceptMessage({ req: agent, message: message! })
    expect(await one('messages', message!)).toMatchObject({ visibility: 'customer', unverified: false })
    expect(await one('tickets', ticket.id)).toMatchObject({ status: 'open' })
  })
})

describe('agents', () => {
  it('change status, priority, subject, assignee, requester and spam, each with its line of history', async () => {
    const { ticket } = await open()
    const agent = await reqOf(site.users.agent)
    await changePriority({ req: agent, ticket: ticket.id, priority: 'urgent' })
    await changeSubject({ req: agent, ticket: ticket.id, subject: 'Kettle\r\nBcc: x@y.example' })
    await assignTicket({ req: agent, ticket: ticket.id, assignee: site.users.agent.id as DocID })
    await changeRequester({ req: agent, ticket: ticket.id, address: 'dora@example.com', name: 'Dora' })
    await markSpam({ req: agent, ticket: ticket.id, spam: true })
    await blockSender({ req: agent, ticket: ticket.id, blocked: true })
    expect(await one('tickets', ticket.id)).toMatchObject({
      priority: 'urgent',
      subject: 'Kettle Bcc: x@y.example',
      requester_address: 'dora@example.com',
      spam: true,
      status: 'closed',
    })
    const kinds = (await rows('activities', 'ticket_id = $1', [ticket.id])).map((row) => row['kind'])
    expect(kinds).toEqual([
      'ticketOpened',
      'priorityChanged',
      'subjectChanged',
      'assigned',
      'requesterChanged',
      'markedSpam',
      'senderBlocked',
    ])
    await expect(
      assignTicket({ req: agent, ticket: ticket.id, assignee: site.users.noRole.id as DocID }),
    ).rejects.toMatchObject({ key: 'notAnAgent' })
  })

  it('H06 see neither the tickets of others nor of mailboxes they do not work in', async () => {
    const { ticket } = await open()
    await assignTicket({
      req: system,
      overrideAccess: true,
      ticket: ticket.id,
      assignee: site.users.otherAgent.id as DocID,
    })
    const agent = await reqOf(site.users.agent)
    await expect(changeStatus({ req: agent, ticket: ticket.id, status: 'closed' })).rejects.toMatchObject({
      key: 'ticketGone',
    })
    await expect(addNote({ req: agent, ticket: ticket.id, text: 'x' })).rejects.toMatchObject({
      key: 'ticketGone',
    })
    await expect(markRead({ req: agent, ticket: ticket.id, read: true })).rejects.toMatchObject({
      key: 'ticketGone',
    })
  })

  it('keep a draft of their own, and writing lets them follow the ticket', async () => {
    const { ticket } = await open()
    const agent = await reqOf(site.users.agent)
    const source = { root: { type: 'root', children: [] } }
    await saveDraft({ req: agent, ticket: ticket.id, kind: 'note', source })
    expect(await rows('drafts', 'ticket_id = $1', [ticket.id])).toHaveLength(1)
    await addNote({ req: agent, ticket: ticket.id, text: 'Ask the workshop.' })
    expect(await rows('drafts', 'ticket_id = $1', [ticket.id])).toHaveLength(0)
    await assignTicket({
      req: system,
      overrideAccess: true,
      ticket: ticket.id,
      assignee: site.users.otherAgent.id as DocID,
    })
    await addNote({ req: agent, ticket: ticket.id, text: 'Still here.' })
  })

  it('open a ticket on behalf of a customer, all or nothing', async () => {
    const agent = await reqOf(site.users.agent)
    const started = await startTicket({
      req: agent,
      mailbox: billing,
      requester: { name: 'Eve', address: 'eve@example.com' },
      subject: 'Your invoice',
      text: 'Here it is.',
    })
    expect(started.ticket).toMatchObject({ status: 'pending', source: 'manual', messageCount: 1 })
    await expect(
      startTicket({
        req: agent,
        mailbox: billing,
        requester: { name: '', address: 'eve@example.com' },
        subject: 'x',
        text: '',
      }),
    ).rejects.toMatchObject({ key: 'emptyMessage' })
    expect(await rows('tickets', 'subject = $1', ['x'])).toHaveLength(0)
  })

  it('H12 erase a ticket only as managers, and nothing but its number stays', async () => {
    const { ticket, message } = await open()
    const agent = await reqOf(site.users.agent)
    const file = { name: 'plan.txt', type: 'text/plain', data: Buffer.from('a plan') }
    const { attachment } = await uploadAttachment({ req: agent, file })
    await addNote({ req: agent, ticket: ticket.id, text: 'See the plan.', attachments: [attachment] })
    await expect(deleteTicket({ req: agent, ticket: ticket.id })).rejects.toMatchObject({ key: 'notAllowed' })
    await deleteTicket({ req: await reqOf(site.users.manager), ticket: ticket.id })
    expect(await rows('tickets', 'id = $1', [ticket.id])).toHaveLength(0)
    const [swept] = await rows('attachments', 'id = $1', [attachment])
    expect(swept).toMatchObject({ state: 'pending', uploaded_by_id: null, ticket_id: null })
    const other = (await open()).ticket
    await expect(
      addNote({ req: agent, ticket: other.id, text: 'Again.', attachments: [attachment] }),
    ).rejects.toThrow()
    expect(await rows('messages', 'id = $1', [message])).toHaveLength(0)
    const last = (await rows('activities', "kind = 'ticketDeleted'", []))[0]!
    expect(last['data']).toMatchObject({ number: ticket.number })
  })
})
