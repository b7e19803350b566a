import type { PayloadRequest } from 'payload'
import { type TicketScope, ticketScope } from '../../collections/access/scope.js'
import type { DocID } from '../../collections/types.js'
import { sqlOf } from '../../core/database.js'
import { countCap, type ViewName, viewNames, views } from '../../rules/views.js'
import type { Overview } from '../api.js'
import { binder, tablesOf } from './tables.js'
import { type SourceArgs, ticketSource } from './ticketSources.js'

export type Counts = { counts: Overview['counts']; unread: number }

const limit = countCap + 1

const capped = (source: string | null): string => (source ? `(select count(*)::int from (${source}) x)` : '0')

/** Open tickets of each counting view, and the unread ones among mine and the unassigned. All capped. */
export const countTickets = async (req: PayloadRequest, scope?: TicketScope): Promise<Counts> => {
  const values: unknown[] = []
  const args = { req, scope: scope ?? (await ticketScope(req)), values } satisfies SourceArgs
  const counting = viewNames.filter((name) => views[name].counts)
  const counts = counting.map((view) =>
    capped(ticketSource({ ...args, view, conditions: [`t.status = 'open'`], limit })),
  )
  const unread = `(${unreadSource(args, 'mine')} + ${unreadSource(args, 'unassigned')})`
  const columns = counts.map((count, index) => `${count} as "${counting[index]}"`)
  const { rows } = await sqlOf(req).query<Record<ViewName | 'unread', number>>(
    `select ${[...columns, `least(${unread}, ${limit}) as unread`].join(', ')}`,
    values,
  )
  const { unread: found, ...byView } = rows[0]!
  return { counts: byView, unread: found }
}

const unreadSource = (args: SourceArgs, view: ViewName): string => {
  const { readStates } = tablesOf(args.req.payload)
  const me = binder(args.values)(args.req.user!.id)
  const isUnread = `t.last_customer_message_at > coalesce(
    (select r.read_at from ${readStates} r where r.agent_id = ${me} and r.ticket_id = t.id), '-infinity')`
  return capped(ticketSource({ ...args, view, conditions: [`t.status = 'open'`, isUnread], limit }))
}

/** Open tickets of each mailbox that the caller sees, capped. */
export const countByMailbox = async (
  req: PayloadRequest,
  mailboxes: DocID[],
): Promise<Map<string, number>> => {
  if (!mailboxes.length) return new Map()
  const values: unknown[] = []
  const scope = await ticketScope(req)
  const selects = mailboxes.map((mailbox) =>
    capped(
      ticketSource({
        req,
        scope,
        values,
        view: 'active',
        filters: { mailbox },
        conditions: [`t.status = 'open'`],
        limit,
      }),
    ),
  )
  const { rows } = await sqlOf(req).query<{ counts: number[] }>(
    `select array[${selects.join(', ')}]::int[] as counts`,
    values,
  )
  return new Map(mailboxes.map((mailbox, index) => [String(mailbox), rows[0]!.counts[index]!]))
}
