import { afterAll, beforeAll, expect, it } from 'vitest'
import { addNote, replyToTicket, saveDraft } from '../../src/index.js'
import { ada, type DeskSite, openDeskSite } from './deskSite.js'

let desk: DeskSite
beforeAll(async () => {
  desk = await openDeskSite()
})
afterAll(() => desk.site.close())

const draftsOf = (ticket: unknown) => desk.rows('drafts', 'ticket_id = $1', [ticket])

// The answer to the first try was lost, and what stood in the editor was saved before the second one.
for (const kind of ['reply', 'note'] as const)
  it(`a ${kind} that is tried again takes the draft of the same words away, and no other`, async () => {
    const { ticket } = await desk.open()
    const req = await desk.reqOf(desk.site.users.agent)
    const requestKey = `lost-${kind}`
    const send = () =>
      kind === 'reply'
        ? replyToTicket({ req, ticket: ticket.id, text: 'Did it leave?', to: [ada], requestKey })
        : addNote({ req, ticket: ticket.id, text: 'Did it leave?', requestKey })
    const { message } = await send()
    await saveDraft({ req, ticket: ticket.id, kind, source: { text: 'Did it leave?' } })
    expect((await send()).message).toBe(message)
    expect(await draftsOf(ticket.id)).toEqual([])
    await saveDraft({ req, ticket: ticket.id, kind, source: { text: 'And something else.' } })
    expect((await send()).message).toBe(message)
    expect(await draftsOf(ticket.id)).toHaveLength(1)
  })
