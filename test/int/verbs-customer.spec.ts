import { createLocalReq, type PayloadRequest } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addNote,
  blockSender,
  markRead,
  replyToTicket,
  saveDraft,
  undoReply,
  uploadAttachment,
} from '../../src/index.js'
import { ada, type DeskSite, openDeskSite } from './deskSite.js'

let desk: DeskSite
/** Somebody signed in to the site, who has the id of an agent. */
let customer: PayloadRequest
let agent: PayloadRequest

beforeAll(async () => {
  desk = await openDeskSite()
  const { payload, users } = desk.site
  agent = await desk.reqOf(users.agent)
  customer = await createLocalReq(
    { user: { id: users.agent.id, email: 'c@example.com', collection: 'customers' } as never },
    payload,
  )
})
afterAll(() => desk.site.close())

const overrideAccess = true

describe("a site's own code that runs with a customer's request", () => {
  it('writes in no agent’s name', async () => {
    const { ticket } = await desk.open()
    await saveDraft({ req: agent, ticket: ticket.id, kind: 'reply', source: { text: 'Begun.' } })
    await saveDraft({ req: agent, ticket: ticket.id, kind: 'note', source: { text: 'Begun.' } })
    const args = { req: customer, overrideAccess, ticket: ticket.id }
    const reply = await replyToTicket({ ...args, text: 'Hello.', to: [ada] })
    const note = await addNote({ ...args, text: 'From the shop.' })
    expect(await desk.one('messages', reply.message)).toMatchObject({ author_id: null })
    expect(await desk.one('messages', note.message)).toMatchObject({ author_id: null })
    expect(await desk.rows('drafts', 'ticket_id = $1', [ticket.id])).toHaveLength(2)
    await blockSender({ ...args, blocked: true })
    const address = ada.address
    expect(await desk.rows('blockedSenders', 'address = $1', [address])).toMatchObject([
      { blocked_by_id: null },
    ])
    await blockSender({ ...args, blocked: false })
  })

  it('keeps nothing that only an agent has', async () => {
    const { ticket } = await desk.open()
    const args = { req: customer, overrideAccess, ticket: ticket.id }
    const refused = { key: 'notAllowed' }
    await expect(saveDraft({ ...args, kind: 'note', source: { text: 'x' } })).rejects.toMatchObject(refused)
    await expect(markRead({ ...args, read: true })).rejects.toMatchObject(refused)
    const file = { name: 'plan.txt', type: 'text/plain', data: Buffer.from('a plan') }
    await expect(uploadAttachment({ req: customer, file })).rejects.toMatchObject(refused)
    expect(await desk.rows('drafts', 'ticket_id = $1', [ticket.id])).toHaveLength(0)
  })

  it('takes back no reply of the agent with the same id', async () => {
    const { ticket } = await desk.open()
    const { message } = await replyToTicket({ req: agent, ticket: ticket.id, text: 'Hello.', to: [ada] })
    await expect(undoReply({ req: customer, message })).rejects.toMatchObject({ key: 'messageGone' })
  })

  it('is not taken for the agent’s first try', async () => {
    const { ticket } = await desk.open()
    const args = { ticket: ticket.id, text: 'Hello.', to: [ada], requestKey: 'the-same-try' }
    const mine = await replyToTicket({ ...args, req: agent })
    const theirs = await replyToTicket({ ...args, req: customer, overrideAccess })
    expect(theirs.message).not.toBe(mine.message)
    expect((await replyToTicket({ ...args, req: customer, overrideAccess })).message).toBe(theirs.message)
  })
})

describe("a try of a site's own code that is made again", () => {
  it('writes one note, and one reply, though nobody is signed in', async () => {
    const { ticket } = await desk.open()
    const args = { req: desk.system, overrideAccess, ticket: ticket.id, text: 'Ask Kim.', requestKey: 'try' }
    const notes = [await addNote(args), await addNote(args)]
    expect(notes[0]!.message).toBe(notes[1]!.message)
    // A note of the same key by an agent is another.
    expect((await addNote({ ...args, req: agent })).message).not.toBe(notes[0]!.message)
    const replies = [await replyToTicket({ ...args, to: [ada] }), await replyToTicket({ ...args, to: [ada] })]
    expect(replies[0]!.message).toBe(replies[1]!.message)
  })
})
