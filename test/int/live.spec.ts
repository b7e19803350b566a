import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { postgresAdapter } from '@payloadcms/db-postgres'
import { buildConfig, getPayload, handleEndpoints, type Payload } from 'payload'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { LiveEvent } from '../../src/admin/api.js'
import type { DocID } from '../../src/collections/types.js'
import { sqlOf } from '../../src/core/database.js'
import {
  addNote,
  assignTicket,
  changeStatus,
  deleteTicket,
  replyToTicket,
  saveDraft,
} from '../../src/index.js'
import { type SiteUser, siteConfig } from '../site.js'
import { ada, type DeskSite, openDeskSite } from './deskSite.js'

let desk: DeskSite
let users: DeskSite['site']['users']
/** Another process's view: a Payload of its own, on the same database. */
let second: { payload: Payload; config: Awaited<ReturnType<typeof buildConfig>>; key: string }

beforeAll(async () => {
  desk = await openDeskSite()
  users = desk.site.users
  const db = postgresAdapter({ pool: { connectionString: desk.site.databaseUrl, max: 6 }, push: false })
  const config = await buildConfig(siteConfig({ db }))
  const key = randomUUID()
  second = { config, key, payload: await getPayload({ config, key }) }
})
afterAll(async () => {
  await second.payload.destroy()
  await desk.site.close()
})

type Stream = {
  status: number
  headers: Headers
  events: LiveEvent[]
  text: () => string
  /** Waits until an event fits, and returns it with the time since `wait` began. */
  next: (fits: (event: LiveEvent) => boolean, ms?: number) => Promise<LiveEvent & { after: number }>
  ended: Promise<void>
  isOpen: () => boolean
  close: () => Promise<void>
}

const streams: Stream[] = []
afterEach(async () => {
  await Promise.all(streams.splice(0).map((stream) => stream.close()))
})

/** Opens a stream at the second instance, with the events that come. */
const listen = async (user: SiteUser | undefined, headers: Record<string, string> = {}): Promise<Stream> => {
  const abort = new AbortController()
  const response = await handleEndpoints({
    config: second.config,
    payloadInstanceCacheKey: second.key,
    request: new Request('http://localhost:3000/api/helpdesk/live', {
      signal: abort.signal,
      headers: {
        'sec-fetch-site': 'same-origin',
        ...(user && { authorization: `JWT ${await user.token()}` }),
        ...headers,
      },
    }),
  })
  const events: Stream['events'] = []
  let all = ''
  let open = true
  const reader = response.body!.getReader()
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder()
    let rest = ''
    for (;;) {
      const { value, done } = await reader.read().catch(() => ({ value: undefined, done: true }))
      if (done) break
      const piece = decoder.decode(value, { stream: true })
      all += piece
      rest += piece
      const parts = rest.split('\n\n')
      rest = parts.pop()!
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1]
        if (data) events.push(JSON.parse(data) as LiveEvent)
      }
    }
    open = false
  }
  const ended = read()
  const stream: Stream = {
    status: response.status,
    headers: response.headers,
    events,
    text: () => all,
    next: async (fits, ms = 5000) => {
      const begin = performance.now()
      for (let seen = 0; performance.now() - begin < ms; await wait(10))
        for (; seen < events.length; seen++)
          if (fits(events[seen]!)) return { ...events[seen]!, after: performance.now() - begin }
      throw new Error(
        `No such event within ${ms} ms; there were ${JSON.stringify(events.map(({ type }) => type))}.`,
      )
    },
    ended,
    isOpen: () => open,
    close: async () => {
      abort.abort()
      await reader.cancel().catch(() => undefined)
    },
  }
  streams.push(stream)
  if (response.status === 200) await stream.next(({ type }) => type === 'hello')
  // The first look marks the place from which on news are told.
  await wait(300)
  return stream
}

const isTicket = (id: DocID, kind?: string) => (event: LiveEvent) =>
  event.type === 'ticket' && event.ticket.id === id && (!kind || event.kinds.includes(kind))

const isGone = (id: DocID) => (event: LiveEvent) => event.type === 'gone' && event.id === id

describe('live updates', () => {
  it('reach an agent at another instance within a second, with the ticket’s line and the counters', async () => {
    const stream = await listen(users.agent)
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(stream.headers.get('cache-control')).toBe('no-cache, no-transform')
    const { ticket } = await desk.open({ subject: 'A live one' })
    const opened = await stream.next(isTicket(ticket.id, 'ticketOpened'))
    expect(opened.after).toBeLessThan(1000)
    expect(opened).toMatchObject({
      ticket: { subject: 'A live one', unread: true, status: 'open' },
      actor: null,
    })
    await desk.receive(ticket)
    expect((await stream.next(isTicket(ticket.id, 'customerReplied'))).after).toBeLessThan(1000)
    const req = await desk.reqOf(users.manager)
    await changeStatus({ req, ticket: ticket.id, status: 'pending' })
    const changed = await stream.next(isTicket(ticket.id, 'statusChanged'))
    expect(changed.after).toBeLessThan(1000)
    expect(changed).toMatchObject({ ticket: { status: 'pending' }, actor: users.manager.id })
    const counts = await stream.next(({ type }) => type === 'counts')
    expect(counts).toMatchObject({ counts: { unassigned: expect.any(Number) }, unread: expect.any(Number) })
  })

  it('come by polling where no hint does', async () => {
    const stream = await listen(users.agent)
    const { ticket } = await desk.open()
    await stream.next(isTicket(ticket.id))
    await sqlOf({ payload: desk.site.payload }).query(
      `insert into helpdesk_activities (kind, created_at, ticket_id, actor_kind) values ('subjectChanged', now(), $1, 'system')`,
      [ticket.id],
    )
    expect((await stream.next(isTicket(ticket.id, 'subjectChanged'))).after).toBeLessThan(3500)
  })

  it('tell each only of what they may see, and of what leaves their sight', async () => {
    const [mine, other, manager] = [
      await listen(users.agent),
      await listen(users.otherAgent),
      await listen(users.manager),
    ]
    const { ticket } = await desk.open({ subject: 'Secret kettle' })
    await Promise.all([mine, other, manager].map((stream) => stream.next(isTicket(ticket.id))))
    const assign = async (assignee: DocID | null) =>
      assignTicket({ req: desk.system, overrideAccess: true, ticket: ticket.id, assignee })
    await assign(users.otherAgent.id)
    expect((await mine.next(isGone(ticket.id))).after).toBeLessThan(1000)
    await other.next(isTicket(ticket.id, 'assigned'))
    const before = mine.events.length
    await desk.receive(ticket, { text: 'Only for the other one' })
    await other.next(isTicket(ticket.id, 'customerReplied'))
    await manager.next(isTicket(ticket.id, 'customerReplied'))
    const later = mine.events.slice(before).filter(({ type }) => type === 'ticket' || type === 'gone')
    expect(later).toEqual([])
    await assign(null)
    await mine.next(
      (event) =>
        isTicket(ticket.id)(event) && mine.events.findLastIndex(({ type }) => type === 'ticket') >= before,
    )
    await deleteTicket({ req: await desk.reqOf(users.manager), ticket: ticket.id })
    for (const stream of [mine, other, manager]) await stream.next(isGone(ticket.id))
  })

  it('B03 carry no word of notes, drafts, mails or people who are not in the ticket’s line', async () => {
    const stream = await listen(users.agent)
    const { ticket } = await desk.open({ text: 'Visible words' })
    const req = await desk.reqOf(users.agent)
    await addNote({ req, ticket: ticket.id, text: 'Zebra note' })
    await saveDraft({ req, ticket: ticket.id, kind: 'reply', source: { text: 'Yak draft' } })
    await replyToTicket({
      req,
      ticket: ticket.id,
      text: 'Xenon reply',
      to: [ada],
      bcc: [{ name: '', address: 'hidden@example.com' }],
    })
    await stream.next(isTicket(ticket.id, 'noteAdded'))
    await stream
      .next(isTicket(ticket.id, 'agentReplied'))
      .catch(() => stream.next(isTicket(ticket.id, 'replyHeld')))
    await wait(300)
    expect(stream.text()).toContain('Visible words')
    expect(stream.text()).not.toMatch(/Zebra|Yak|hidden@|replyKey|reply_key/)
  })

  it('are for agents only', async () => {
    for (const [user, status] of [
      [undefined, 401],
      [users.customer, 403],
      [users.noRole, 403],
    ] as const)
      expect((await listen(user)).status).toBe(status)
  })

  it('H11 end when the role or the session is gone, and for nobody else', async () => {
    const { payload } = desk.site
    const [leaving, signedOut, staying] = [
      await listen(users.agent),
      await listen(users.otherAgent),
      await listen(users.manager),
    ]
    const set = (id: DocID, data: Record<string, unknown>) =>
      payload.db.updateOne({ collection: 'users', id: id as never, data, req: desk.system })
    await set(users.agent.id, { helpdeskRole: null })
    await sqlOf({ payload }).query('delete from users_sessions where _parent_id = $1', [users.otherAgent.id])
    await Promise.race([Promise.all([leaving.ended, signedOut.ended]), wait(35_000)])
    expect([leaving.isOpen(), signedOut.isOpen(), staying.isOpen()]).toEqual([false, false, true])
    await set(users.agent.id, { helpdeskRole: 'agent' })
  }, 60_000)

  it('begin again with what was missed, where the browser names the last event', async () => {
    const first = await listen(users.manager)
    const { ticket } = await desk.open({ subject: 'Before the gap' })
    await first.next(isTicket(ticket.id))
    const last = [...first.text().matchAll(/^id: (.*)$/gm)].at(-1)?.[1]
    expect(last).toBeTruthy()
    await first.close()
    const { ticket: missed } = await desk.open({ subject: 'Within the gap' })
    const deleted = (await desk.open()).ticket
    await deleteTicket({ req: await desk.reqOf(users.manager), ticket: deleted.id })
    const again = await listen(users.manager, { 'last-event-id': last! })
    expect(await again.next(isTicket(missed.id))).toMatchObject({ ticket: { subject: 'Within the gap' } })
    await again.next(isGone(deleted.id))
    const odd = await listen(users.manager, { 'last-event-id': `1' or 1=1` })
    expect(odd.status).toBe(200)
  })

  it('go on when another one closes while its counters are read', async () => {
    const errors = vi.spyOn(second.payload.logger, 'error')
    const closing = await listen(users.manager)
    const staying = await listen(users.agent)
    const { ticket } = await desk.open()
    await staying.next(isTicket(ticket.id))
    const holder = new pg.Client({ connectionString: desk.site.databaseUrl })
    await holder.connect()
    await holder.query('begin; lock table tickets in access exclusive mode')
    const isCounting = `select 1 from pg_locks where not granted and relation = 'tickets'::regclass`
    await expect.poll(() => holder.query(isCounting).then(({ rows }) => rows.length)).toBe(1)
    await closing.close()
    await holder.query('rollback')
    await holder.end()
    await staying.next(({ type }) => type === 'counts')
    expect(errors).not.toHaveBeenCalled()
    errors.mockRestore()
  })

  it('leave nothing behind when the last one closes', async () => {
    const stream = await listen(users.manager)
    await stream.close()
    await wait(200)
    const { rows } = await sqlOf({ payload: desk.site.payload }).query(
      `select 1 from pg_stat_activity where datname = current_database() and query ilike 'listen %'`,
    )
    expect(rows).toEqual([])
  })
})
