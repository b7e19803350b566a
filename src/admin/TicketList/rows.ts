import type { DocID } from '../../collections/types.js'
import { statuses } from '../../rules/status.js'
import { views } from '../../rules/views.js'
import type { TicketPage, TicketRow } from '../api.js'
import type { Place } from '../desk/place.js'

/** A line as the list holds it. */
export type ListRow = TicketRow & {
  /** It left this view while somebody was pointing at the list; it goes when nobody does. */
  hasLeft?: boolean
}

export type Rows = {
  rows: ListRow[]
  /** Where the next page starts; null at the end. */
  next: string | null
  /** What arrived and is not shown yet. */
  waiting: ListRow[]
}

export type ListScope = Pick<
  Place,
  'view' | 'mailbox' | 'assignee' | 'priority' | 'waiting' | 'search' | 'fields'
> & {
  me: DocID
}

const time = (iso: string) => Date.parse(iso) || 0

const compareIds = (one: DocID, other: DocID): number =>
  typeof one === 'number' && typeof other === 'number' ? one - other : String(one) < String(other) ? -1 : 1

/** The order of the server's pages. */
export const compareRows =
  (view: Place['view']) =>
  (one: TicketRow, other: TicketRow): number => {
    const byTime = time(one.waitingSince) - time(other.waitingSince) || compareIds(one.id, other.id)
    if (views[view].order === 'newest') return -byTime
    return statuses.indexOf(one.status) - statuses.indexOf(other.status) || byTime
  }

const hoursSince = (iso: string): number => (Date.now() - time(iso)) / 3_600_000

/** Whether a ticket belongs to a list, as far as its row can tell; a search or a site's own field it cannot. */
export const belongs = (row: TicketRow, scope: ListScope): boolean => {
  const view: { statuses: readonly string[]; assignee?: string; problem?: true; spam?: true } =
    views[scope.view]
  return (
    view.statuses.includes(row.status) &&
    (view.assignee !== 'me' || row.assignee?.id === scope.me) &&
    (view.assignee !== 'nobody' || !row.assignee) &&
    (!view.problem || row.deliveryProblem) &&
    row.spam === Boolean(view.spam) &&
    (!scope.mailbox || String(row.mailbox) === scope.mailbox) &&
    (!scope.priority || row.priority === scope.priority) &&
    (!scope.waiting || (row.status === 'open' && hoursSince(row.waitingSince) >= Number(scope.waiting))) &&
    (!scope.assignee ||
      (scope.assignee === 'nobody' ? !row.assignee : String(row.assignee?.id) === scope.assignee))
  )
}

/** Whether new tickets of this list can be told from their row. */
const isTellable = (scope: ListScope): boolean => !scope.search && !Object.values(scope.fields).some(Boolean)

const replace = (rows: ListRow[], row: ListRow): ListRow[] =>
  rows.map((present) =>
    present.id === row.id ? { ...row, ...(present.hit === undefined ? {} : { hit: present.hit }) } : present,
  )

const without = (rows: ListRow[], id: DocID): ListRow[] => rows.filter((row) => row.id !== id)

/** Lets go of what has left and shows what waits, in order. `keep` = the ticket that is open. */
export const settle = (state: Rows, { scope, keep }: { scope: ListScope; keep: DocID | null }): Rows => {
  const stay = state.rows.filter((row) => !row.hasLeft || row.id === keep)
  if (!isTellable(scope)) return { ...state, rows: stay, waiting: [] }
  const known = new Set(stay.map((row) => row.id))
  const fresh = state.waiting.filter((row) => !known.has(row.id))
  return { ...state, rows: [...stay, ...fresh].sort(compareRows(scope.view)), waiting: [] }
}

type Change = { row: TicketRow; scope: ListScope; keep: DocID | null; isHeld: boolean }

/**
 * The list after a ticket changed. While `isHeld` (somebody points at the list or reads further down) no line moves:
 * changes show in place and what is new waits, unless the list is empty.
 */
export const applyRow = (state: Rows, { row, scope, keep, isHeld }: Change): Rows => {
  const isShown = state.rows.some((present) => present.id === row.id)
  const fits = !isTellable(scope) || belongs(row, scope)
  if (isShown) {
    const rows = replace(state.rows, fits ? row : { ...row, hasLeft: true })
    const next = { ...state, rows, waiting: without(state.waiting, row.id) }
    return isHeld ? next : settle(next, { scope, keep })
  }
  if (!fits || !isTellable(scope)) return { ...state, waiting: without(state.waiting, row.id) }
  const last = state.rows.at(-1)
  // What belongs to a page that was not read yet comes with that page.
  if (state.next && last && compareRows(scope.view)(row, last) > 0) return state
  const waiting = [...without(state.waiting, row.id), row]
  // In a list that is empty nothing can move away under anybody's pointer.
  return isHeld && state.rows.length ? { ...state, waiting } : settle({ ...state, waiting }, { scope, keep })
}

export const removeRow = (state: Rows, id: DocID): Rows => ({
  ...state,
  rows: without(state.rows, id),
  waiting: without(state.waiting, id),
})

/** What the list hears of one ticket. */
export type RowEvent = { row: TicketRow } | { gone: DocID }

/** The list after what was heard, in order. */
export const applyEvents = (
  state: Rows,
  { events, ...rest }: Omit<Change, 'row'> & { events: RowEvent[] },
): Rows =>
  events.reduce(
    (rows, event) =>
      'gone' in event ? removeRow(rows, event.gone) : applyRow(rows, { row: event.row, ...rest }),
    state,
  )

type Refresh = { page: TicketPage; scope: ListScope; keep: DocID | null; isHeld: boolean }

/** The list after its first page was read again: lines come, change and go as by live events, and further pages stay. */
export const refreshRows = (state: Rows, { page, scope, keep, isHeld }: Refresh): Rows => {
  // What a search finds is only known by asking, and somebody who reads keeps what they read.
  if (!isTellable(scope)) return isHeld ? state : { rows: page.tickets, next: page.next, waiting: [] }
  const order = compareRows(scope.view)
  const last = page.tickets.at(-1)
  const present = new Set(page.tickets.map(({ id }) => id))
  const isInPage = (row: ListRow) => !page.next || (last !== undefined && order(row, last) <= 0)
  const start: Rows = {
    ...state,
    rows: state.rows.map((row) => (!present.has(row.id) && isInPage(row) ? { ...row, hasLeft: true } : row)),
    next: state.rows.length > page.tickets.length ? state.next : page.next,
    waiting: state.waiting.filter((row) => present.has(row.id) || !isInPage(row)),
  }
  const next = page.tickets.reduce((rows, row) => applyRow(rows, { row, scope, keep, isHeld: true }), start)
  return isHeld ? next : settle(next, { scope, keep })
}

/** The next page put to what is there. */
export const appendPage = (state: Rows, page: TicketPage): Rows => {
  const known = new Set(state.rows.map((row) => row.id))
  return {
    ...state,
    rows: [...state.rows, ...page.tickets.filter((row) => !known.has(row.id))],
    next: page.next,
  }
}

/** Where to go from an open ticket: the line after (or before) it. */
export const neighbour = (
  rows: ListRow[],
  { id, step }: { id: string | null; step: 1 | -1 },
): ListRow | undefined => {
  const index = rows.findIndex((row) => String(row.id) === id)
  return index < 0 ? rows[step > 0 ? 0 : rows.length - 1] : rows[index + step]
}
