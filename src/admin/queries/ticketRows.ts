import type { PayloadRequest } from 'payload'
import type { DocID } from '../../collections/types.js'
import type { TicketRow } from '../api.js'
import { iso, tablesOf } from './tables.js'

/** A ticket's line as the database returns it, by the columns of `rowColumns`. */
export type RawRow = Record<string, unknown> & { id: DocID }

/**
 * The columns of a ticket `t`'s line; `me` is the place of the caller's id. What stands in other tables is asked for by
 * row, not joined: the planner weighs no orders of joins for a page of rows.
 */
export const rowColumns = (req: PayloadRequest, me: string): string => {
  const { personName, contacts, users, readStates } = tablesOf(req.payload)
  return `t.id, t.number::float8 number, t.subject, t.status::text status, t.priority::text priority, t.mailbox_id,
    t.contact_id, (select c.name from ${contacts} c where c.id = t.contact_id) contact_name,
    t.requester_address, t.requester_verified, t.assignee_id,
    (select ${personName('u')} from ${users} u where u.id = t.assignee_id) assignee_name,
    t.preview, t.waiting_since, t.last_activity_at, t.automatic, t.spam,
    t.has_attachments, t.delivery_problem, t.related_to_id, t.message_count::int message_count,
    (t.last_customer_message_at > coalesce((
      select r.read_at from ${readStates} r where r.agent_id = ${me} and r.ticket_id = t.id
    ), '-infinity')) unread`
}

export const toTicketRow = (row: RawRow): TicketRow => ({
  id: row.id,
  number: Number(row['number']),
  subject: String(row['subject'] ?? ''),
  status: row['status'] as TicketRow['status'],
  priority: row['priority'] as TicketRow['priority'],
  mailbox: row['mailbox_id'] as DocID,
  requester: {
    contact: row['contact_id'] as DocID,
    name: String(row['contact_name'] ?? ''),
    address: String(row['requester_address'] ?? ''),
  },
  requesterVerified: Boolean(row['requester_verified']),
  assignee:
    row['assignee_id'] == null
      ? null
      : { id: row['assignee_id'] as DocID, name: String(row['assignee_name'] ?? '') },
  preview: String(row['preview'] ?? ''),
  waitingSince: iso(row['waiting_since']),
  lastActivityAt: iso(row['last_activity_at']),
  unread: Boolean(row['unread']),
  automatic: Boolean(row['automatic']),
  spam: Boolean(row['spam']),
  hasAttachments: Boolean(row['has_attachments']),
  deliveryProblem: Boolean(row['delivery_problem']),
  possiblyRelated: row['related_to_id'] != null,
  messageCount: Number(row['message_count'] ?? 0),
  ...(typeof row['hit'] === 'string' ? { hit: row['hit'] } : {}),
})
