import type { Payload, PayloadRequest } from 'payload'
import { type TicketScope, ticketScope } from '../../collections/access/scope.js'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { sqlOf } from '../../core/database.js'
import { countCap, type View, type ViewName, viewNames, views } from '../../rules/views.js'
import type { Overview } from '../api.js'
import { binder, tablesOf } from './tables.js'
import { type SourceArgs, ticketSource } from './ticketSources.js'

export type Counts = { counts: Overview['counts']; unread: number }

const limit = countCap + 1

const capped = (source: string | null): string => (source ? `(select count(*)::int from (${source}) x)` : '0')

/** Open tickets of each counting view, and the unread ones among mine and the unassigned. All capped. */
export const countTickets = async (req: PayloadRequest, scope?: TicketScope): Promise<Counts> => {
  const args = { req, scope: scope ?? (await ticketScope(req)), values: [] }
  return (await tryFew(args)) ?? countMany(args)
}

/** The same, and the open tickets of each mailbox that the caller sees. */
export const countOpen = async (
  req: PayloadRequest,
): Promise<Counts & { byMailbox: Map<string, number> }> => {
  const args = { req, scope: await ticketScope(req), values: [] }
  const few = await tryFew(args)
  if (few) return few
  const [counts, byMailbox] = await Promise.all([countMany(args), countByMailbox(args)])
  return { ...counts, byMailbox }
}

const crowded = new WeakMap<Payload, Map<DocID, number>>()
const crowdedMs = 5 * 60_000

/** Who saw too many a moment ago sees too many still: then the look is spared for some minutes. */
const tryFew = async (args: SourceArgs): ReturnType<typeof countFew> => {
  const { payload, user } = args.req
  const since = crowded.get(payload) ?? new Map<DocID, number>()
  crowded.set(payload, since)
  const last = user && since.get(user.id)
  if (last && now().getTime() - last < crowdedMs) return null
  const found = await countFew(args)
  if (user && found) since.delete(user.id)
  else if (user) since.set(user.id, now().getTime())
  return found
}

const counting = viewNames.filter((name) => views[name].counts)

const isUnread = ({ req, values }: SourceArgs): string => {
  const me = binder(values)(req.user!.id)
  return `t.last_customer_message_at > coalesce(
    (select r.read_at from ${tablesOf(req.payload).readStates} r where r.agent_id = ${me} and r.ticket_id = t.id), '-infinity')`
}

/**
 * All counts from one look at the open tickets that somebody sees; null where there are so many that each count has
 * to stop at its own cap. Most desks never have as many, and Postgres plans this in a fraction of the time.
 */
export const countFew = async (
  given: SourceArgs,
): Promise<(Counts & { byMailbox: Map<string, number> }) | null> => {
  const values: unknown[] = []
  const args = { ...given, values }
  const { req } = args
  const source = ticketSource({ ...args, view: 'active', conditions: [`t.status = 'open'`], limit })
  const none = Object.fromEntries(counting.map((name) => [name, 0])) as Counts['counts']
  if (!source || !req.user) return { counts: none, unread: 0, byMailbox: new Map() }
  const me = binder(values)(req.user.id)
  const whose = { me: `t.assignee_id = ${me}`, nobody: 't.assignee_id is null' }
  const only = ({ assignee, problem }: View) =>
    [...(assignee ? [whose[assignee]] : []), ...(problem ? ['t.delivery_problem'] : [])].join(' and ') ||
    'true'
  const columns = counting.map((name) => `count(*) filter (where ${only(views[name])})::int as "${name}"`)
  const { rows } = await sqlOf(req).query<Record<ViewName | 'unread' | 'all', number> & { mailbox: DocID }>(
    `select t.mailbox_id mailbox, count(*)::int as "all", ${columns.join(', ')},
       count(*) filter (where (${whose.me} or ${whose.nobody}) and ${isUnread(args)})::int as unread
     from (${source}) s join ${tablesOf(req.payload).tickets} t on t.id = s.id group by 1`,
    values,
  )
  const sum = (name: ViewName | 'unread' | 'all') => rows.reduce((total, row) => total + row[name], 0)
  if (sum('all') > countCap) return null
  return {
    counts: Object.fromEntries(counting.map((name) => [name, sum(name)])) as Counts['counts'],
    unread: sum('unread'),
    byMailbox: new Map(rows.map(({ mailbox, all }) => [String(mailbox), all])),
  }
}

export const countMany = async (given: SourceArgs): Promise<Counts> => {
  const values: unknown[] = []
  const args = { ...given, values }
  const counts = counting.map((view) =>
    capped(ticketSource({ ...args, view, conditions: [`t.status = 'open'`], limit })),
  )
  const unread = `(${unreadSource(args, 'mine')} + ${unreadSource(args, 'unassigned')})`
  const columns = counts.map((count, index) => `${count} as "${counting[index]}"`)
  const { rows } = await sqlOf(args.req).query<Record<ViewName | 'unread', number>>(
    `select ${[...columns, `least(${unread}, ${limit}) as unread`].join(', ')}`,
    values,
  )
  const { unread: found, ...byView } = rows[0]!
  return { counts: byView, unread: found }
}

const unreadSource = (args: SourceArgs, view: ViewName): string =>
  capped(ticketSource({ ...args, view, conditions: [`t.status = 'open'`, isUnread(args)], limit }))

export const countByMailbox = async (given: SourceArgs): Promise<Map<string, number>> => {
  const { req } = given
  const { rows: mailboxes } = await sqlOf(req).query<{ id: DocID }>(
    `select id from ${tablesOf(req.payload).mailboxes}`,
  )
  if (!mailboxes.length) return new Map()
  const values: unknown[] = []
  const selects = mailboxes.map(({ id }) =>
    capped(
      ticketSource({
        ...given,
        values,
        view: 'active',
        filters: { mailbox: id },
        conditions: [`t.status = 'open'`],
        limit,
      }),
    ),
  )
  const { rows } = await sqlOf(req).query<{ counts: number[] }>(
    `select array[${selects.join(', ')}]::int[] as counts`,
    values,
  )
  return new Map(mailboxes.map(({ id }, index) => [String(id), rows[0]!.counts[index]!]))
}
