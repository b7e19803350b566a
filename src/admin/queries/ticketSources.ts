import type { PayloadRequest } from 'payload'
import type { TicketScope } from '../../collections/access/scope.js'
import { notSpam } from '../../collections/indexes.js'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { type View, type ViewName, views } from '../../rules/views.js'
import { binder, tablesOf } from './tables.js'

/** What the list is narrowed to. */
export type TicketFilters = {
  mailbox?: DocID
  assignee?: 'me' | 'nobody' | DocID
  priority?: string
  /** Open, and for this many hours without an answer of ours. */
  waitingHours?: number
  /** Conditions on a site's own fields, by column. */
  columns?: ColumnFilter[]
}

export type ColumnFilter = { column: string } & (
  | { is: 'equal' | 'containing'; value: string | number | boolean }
  | { is: 'unset' }
  /** A day (`YYYY-MM-DD`) in a time zone of the IANA list. */
  | { is: 'onDay'; value: string; zone: string }
)

export type SourceArgs = {
  req: PayloadRequest
  scope: TicketScope
  /** The query's parameters; what is needed is appended. */
  values: unknown[]
  view?: ViewName
  filters?: TicketFilters
  /** More conditions on `t`. */
  conditions?: string[]
}

/**
 * The tickets of a view that somebody sees, as one or more parts that each walk one index in the list's order: what
 * is mine, what waits unassigned in each of my mailboxes, what I follow. A single condition with `or` would make
 * Postgres read past everybody else's tickets.
 */
type Part = { conditions: string[]; mailboxes?: 'all' | DocID[] }

/** What a view shows, whoever looks. */
export const viewConditions = (view: View): string[] => {
  const last = view.statuses.at(-1)
  const conditions: string[] = []
  if (view.statuses.length === 1) conditions.push(`t.status = '${last}'`)
  else if (last !== 'closed') conditions.push(`t.status < 'closed'`)
  conditions.push(view.spam ? 't.spam' : notSpam('t'))
  if (view.problem) conditions.push('t.delivery_problem')
  return conditions
}

export type FilterArgs = { req: PayloadRequest; values: unknown[]; filters?: TicketFilters }

/** Filters as conditions on `t`. */
export const filterConditions = ({ req, values, filters }: FilterArgs): string[] => {
  const bind = binder(values)
  const conditions: string[] = []
  const assignee = filters?.assignee
  if (filters?.mailbox !== undefined) conditions.push(`t.mailbox_id = ${bind(filters.mailbox)}`)
  if (assignee === 'nobody') conditions.push('t.assignee_id is null')
  else if (assignee !== undefined) {
    conditions.push(`t.assignee_id = ${bind(assignee === 'me' ? req.user!.id : assignee)}`)
  }
  if (filters?.priority) conditions.push(`t.priority = ${bind(filters.priority)}`)
  if (filters?.waitingHours) {
    const since = new Date(now().getTime() - filters.waitingHours * 3_600_000).toISOString()
    conditions.push(`t.status = 'open'`, `t.waiting_since <= ${bind(since)}`)
  }
  for (const filter of filters?.columns ?? []) conditions.push(columnCondition(filter, bind))
  return conditions
}

const columnCondition = (filter: ColumnFilter, bind: (value: unknown) => string): string => {
  const column = `t."${filter.column}"`
  if (filter.is === 'unset') return `${column} is not true`
  if (filter.is === 'onDay')
    return `(${column} at time zone ${bind(filter.zone)})::date = ${bind(filter.value)}::date`
  if (filter.is === 'containing')
    return `${column} ilike ${bind(`%${String(filter.value).replace(/[\\%_]/g, '\\$&')}%`)}`
  return `${column} = ${bind(filter.value)}`
}

const grants = ({ req, scope, values }: SourceArgs): Part[] => {
  if (scope.sees === 'nothing') return []
  if (scope.sees === 'all') return [{ conditions: [] }]
  const { followers } = tablesOf(req.payload)
  const agent = `$${values.push(scope.agent)}`
  const parts: Part[] = [
    { conditions: [`t.assignee_id = ${agent}`] },
    { conditions: [`t.id in (select f.ticket_id from ${followers} f where f.agent_id = ${agent})`] },
  ]
  if (scope.inMailboxes === 'unassigned') {
    parts.push({ conditions: ['t.assignee_id is null'], mailboxes: scope.mailboxes })
  }
  if (scope.inMailboxes === 'all') parts.push({ conditions: [], mailboxes: scope.mailboxes })
  return parts
}

/** The parts that a filter by assignee leaves; what is mine is always mine to see. */
const narrowed = (args: SourceArgs): Part[] => {
  const { scope, values, filters, view } = args
  const ofView = view ? (views[view] as View).assignee : undefined
  const wanted = [ofView, filters?.assignee].filter((one) => one !== undefined)
  const me = args.req.user?.id ?? null
  if (scope.sees === 'nothing') return []
  const own = wanted.length > 0 && wanted.every((one) => one === 'me' || String(one) === String(me))
  if (own) return [{ conditions: [`t.assignee_id = $${values.push(me)}`] }]
  const parts = grants(args)
  if (!wanted.length) return parts
  const conditions = wanted.flatMap((assignee) => filterConditions({ ...args, filters: { assignee } }))
  if (wanted.every((one) => one === 'nobody')) {
    const inMailboxes = scope.sees === 'all' ? 'all' : scope.sees === 'some' ? scope.mailboxes : []
    const followed = scope.sees === 'some' ? [{ conditions: [...parts[1]!.conditions, ...conditions] }] : []
    return [{ conditions, mailboxes: inMailboxes }, ...followed]
  }
  return parts.map((part) => ({ ...part, conditions: [...part.conditions, ...conditions] }))
}

const listOrder = { waiting: ['status', 'waiting_since', 'id'], newest: ['waiting_since', 'id'] } as const

/** The order of a view, for an alias. */
export const orderOf = (order: View['order'], alias: string): string =>
  listOrder[order].map((name) => `${alias}.${name}${order === 'newest' ? ' desc' : ''}`).join(', ')

/**
 * A query that returns `id`, `status` and `waiting_since` of the first `limit` tickets of a view, without double ones;
 * null where the caller can see none. Without `order` any of them, for counting.
 */
export const ticketSource = (args: SourceArgs & { limit: number; order?: View['order'] }): string | null => {
  const { req, values, view, filters, limit, order } = args
  const bind = binder(values)
  const { tickets, mailboxes } = tablesOf(req.payload)
  const { mailbox: only, assignee: _, ...others } = filters ?? {}
  const common = [
    ...(view ? viewConditions(views[view]) : []),
    ...(args.conditions ?? []),
    ...filterConditions({ req, values, filters: others }),
  ]
  const sorted = order ? `order by ${orderOf(order, 't')}` : ''
  const select = (conditions: string[]) =>
    `select t.id, t.status, t.waiting_since from ${tickets} t
     where ${[...conditions, ...common].join(' and ') || 'true'} ${sorted} limit ${limit}`
  const parts = narrowed(args).flatMap(({ conditions, mailboxes: of }) => {
    if (only !== undefined) {
      if (of && of !== 'all' && !of.some((id) => String(id) === String(only))) return []
      return [select([...conditions, `t.mailbox_id = ${bind(only)}`])]
    }
    if (!of) return [select(conditions)]
    if (of !== 'all' && !of.length) return []
    // Counted in any order, they need no walk along each mailbox.
    if (!order) return [select([...conditions, ...(of === 'all' ? [] : [`t.mailbox_id = any(${bind(of)})`])])]
    const which = of === 'all' ? 'true' : `b.id = any(${bind(of)})`
    return [
      `select x.* from ${mailboxes} b cross join lateral (${select([...conditions, 't.mailbox_id = b.id'])}) x where ${which}`,
    ]
  })
  if (!parts.length) return null
  const all = parts.length === 1 ? parts[0]! : parts.map((part) => `(${part})`).join(' union ')
  return `select s.id, s.status, s.waiting_since from (${all}) s ${order ? `order by ${orderOf(order, 's')}` : ''} limit ${limit}`
}
