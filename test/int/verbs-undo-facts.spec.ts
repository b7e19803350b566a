import type { PayloadRequest } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID, Ticket } from '../../src/collections/types.js'
import {
  addNote,
  assignTicket,
  changePriority,
  changeStatus,
  replyToTicket,
  undoReply,
  uploadAttachment,
} from '../../src/index.js'
import { releaseReply } from '../../src/operations/releaseReply.js'
import { ada, type DeskSite, openDeskSite } from './deskSite.js'

let desk: DeskSite
let agent: PayloadRequest

beforeAll(async () => {
  desk = await openDeskSite()
  agent = await desk.reqOf(desk.site.users.agent)
})
afterAll(() => desk.site.close())

const reply = (ticket: Ticket, text: string, more: object = {}) =>
  replyToTicket({ req: agent, ticket: ticket.id, text, to: [ada], ...more })

const factsOf = async (ticket: Ticket) => {
  const row = await desk.one('tickets', ticket.id)
  const { status, preview, first_response_at, last_agent_message_at, has_attachments } = row
  return {
    status,
    preview,
    hasAttachments: has_attachments,
    messages: Number(row['message_count']),
    firstResponseAt: (first_response_at as Date | null)?.toISOString() ?? null,
    lastAgentMessageAt: (last_agent_message_at as Date | null)?.toISOString() ?? null,
    waitingSince: (row['waiting_since'] as Date).toISOString(),
  }
}

const createdAt = async (message: DocID) =>
  ((await desk.one('messages', message))['created_at'] as Date).toISOString()

describe('taking back a reply after which something else was done', () => {
  it('leaves nothing of it where a note, an assignment and a priority followed', async () => {
    const { ticket } = await desk.open()
    const before = await factsOf(ticket)
    const file = { name: 'plan.txt', type: 'text/plain', data: Buffer.from('a plan') }
    const { attachment } = await uploadAttachment({ req: agent, file })
    const { message } = await reply(ticket, 'It is fixed.', { status: 'closed', attachments: [attachment] })
    await addNote({ req: agent, ticket: ticket.id, text: 'Ask Kim.' })
    await assignTicket({ req: agent, ticket: ticket.id, assignee: desk.site.users.agent.id })
    await changePriority({ req: agent, ticket: ticket.id, priority: 'urgent' })
    await undoReply({ req: agent, message })
    expect(await factsOf(ticket)).toEqual({ ...before, messages: before.messages + 1 })
    expect(await desk.one('tickets', ticket.id)).toMatchObject({ priority: 'urgent', closed_at: null })
  })

  it('keeps what the customer wrote since, and its status', async () => {
    const { ticket } = await desk.open()
    const { message } = await reply(ticket, 'It is fixed.')
    await desk.receive(ticket, { text: 'Any news?' })
    await undoReply({ req: agent, message })
    expect(await factsOf(ticket)).toMatchObject({
      status: 'open',
      preview: 'Any news?',
      messages: 2,
      firstResponseAt: null,
      lastAgentMessageAt: null,
    })
  })

  it('puts the status back where only an out-of-office answer came', async () => {
    const { ticket } = await desk.open()
    const { message } = await reply(ticket, 'It is fixed.')
    await desk.receive(ticket, { text: 'I am away.', arrival: { automatic: true } })
    await undoReply({ req: agent, message })
    expect(await factsOf(ticket)).toMatchObject({ status: 'open', preview: 'It does not boil.', messages: 2 })
  })

  it('keeps a status that was chosen since', async () => {
    const { ticket } = await desk.open()
    const { message } = await reply(ticket, 'It is fixed.')
    await changeStatus({ req: agent, ticket: ticket.id, status: 'resolved' })
    await undoReply({ req: agent, message })
    expect(await factsOf(ticket)).toMatchObject({
      status: 'resolved',
      preview: 'It does not boil.',
      messages: 1,
      firstResponseAt: null,
    })
  })

  it('counts the reply that stands, whichever of two is taken back', async () => {
    const { ticket } = await desk.open()
    const one = await reply(ticket, 'One.')
    const two = await reply(ticket, 'Two.')
    await undoReply({ req: agent, message: one.message })
    const at = await createdAt(two.message)
    const standing = { status: 'pending', preview: 'Two.', messages: 2 }
    expect(await factsOf(ticket)).toMatchObject({ ...standing, firstResponseAt: at, lastAgentMessageAt: at })
  })

  it('is as if nothing had been written when both are taken back, in either order', async () => {
    for (const isOldestFirst of [true, false]) {
      const { ticket } = await desk.open()
      const before = await factsOf(ticket)
      const replies = [await reply(ticket, 'One.'), await reply(ticket, 'Two.')]
      if (!isOldestFirst) replies.reverse()
      for (const { message } of replies) await undoReply({ req: agent, message })
      expect(await factsOf(ticket)).toEqual(before)
    }
  })

  it('is not kept from it by an earlier reply that leaves meanwhile', async () => {
    const { ticket } = await desk.open()
    const one = await reply(ticket, 'One.')
    const two = await reply(ticket, 'Two.', { status: 'closed' })
    await releaseReply({ req: desk.system, outboundEmail: one.outboundEmail })
    await undoReply({ req: agent, message: two.message })
    expect(await factsOf(ticket)).toMatchObject({ status: 'pending', preview: 'One.', messages: 2 })
  })
})
