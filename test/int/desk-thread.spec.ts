import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ActResult, ContactHits, MessageView, ThreadView, WhyView } from '../../src/admin/api.js'
import type { DocID } from '../../src/collections/types.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { addNote, replyToTicket } from '../../src/index.js'
import { recordDelivery } from '../../src/operations/recordDelivery.js'
import { releaseReply } from '../../src/operations/releaseReply.js'
import type { SiteUser } from '../site.js'
import { ada, type DeskSite, openDeskSite } from './deskSite.js'

let desk: DeskSite
let agent: SiteUser
beforeAll(async () => {
  desk = await openDeskSite()
  agent = desk.site.users.agent
})
afterAll(() => desk.site.close())

type Refusal = { error: { key: string; message: string; fields?: Record<string, string> } }

const post = <T = Refusal>(path: string, body: unknown, user = agent) =>
  desk.site.rest<T>('POST', `/helpdesk${path}`, { user, body })

const thread = async (id: DocID, query = '', user = agent): Promise<ThreadView> => {
  const { status, body } = await desk.site.rest<ThreadView>('GET', `/helpdesk/tickets/${id}${query}`, {
    user,
  })
  expect(status).toBe(200)
  return body
}

const lines = (messages: MessageView[]) => messages.map(({ kind, text }) => `${kind}: ${text}`)

describe('a thread', () => {
  it('holds the messages, the people, the history and whom an answer goes to', async () => {
    const { ticket, message } = await desk.open({ cc: [{ name: 'Ben', address: 'ben@example.com' }] })
    const req = await desk.reqOf(agent)
    await addNote({ req, ticket: ticket.id, text: 'Looks like the fuse.' })
    await post(`/tickets/${ticket.id}/priority`, { priority: 'high' })
    const view = await thread(ticket.id)
    expect(view.ticket).toMatchObject({
      id: ticket.id,
      number: ticket.number,
      subject: 'Broken kettle',
      status: 'open',
      priority: 'high',
      source: 'email',
      followUpOf: null,
    })
    expect(lines(view.messages)).toEqual(['customer: It does not boil.', 'note: Looks like the fuse.'])
    expect(view.messages[0]).toMatchObject({ id: message, from: { ...ada, agent: null }, delivery: null })
    expect(view.messages[1]!.from.agent).toEqual({ id: agent.id, name: 'Agent' })
    expect(view.participants).toMatchObject([
      { address: 'ada@example.com', role: 'requester' },
      { address: 'ben@example.com', role: 'cc' },
    ])
    expect(view.replyTo.to).toEqual([ada])
    expect(view.replyTo.cc).toEqual([{ name: 'Ben', address: 'ben@example.com' }])
    expect(view.events.map(({ kind }) => kind)).toEqual(['ticketOpened', 'priorityChanged'])
    expect(view).toMatchObject({ earlier: 0, drafts: { reply: null, note: null }, blocked: false })
    expect(view.contact).toMatchObject({
      name: 'Ada',
      addresses: [{ address: 'ada@example.com', state: 'ok' }],
    })
  })

  it('comes in pages from the end', async () => {
    const { ticket } = await desk.open()
    for (let i = 1; i <= 6; i++) await desk.receive(ticket, { text: `Message ${i}` })
    const last = await thread(ticket.id, '?limit=3')
    expect(lines(last.messages)).toEqual([
      'customer: Message 4',
      'customer: Message 5',
      'customer: Message 6',
    ])
    expect(last.earlier).toBe(4)
    const before = await thread(ticket.id, `?limit=3&before=${last.messages[0]!.id}`)
    expect(lines(before.messages)).toEqual([
      'customer: Message 1',
      'customer: Message 2',
      'customer: Message 3',
    ])
    expect(before.earlier).toBe(1)
  })

  it('never shows a mail to ourselves as somebody to answer', async () => {
    const { ticket } = await desk.open({
      cc: [
        { name: '', address: 'help@acme.example' },
        { name: '', address: 'billing+abc@acme.example' },
      ],
    })
    expect((await thread(ticket.id)).replyTo).toEqual({ to: [ada], cc: [] })
  })
})

describe('acts', () => {
  it('answer with the ticket as it is now, and refuse with a sentence', async () => {
    const { ticket } = await desk.open()
    const act = (name: string, body: unknown, user = agent) =>
      post(`/tickets/${ticket.id}/${name}`, body, user)
    const changes: [string, unknown, object][] = [
      ['status', { status: 'resolved' }, { status: 'resolved' }],
      ['priority', { priority: 'low' }, { priority: 'low' }],
      ['subject', { subject: 'Kettle leaks' }, { subject: 'Kettle leaks' }],
      ['assign', { assignee: agent.id }, { assignee: { id: agent.id, name: 'Agent' } }],
      ['assign', { assignee: null }, { assignee: null }],
      ['mailbox', { mailbox: desk.billing }, { mailbox: desk.billing }],
      [
        'requester',
        { address: 'new@example.com', name: 'New' },
        { requester: { address: 'new@example.com' } },
      ],
      ['spam', { spam: true }, { spam: true }],
      ['spam', { spam: false }, { spam: false }],
    ]
    for (const [name, body, wanted] of changes) {
      const answer = await post<ActResult>(`/tickets/${ticket.id}/${name}`, body)
      expect([name, answer.status, answer.body.ticket]).toMatchObject([name, 200, wanted])
    }
    const refusals: [string, unknown, number, string, RegExp][] = [
      ['status', { status: 'done' }, 400, 'badInput', /status/],
      ['status', {}, 400, 'badInput', /status/],
      ['priority', { priority: 7 }, 400, 'badInput', /priority/],
      ['assign', { assignee: desk.site.users.noRole.id }, 400, 'notAnAgent', /no role in the help desk/],
      ['assign', { assignee: 987_654 }, 400, 'notAnAgent', /no role/],
      ['mailbox', { mailbox: 987_654 }, 404, 'notFound', /nothing here/],
      ['requester', { address: 'a@b.example, c@d.example' }, 400, 'badAddress', /not a valid email/],
      ['reply', { text: 'Hi', to: [] }, 400, 'noRecipient', /recipient/],
      ['reply', { text: '  ', to: [ada] }, 400, 'emptyMessage', /Write something/],
      ['reply', { text: 'Hi', to: [{ name: '', address: 'nonsense' }] }, 400, 'badAddress', /valid email/],
      ['reply', { text: 'Hi', to: [ada], attachments: [987_654] }, 400, 'badInput', /./],
      ['note', { text: '' }, 400, 'emptyMessage', /Write something/],
      ['field', { name: 'status', value: 'closed' }, 403, 'managedField', /managed/],
      ['delete', {}, 403, 'notAllowed', /role/],
    ]
    for (const [name, body, status, key, sentence] of refusals) {
      const answer = await act(name, body)
      expect([name, body, answer.status, answer.body.error]).toEqual([
        name,
        body,
        status,
        expect.objectContaining({ key, message: expect.stringMatching(sentence) }),
      ])
      expect(answer.body.error.message).toMatch(/^[A-Z"].*\.$|^Not understood: /)
    }
    expect((await act('delete', {}, desk.site.users.manager)).body).toEqual({ ticket: null })
    expect((await act('status', { status: 'open' })).body.error.key).toBe('ticketGone')
  })

  it('add and remove people, block and unblock', async () => {
    const { ticket } = await desk.open()
    const people = async () => (await thread(ticket.id)).participants.map(({ address }) => address)
    await post(`/tickets/${ticket.id}/participants/add`, { address: 'Eve@Example.com', name: 'Eve' })
    expect(await people()).toEqual(['ada@example.com', 'eve@example.com'])
    await post(`/tickets/${ticket.id}/participants/remove`, { address: 'eve@example.com' })
    expect(await people()).toEqual(['ada@example.com'])
    await post(`/tickets/${ticket.id}/block`, { blocked: true })
    expect((await thread(ticket.id)).blocked).toBe(true)
    await post(`/tickets/${ticket.id}/block`, { blocked: false })
    expect((await thread(ticket.id)).blocked).toBe(false)
  })

  it('let mail go again to an address that bounced, to no other one', async () => {
    const { ticket } = await desk.open()
    const set = (state: string) =>
      sqlOf(desk.site).query(
        `update ${tableOf(desk.site.payload, 'helpdesk-contact-addresses')} set state = $1 where address = $2`,
        [state, 'ada@example.com'],
      )
    const state = async () => (await thread(ticket.id)).contact.addresses[0]?.state
    const allow = (address: string) => post(`/tickets/${ticket.id}/deliverable`, { address })
    await set('blocked')
    expect((await allow('ada@example.com')).status).toBe(200)
    expect(await state()).toBe('blocked')
    await set('bouncing')
    expect((await allow('bob@example.com')).status).toBe(404)
    expect(await state()).toBe('bouncing')
    expect((await allow('Ada@Example.com')).status).toBe(200)
    expect(await state()).toBe('ok')
    const kinds = (await thread(ticket.id)).events.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'addressDeliverable')).toHaveLength(1)
    // Blocked while it bounced: that stays.
    await set('bouncing')
    await post(`/tickets/${ticket.id}/block`, { blocked: true })
    expect(await state()).toBe('blocked')
    await allow('ada@example.com')
    expect(await state()).toBe('blocked')
    await post(`/tickets/${ticket.id}/block`, { blocked: false })
    expect(await state()).toBe('ok')
  })
})

describe('answering', () => {
  type Sent = { message: DocID; undoUntil: string; undoMs: number }

  it('holds the reply, shows it, takes it back as a draft', async () => {
    const { ticket, message: seen } = await desk.open()
    const { status, body } = await post<Sent>(`/tickets/${ticket.id}/reply`, {
      text: 'Try the other socket.',
      to: [ada],
      seen,
    })
    expect(status).toBe(200)
    const held = (await thread(ticket.id)).messages.at(-1)!
    expect(held).toMatchObject({ id: body.message, delivery: { state: 'held', undoUntil: body.undoUntil } })
    // The server's own words of what is left of ten seconds: the agent's clock may be wrong.
    for (const left of [body.undoMs, held.delivery!.undoMs!])
      expect([left > 5_000, left <= 10_000]).toEqual([true, true])
    expect(held.recipients).toMatchObject([{ address: 'ada@example.com', role: 'to' }])
    const undone = await post<{ draft: { source: unknown; to: unknown } }>(
      `/messages/${body.message}/undo`,
      {},
    )
    expect(undone.body.draft).toMatchObject({ source: { text: 'Try the other socket.' }, to: [ada] })
    const after = await thread(ticket.id)
    expect(lines(after.messages)).toEqual(['customer: It does not boil.'])
    expect(after.ticket.status).toBe('open')
    expect(after.drafts.reply).toMatchObject({ source: { text: 'Try the other socket.' } })
  })

  it('stops where something newer arrived, and sends when it was seen', async () => {
    const { ticket, message } = await desk.open()
    const { message: newer } = await desk.receive(ticket, { text: 'It works again!' })
    const body = { text: 'Try the other socket.', to: [ada] }
    const stopped = await post(`/tickets/${ticket.id}/reply`, { ...body, seen: message })
    expect([stopped.status, stopped.body.error.key]).toEqual([409, 'newerArrived'])
    expect((await post(`/tickets/${ticket.id}/reply`, { ...body, seen: newer })).status).toBe(200)
  })

  it('shows a failed reply with what the server said, and sends it again', async () => {
    const { ticket } = await desk.open()
    const req = await desk.reqOf(agent)
    const { message, outboundEmail } = await replyToTicket({ req, ticket: ticket.id, text: 'Hi', to: [ada] })
    await releaseReply({ req: desk.system, outboundEmail })
    const error = '550 no such user'
    const recipients = [{ ...ada, role: 'to' as const, state: 'failed' as const, response: error }]
    await recordDelivery({ req: desk.system, outboundEmail, state: 'failed', recipients, error })
    const failed = await thread(ticket.id)
    expect(failed.ticket).toMatchObject({ deliveryProblem: true, status: 'open' })
    expect(failed.messages.at(-1)).toMatchObject({
      delivery: { state: 'failed', error },
      recipients: [{ state: 'failed', response: error }],
    })
    const again = await post<ActResult>(`/messages/${message}/retry`, {})
    expect(again.body.ticket).toMatchObject({ deliveryProblem: false })
    expect((await thread(ticket.id)).messages.at(-1)!.delivery).toMatchObject({ state: 'queued' })
    const early = await post(`/messages/${(await desk.open()).message}/retry`, {})
    expect([early.status, early.body.error.key]).toEqual([409, 'notRetryable'])
  })

  it('waits for an agent to accept a stranger, and says why a message is here', async () => {
    const { ticket } = await desk.open()
    const { message } = await desk.receive(ticket, {
      arrival: { reason: 'stranger', unverified: true, visibility: 'team' },
    })
    const why = await desk.site.rest<WhyView>('GET', `/helpdesk/messages/${message}/why`, { user: agent })
    expect(why.body).toMatchObject({
      reason: 'stranger',
      explanation: expect.stringMatching(/does not take part/),
    })
    expect((await thread(ticket.id)).messages.at(-1)).toMatchObject({ unverified: true, visibility: 'team' })
    await post(`/messages/${message}/accept`, {})
    expect((await thread(ticket.id)).messages.at(-1)).toMatchObject({
      unverified: false,
      visibility: 'customer',
    })
  })

  it('keeps drafts: one a kind, discarded when empty', async () => {
    const { ticket } = await desk.open()
    const draft = (body: object) => post(`/tickets/${ticket.id}/draft`, body)
    await draft({ kind: 'reply', source: { text: 'Dear Ada' }, to: [ada] })
    await draft({ kind: 'note', source: { text: 'A note' } })
    await draft({
      kind: 'reply',
      source: { text: 'Dear Ada,' },
      to: [ada],
      cc: [{ address: 'x@example.com' }],
    })
    expect((await thread(ticket.id)).drafts).toMatchObject({
      reply: { source: { text: 'Dear Ada,' }, to: [ada], cc: [{ name: '', address: 'x@example.com' }] },
      note: { source: { text: 'A note' } },
    })
    const empty = { root: { type: 'root', children: [{ type: 'paragraph', children: [] }] } }
    await draft({ kind: 'reply', source: empty })
    expect((await thread(ticket.id)).drafts).toMatchObject({
      reply: null,
      note: { source: { text: 'A note' } },
    })
  })

  it('opens a ticket for a customer, and finds whom to write to', async () => {
    await desk.open()
    const hits = await desk.site.rest<ContactHits>('GET', '/helpdesk/contacts?search=ada@', { user: agent })
    expect(hits.body.contacts).toMatchObject([{ name: 'Ada', address: 'ada@example.com' }])
    const started = await post<{ ticket: ThreadView['ticket'] }>('/tickets', {
      mailbox: desk.billing,
      requester: { name: 'Gil', address: 'gil@example.com' },
      subject: 'Your refund',
      text: 'It is on its way.',
      priority: 'high',
      assignee: agent.id,
    })
    expect(started.body.ticket).toMatchObject({
      subject: 'Your refund',
      status: 'pending',
      priority: 'high',
      assignee: { id: agent.id },
      requester: { address: 'gil@example.com' },
    })
    const none = await post('/tickets', {
      mailbox: desk.billing,
      requester: { address: 'gil@example.com' },
      subject: 'x',
      text: '',
    })
    expect([none.status, none.body.error.key]).toEqual([400, 'emptyMessage'])
  })
})
