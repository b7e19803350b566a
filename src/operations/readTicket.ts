import type { PayloadRequest } from 'payload'
import { scopeSQL, ticketScope } from '../collections/access/scope.js'
import type { DocID, Ticket } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf, toID, updateRow } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'

const columns = `t.id, t.number::int, t.subject, t.status, t.priority, t.mailbox_id mailbox, t.contact_id contact,
  t.assignee_id assignee, t.source, t.requester_address "requesterAddress", t.requester_verified "requesterVerified",
  t.automatic, t.spam, t.delivery_problem "deliveryProblem", t.reply_key "replyKey", t.follow_up_of_id "followUpOf",
  t.related_to_id "relatedTo", t.waiting_since "waitingSince", t.last_activity_at "lastActivityAt",
  t.last_customer_message_at "lastCustomerMessageAt", t.last_agent_message_at "lastAgentMessageAt",
  t.first_response_at "firstResponseAt", t.resolved_at "resolvedAt", t.closed_at "closedAt",
  t.message_count::int "messageCount", t.has_attachments "hasAttachments", t.preview,
  t.created_at "createdAt", t.updated_at "updatedAt"`

const dates = [
  'waitingSince',
  'lastActivityAt',
  'lastCustomerMessageAt',
  'lastAgentMessageAt',
  'firstResponseAt',
  'resolvedAt',
  'closedAt',
  'createdAt',
  'updatedAt',
] as const

export type ReadTicketArgs = {
  req: PayloadRequest
  ticket: DocID
  /** Skips the caller's rights. */
  overrideAccess?: boolean
  /** Locks the row until the transaction ends, so that what is decided from it still holds when it is written. */
  lock?: boolean
}

/** The ticket, as far as the caller may see it; `ticketGone` otherwise, the same for missing and forbidden. */
export const readTicket = async ({ req, ticket, overrideAccess, lock }: ReadTicketArgs): Promise<Ticket> => {
  const values: unknown[] = [ticket]
  const scope = overrideAccess ? 'true' : scopeSQL({ req, scope: await ticketScope(req), alias: 't', values })
  if (toID(req, ticket) === null) throw new HelpdeskError('ticketGone')
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.tickets)
  const { rows } = await sqlOf(req).query<Record<string, unknown>>(
    `select ${columns} from ${table} t where t.id = $1 and ${scope} ${lock ? 'for update of t' : ''}`,
    values,
  )
  const row = rows[0]
  if (!row) throw new HelpdeskError('ticketGone')
  for (const key of dates) if (row[key] instanceof Date) row[key] = (row[key] as Date).toISOString()
  return row as unknown as Ticket
}

type WriteTicketArgs = { req: PayloadRequest; ticket: DocID; data: Partial<Ticket> }

/** Writes facts of a ticket, without the site's hooks. */
export const writeTicket = async ({ req, ticket, data }: WriteTicketArgs): Promise<void> => {
  await updateRow({ req, slug: getHelpdesk(req.payload).slugs.tickets, id: ticket, data })
}
