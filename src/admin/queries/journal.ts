import type { PayloadRequest } from 'payload'
import { scopeSQL, ticketScope } from '../../collections/access/scope.js'
import type { DocID } from '../../collections/types.js'
import { sqlOf, toID } from '../../core/database.js'
import { HelpdeskError } from '../../core/errors.js'
import type { QuarantinePage } from '../api.js'
import { fromCursor, toCursor } from './cursor.js'
import { binder, iso, tablesOf } from './tables.js'

const pageSize = 50

type QuarantinedMail = QuarantinePage['mails'][number]

/** The mails that wait for a person, the newest first. Managers only; the caller is checked by the endpoint. */
export const listQuarantine = async (req: PayloadRequest, after?: string): Promise<QuarantinePage> => {
  const { inboundEmails, mailboxes, rawSources } = tablesOf(req.payload)
  const values: unknown[] = []
  const bind = binder(values)
  const from = after ? `and (i.created_at, i.id) < (${fromCursor(after, 2).map(bind).join(', ')})` : ''
  const { rows } = await sqlOf(req).query<Omit<QuarantinedMail, 'receivedAt'> & { receivedAt: Date }>(
    `select i.id, json_build_object('id', m.id, 'name', m.name) mailbox, coalesce(i.from_address, '') "from",
       coalesce(i.subject, '') subject, i.created_at "receivedAt", i.verdict, coalesce(i.reason, '') reason,
       coalesce(i.explanation, '') explanation, coalesce(i.error, '') error, coalesce(i.attempts, 0)::int attempts,
       coalesce(i.size, 0)::float8 size,
       exists (select 1 from ${rawSources} s where s.inbound_email_id = i.id) "hasSource"
     from ${inboundEmails} i left join ${mailboxes} m on m.id = i.mailbox_id
     where i.state = 'quarantined' ${from} order by i.created_at desc, i.id desc limit ${pageSize + 1}`,
    values,
  )
  const page = rows.slice(0, pageSize).map((row) => ({ ...row, receivedAt: iso(row.receivedAt) }))
  const last = rows.length > pageSize ? page.at(-1)! : null
  return { mails: page, next: last && toCursor([last.receivedAt, last.id]) }
}

export type MessageOrigin = {
  ticket: DocID
  reason: string
  inboundEmail: DocID | null
  explanation: string
  verdict: string | null
  mailbox: string
  receivedAt: string | null
  from: string
  messageId: string
  attempts: number
}

/** Where a message came from, if the caller may see its ticket; `messageGone` otherwise. */
export const readOrigin = async (req: PayloadRequest, message: unknown): Promise<MessageOrigin> => {
  const id = toID(req, message)
  if (id === null) throw new HelpdeskError('messageGone')
  const { messages, tickets, inboundEmails, mailboxes } = tablesOf(req.payload)
  const values: unknown[] = [id]
  const scope = scopeSQL({ req, scope: await ticketScope(req), alias: 't', values })
  const { rows } = await sqlOf(req).query<Omit<MessageOrigin, 'receivedAt'> & { receivedAt: Date | null }>(
    `select m.ticket_id ticket, coalesce(m.reason, '') reason, m.inbound_email_id "inboundEmail",
       coalesce(i.explanation, '') explanation, i.verdict, coalesce(b.name, '') mailbox, i.created_at "receivedAt",
       coalesce(i.from_address, m.from_address, '') "from", coalesce(m.message_id, '') "messageId",
       coalesce(i.attempts, 0)::int attempts
     from ${messages} m join ${tickets} t on t.id = m.ticket_id
     left join ${inboundEmails} i on i.id = m.inbound_email_id
     left join ${mailboxes} b on b.id = coalesce(i.mailbox_id, t.mailbox_id)
     where m.id = $1 and ${scope}`,
    values,
  )
  const row = rows[0]
  if (!row) throw new HelpdeskError('messageGone')
  return { ...row, receivedAt: row.receivedAt && iso(row.receivedAt) }
}

/** The journal row of a mail in quarantine or handled; `notFound` where there is none. */
export const journalID = async (req: PayloadRequest, inboundEmail: unknown): Promise<DocID> => {
  const id = toID(req, inboundEmail)
  if (id !== null) {
    const { rows } = await sqlOf(req).query(
      `select 1 from ${tablesOf(req.payload).inboundEmails} where id = $1`,
      [id],
    )
    if (rows.length) return id
  }
  throw new HelpdeskError('notFound')
}
