import type { PayloadRequest } from 'payload'
import { ticketScope } from '../../collections/access/scope.js'
import { sqlOf } from '../../core/database.js'
import { type View, type ViewName, views } from '../../rules/views.js'
import type { TicketPage } from '../api.js'
import { fromCursor, toCursor } from './cursor.js'
import { binder, iso, tablesOf } from './tables.js'
import { type RawRow, rowColumns, toTicketRow } from './ticketRows.js'
import { orderOf, type TicketFilters, ticketSource } from './ticketSources.js'

export type TicketListArgs = {
  req: PayloadRequest
  view: ViewName
  filters?: TicketFilters
  /** `next` of the page before. */
  after?: string
  limit: number
}

type KeysetArgs = { order: View['order']; after: string; bind: (value: unknown) => string }

const keyset = ({ order, after, bind }: KeysetArgs): string => {
  const place = fromCursor(after, order === 'waiting' ? 3 : 2)
  const places = place.map(bind).join(', ')
  return order === 'waiting'
    ? `(t.status, t.waiting_since, t.id) > (${places})`
    : `(t.waiting_since, t.id) < (${places})`
}

/** One page of a view, by key: the deepest page costs what the first does. */
export const listTickets = async ({
  req,
  view,
  filters,
  after,
  limit,
}: TicketListArgs): Promise<TicketPage> => {
  const values: unknown[] = []
  const bind = binder(values)
  const { order } = views[view]
  const { tickets } = tablesOf(req.payload)
  const scope = await ticketScope(req)
  const conditions = after ? [keyset({ order, after, bind })] : []
  const source = ticketSource({ req, scope, values, view, filters, conditions, order, limit: limit + 1 })
  if (!source) return { tickets: [], next: null }
  const { rows } = await sqlOf(req).query<RawRow>(
    `select ${rowColumns(req, bind(req.user!.id))} from (${source}) p join ${tickets} t on t.id = p.id
     order by ${orderOf(order, 'p')}`,
    values,
  )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1)! : null
  const place = last && [iso(last['waiting_since']), last.id]
  return {
    tickets: page.map(toTicketRow),
    next: place && toCursor(order === 'waiting' ? [String(last['status']), ...place] : place),
  }
}
