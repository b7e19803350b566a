import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countByMailbox, countFew, countMany, countOpen } from '../../src/admin/queries/counts.js'
import { ticketScope } from '../../src/collections/access/scope.js'
import { getHelpdesk } from '../../src/core/config.js'
import { postgresOf, sqlOf } from '../../src/core/database.js'
import { countCap } from '../../src/rules/views.js'
import type { SiteUser } from '../site.js'
import { type DeskSite, openDeskSite } from './deskSite.js'
import { hearStatements } from './statements.js'

const size = 20_000

let desk: DeskSite
let asked: { text: string; values: unknown[] }[] = []
let statements: () => string[]

const sql = (text: string, values?: unknown[]) => sqlOf({ payload: desk.site.payload }).query(text, values)

/** A help desk with years behind it: one ticket in fifty is open, a third of all are the agent's. */
const fill = async (): Promise<void> => {
  const { users } = desk.site
  const at = `now() - (${size} - g) * interval '1 minute'`
  await sql(
    `insert into contacts (name, created_at, updated_at) select 'Person' || g, now(), now() from generate_series(1, 5000) g`,
  )
  await sql(
    `insert into helpdesk_contact_addresses (contact_id, address, created_at) select g, 'person' || g || '@example.com', now() from generate_series(1, 5000) g`,
  )
  await sql(
    `insert into tickets (number, subject, status, priority, mailbox_id, contact_id, assignee_id, requester_address, spam,
       delivery_problem, waiting_since, last_activity_at, last_customer_message_at, message_count, reply_key, created_at, updated_at)
     select 1000 + g, 'Subject of ' || g, (case g % 50 when 0 then 'open' when 1 then 'pending' else 'closed' end)::enum_tickets_status,
       'normal', 1 + g % 2, 1 + g % 5000, case when g % 100 = 0 then null when g % 3 = 0 then $1::int else $2::int end,
       'person' || (1 + g % 5000) || '@example.com', g % 1000 = 7, g % 1000 = 0, ${at}, ${at}, ${at}, 2, 'key' || g, ${at}, now()
     from generate_series(1, ${size}) g`,
    [users.agent.id, users.otherAgent.id],
  )
  await sql(
    `insert into messages (ticket_id, kind, visibility, subject, text, created_at)
     select 1 + (g - 1) / 2, 'customer', 'customer', 'Re', 'the word' || (g % 500) || ' is here, with code' || g, now() - (${size} - g / 2) * interval '1 minute'
     from generate_series(1, ${2 * size}) g`,
  )
  await sql(
    `insert into helpdesk_activities (kind, created_at, ticket_id, actor_kind) select 'ticketOpened', ${at}, g, 'customer' from generate_series(1, ${size}) g`,
  )
  await sql('analyze')
}

beforeAll(async () => {
  desk = await openDeskSite()
  await fill()
  const { pool } = postgresOf(desk.site.payload)
  const query = pool.query.bind(pool)
  pool.query = ((text: string | { text: string }, values: unknown[]) => {
    if (typeof text === 'string') asked.push({ text, values: values ?? [] })
    return query(text as string, values)
  }) as never
  statements = hearStatements(desk.site.payload)
}, 300_000)
afterAll(() => desk.site.close())

type Plan = { 'Node Type': string; 'Relation Name'?: string; 'Actual Rows'?: number; Plans?: Plan[] }

const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]

const growing = ['tickets', 'messages', 'helpdesk_activities', 'contacts', 'helpdesk_contact_addresses']

type Asked = typeof asked

/** The tables that grow with the years which these questions read from end to end. */
const scansOf = async (questions: Asked): Promise<string[]> => {
  const scans: string[] = []
  for (const { text, values } of questions) {
    if (/^\s*explain/i.test(text)) continue
    const { rows } = await sql(`explain (format json) ${text}`, values)
    const [{ Plan: plan }] = (rows[0] as { 'QUERY PLAN': [{ Plan: Plan }] })['QUERY PLAN']
    for (const node of nodes(plan))
      if (node['Node Type'] === 'Seq Scan' && growing.includes(node['Relation Name']!))
        scans.push(`${node['Relation Name']} in ${text.replace(/\s+/g, ' ').slice(0, 120)}`)
  }
  return scans
}

/** The most rows that went through a question beside what its limits cut off; null where nothing limits them. */
const mostRows = async ({ text, values }: Asked[number]): Promise<number | null> => {
  const { rows } = await sql(`explain (analyze, format json) ${text}`, values)
  const [{ Plan: plan }] = (rows[0] as { 'QUERY PLAN': [{ Plan: Plan }] })['QUERY PLAN']
  let isLimited = false
  const most = (node: Plan): number => {
    if (node['Node Type'] === 'Limit') {
      isLimited = true
      return node['Actual Rows']!
    }
    return node.Plans ? Math.max(node['Actual Rows']!, ...node.Plans.map(most)) : 0
  }
  const found = most(plan)
  return isLimited ? found : null
}

/** Our own SQL of a request, and what it reads from end to end. */
const look = async (
  path: string,
  user: SiteUser,
): Promise<{ queries: number; scans: string[]; rows: number; body: Record<string, unknown[]> }> => {
  const get = () => desk.site.rest<Record<string, unknown[]>>('GET', `/helpdesk${path}`, { user })
  await get()
  asked = []
  statements()
  const { status, body } = await get()
  expect([path, status]).toEqual([path, 200])
  const ours = asked.filter(({ text }) => /^\s*(select|with|explain)/i.test(text))
  const scans = await scansOf(ours)
  return { queries: ours.length, scans, rows: (body['tickets'] ?? body['messages'] ?? []).length, body }
}

describe('what the desk asks the database', () => {
  const views = ['mine', 'unassigned', 'active', 'problems', 'pending', 'closed', 'spam']

  it('for a page of any view: two questions, none of which reads a whole table', async () => {
    for (const user of [desk.site.users.agent, desk.site.users.manager])
      for (const view of views) {
        const { queries, scans, rows } = await look(`/inbox/tickets?view=${view}`, user)
        expect([view, scans]).toEqual([view, []])
        expect(queries).toBeLessThanOrEqual(2)
        if (user === desk.site.users.agent) expect([view, rows > 0]).toEqual([view, true])
      }
  }, 60_000)

  it('for a page far down: as much as for the first', async () => {
    let path = '/inbox/tickets?view=closed&limit=100'
    for (let page = 0; page < 5; page++) {
      const { body } = await desk.site.rest<{ next: string }>('GET', `/helpdesk${path}`, {
        user: desk.site.users.manager,
      })
      path = `/inbox/tickets?view=closed&limit=100&after=${body.next}`
    }
    expect((await look(path, desk.site.users.manager)).scans).toEqual([])
  }, 60_000)

  it('for the counters: a bounded number of open tickets, never all', async () => {
    for (const user of [desk.site.users.agent, desk.site.users.manager]) {
      const { queries, scans } = await look('/inbox/overview', user)
      expect(scans).toEqual([])
      expect(queries).toBeLessThanOrEqual(8)
      for (const { text } of asked) {
        // Those with a filter look at the rows of another one.
        const counts = text.match(/count\(\*\)(?! filter)/g)?.length ?? 0
        expect(text.match(/limit \d+/g)?.length ?? 0).toBeGreaterThanOrEqual(counts)
      }
    }
  }, 60_000)

  it('for the counters: the same answer where there are few and where there are many', async () => {
    const { users } = desk.site
    for (const user of [users.agent, users.otherAgent, users.manager]) {
      const req = await desk.reqOf(user)
      const args = { req, scope: await ticketScope(req), values: [] }
      const few = await countFew(args)
      asked = []
      const byMailbox = [...(await countByMailbox(args))].filter(([, count]) => count > 0)
      const many = { ...(await countMany(args)), byMailbox: new Map(byMailbox) }
      expect(many).toEqual(few)
      expect(many.counts.active).toBeGreaterThan(100)
      expect(many.unread > 0).toBe(true)
      expect(await scansOf(asked)).toEqual([])
    }
    const { tickets } = getHelpdesk(desk.site.payload).slugs
    const set = (status: string, where: string) =>
      sql(`update ${tickets} set status = '${status}' where ${where}`)
    await set('open', `id % 50 = 3 or id % 50 = 4`)
    const manager = await desk.reqOf(users.manager)
    const args = { req: manager, scope: await ticketScope(manager), values: [] }
    asked = []
    expect(await countFew(args)).toBeNull()
    expect(asked).toHaveLength(1)
    // Of 1,200 that are open.
    expect(await mostRows(asked[0]!)).toBe(countCap + 1)
    const { counts, byMailbox } = await countOpen(manager)
    expect(counts.active).toBe(countCap + 1)
    expect([...byMailbox.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(countCap)
    await set('closed', `id % 50 = 3 or id % 50 = 4`)
  }, 60_000)

  it('for a thread: the same few questions, whatever is in it', async () => {
    for (const [id, user] of [
      [99, desk.site.users.agent],
      [size, desk.site.users.manager],
    ] as const) {
      const { queries, scans, rows } = await look(`/tickets/${id}`, user)
      expect(scans).toEqual([])
      expect(queries).toBeLessThanOrEqual(6)
      expect(rows).toBe(2)
    }
  }, 60_000)

  it('for a search: the indexes, whether a word is rare or common', async () => {
    for (const user of [desk.site.users.agent, desk.site.users.manager])
      for (const words of [
        'code777',
        'word77',
        'person123',
        'Subject',
        '#1500',
        'person4711@example.com',
        'nowhere',
        '充電器',
        '水',
      ]) {
        const { queries, scans } = await look(`/inbox/tickets?search=${encodeURIComponent(words)}`, user)
        expect([words, scans]).toEqual([words, []])
        expect(queries).toBeLessThanOrEqual(4)
      }
  }, 120_000)

  it('for a search: a word of nearly all messages is found in the newest ones, in whatever case it stands', async () => {
    const common = await look('/inbox/tickets?search=HERE', desk.site.users.manager)
    const tickets = common.body['tickets'] as { id: number; hit: string }[]
    expect(tickets[0]).toMatchObject({ id: size })
    expect(tickets.map(({ id }) => id)).toEqual(tickets.map((_, at) => size - at))
    expect(tickets[0]!.hit).toContain('\u0002here\u0003')
    // The newest messages are read; the index would have to sort nearly all.
    expect(asked.some(({ text }) => /strpos\(lower\(/.test(text))).toBe(true)
  }, 60_000)

  it('for a search: a word that the planner does not know is asked for once, and found', async () => {
    const { body, queries } = await look('/inbox/tickets?search=code39999', desk.site.users.manager)
    expect((body['tickets'] as { id: number }[]).map(({ id }) => id)).toEqual([size])
    expect(queries).toBeLessThanOrEqual(5)
  }, 60_000)

  it('for a search in millions of messages: common words are looked for in what the rare one leads to', async () => {
    await pretend(100)
    const { body } = await look('/inbox/tickets?search=here%20code39998%20word', desk.site.users.manager)
    expect((body['tickets'] as { id: number }[]).map(({ id }) => id)).toEqual([size - 1])
    const [found] = asked.filter(({ text }) => / is true/.test(text))
    expect(found!.values).toContain("'code39998':*")
    // A word that stands nowhere beside the others leads nowhere.
    const none = await look('/inbox/tickets?search=gone%20code39998%20word', desk.site.users.manager)
    expect(none.body['tickets']).toEqual([])
  }, 60_000)

  it('for a search in millions of messages: more of the newest are read before the index is asked for common words', async () => {
    await pretend(100)
    // Every other ticket, and the agent sees a third of all: what the first look reads does not fill the page.
    const { body } = await look('/inbox/tickets?search=here%20word12', desk.site.users.agent)
    const ids = (body['tickets'] as { id: number }[]).map(({ id }) => id)
    const { rows } = await sql(
      `select distinct t.id from messages m join tickets t on t.id = m.ticket_id
       where m.text ~ '\\mhere\\M' and m.text ~ '\\mword12' and (t.assignee_id = $1 or t.assignee_id is null) order by t.id desc limit ${ids.length}`,
      [desk.site.users.agent.id],
    )
    expect(ids).toEqual(rows.map(({ id }) => id))
    expect(ids.length).toBeGreaterThan(20)
    const read = asked.flatMap(
      ({ text }) => /^\s*with[\s\S]* order by created_at desc limit (\d+)\) m/.exec(text)?.[1] ?? [],
    )
    expect(read.length).toBe(2)
    const steps = statements().filter((text) => /^\s*with/.test(text))
    expect(steps.map((text) => text.includes('likely as materialized'))).toEqual([true, true])
  }, 60_000)

  it('for a search: the same is found where nobody has counted the messages yet', async () => {
    await pretend(1)
    await sql(`update pg_class set reltuples = -1 where relname = 'messages'`)
    const { body } = await look('/inbox/tickets?search=here', desk.site.users.manager)
    const ids = (body['tickets'] as { id: number }[]).map(({ id }) => id)
    expect(ids).toEqual(ids.map((_, at) => size - at))
    expect(ids.length).toBeGreaterThan(20)
    await pretend(1)
  }, 60_000)

  it('for a search: no page leaves out or repeats a hit where thousands of tickets were changed without a message', async () => {
    await pretend(1)
    await sql(`update contacts set name = 'Here' where id = 2`)
    const last = '(select max(created_at) from messages)'
    await sql(
      `update tickets set last_activity_at = ${last} + interval '1 millisecond' + id * interval '100 microseconds' where id <= 12000`,
    )
    const ids: number[] = []
    let path = '/inbox/tickets?search=here'
    for (let page = 0; page < 3; page++) {
      const { body } = await look(path, desk.site.users.manager)
      ids.push(...(body['tickets'] as { id: number }[]).map(({ id }) => id))
      path = `/inbox/tickets?search=here&after=${body['next']}`
    }
    // That person's tickets were changed last of those that match.
    expect(ids).toEqual([10_001, 5001, 1, ...ids.slice(3).map((_, at) => size - at)])
    expect(ids.length).toBeGreaterThan(60)
  }, 60_000)
})

/** Has the planner take the messages for so many times as many, whatever the server's own upkeep finds. */
const pretend = async (times: number) => {
  await sql('alter table messages set (autovacuum_enabled = false)')
  await sql(`update pg_class set reltuples = ${2 * size * times} where relname = 'messages'`)
}
