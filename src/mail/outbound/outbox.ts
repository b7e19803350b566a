import type { PayloadRequest } from 'payload'
import type { DocID, OutboundEmail } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import type { Status } from '../../rules/status.js'

/** The outbox's columns under the names of its fields. */
const columns = `id, mailbox_id mailbox, ticket_id ticket, message_id message, kind, event, coalesce(verified, false) verified, agent_id agent, data, coalesce(automatic, false) automatic,
  state, due_at "dueAt", attempts::int, sending_attempts::int "sendingAttempts", lease_token "leaseToken",
  lease_until "leaseUntil", recipients, coalesce(subject, '') subject,
  internet_message_id "internetMessageId", message_id_hash "messageIdHash", coalesce(in_reply_to, '') "inReplyTo",
  "references", rendered, coalesce(error, '') error, error_code "errorCode", sent_at "sentAt",
  unique_key "uniqueKey", created_at "createdAt"`

/** A row of the outbox; null when it is gone. */
export const readOutbox = async (req: PayloadRequest, id: DocID): Promise<OutboundEmail | null> => {
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.outboundEmails)
  const { rows } = await sqlOf(req).query<OutboundEmail>(`select ${columns} from ${table} where id = $1`, [
    id,
  ])
  const row = rows[0]
  return row ? { ...row, references: row.references ?? [], recipients: row.recipients ?? [] } : null
}

export type OutboxMessage = {
  kind: string
  visibility: string
  html: string
  text: string
  author: DocID | null
}

export type OutboxTicket = {
  number: number
  source: string
  replyKey: string
  subject: string
  status: Status
  contactID: DocID
  contact: { name: string; locale: string }
}

/** The words of the message that a mail carries; null when it is gone. */
export const readOutboxMessage = async (req: PayloadRequest, id: DocID): Promise<OutboxMessage | null> => {
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.messages)
  const { rows } = await sqlOf(req).query<OutboxMessage>(
    `select kind, visibility, coalesce(html, '') html, coalesce(text, '') text, author_id author
     from ${table} where id = $1`,
    [id],
  )
  return rows[0] ?? null
}

/** What a mail shows of its ticket; null when it is gone. */
export const readOutboxTicket = async (req: PayloadRequest, id: DocID): Promise<OutboxTicket | null> => {
  const { slugs } = getHelpdesk(req.payload)
  const { rows } = await sqlOf(req).query<OutboxTicket>(
    `select t.number::int, t.source, t.reply_key "replyKey", t.subject, t.status, t.contact_id "contactID",
       json_build_object('name', coalesce(c.name, ''), 'locale', coalesce(c.locale, '')) contact
     from ${tableOf(req.payload, slugs.tickets)} t
     left join ${tableOf(req.payload, slugs.contacts)} c on c.id = t.contact_id where t.id = $1`,
    [id],
  )
  return rows[0] ?? null
}

/** Whether the connection test has received its own mail at the mailbox's plus address. */
export const plusAddressWorks = async (req: PayloadRequest, mailbox: DocID): Promise<boolean> => {
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.mailboxState)
  const { rows } = await sqlOf(req).query<{ works: boolean }>(
    `select coalesce(plus_address_works, false) works from ${table} where mailbox_id = $1`,
    [mailbox],
  )
  return rows[0]?.works ?? false
}

export type LinkedFile = {
  id: DocID
  filename: string | null
  prefix: string | null
  name: string
  contentType: string
  contentId: string
  inline: boolean
}

/** The files of a message, in the order they were attached. Only what a verb has linked to it. */
export const linkedFiles = async (req: PayloadRequest, message: DocID): Promise<LinkedFile[]> => {
  const slug = getHelpdesk(req.payload).slugs.attachments
  const { docs } = await req.payload.find({
    collection: slug as never,
    where: { message: { equals: message }, state: { equals: 'linked' } },
    sort: 'createdAt',
    depth: 0,
    overrideAccess: true,
    pagination: false,
    req,
  })
  return (docs as unknown as Record<string, unknown>[]).map((doc) => ({
    id: doc['id'] as DocID,
    filename: (doc['filename'] as string) ?? null,
    prefix: (doc['prefix'] as string) ?? null,
    name: String(doc['originalName'] || doc['filename'] || 'file'),
    contentType: String(doc['mimeType'] || 'application/octet-stream'),
    contentId: String(doc['contentId'] ?? ''),
    inline: doc['inline'] === true,
  }))
}
