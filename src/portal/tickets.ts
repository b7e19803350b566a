import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { toldStatusSQL } from '../operations/toldStatus.js'
import { activeStatuses, type Status } from '../rules/status.js'
import type { Caller } from './caller.js'

/** A ticket as its customer sees it: nothing of it is drawn from what is the team's. */
export type PortalTicket = {
  id: DocID
  number: number
  subject: string
  status: Status
  createdAt: string
  /** When something that they may see came last. */
  updatedAt: string
}

export type PortalFile = { id: DocID; name: string; bytes: number; type: string }

export type PortalMessage = {
  id: DocID
  /** Whether the team wrote it. */
  isReply: boolean
  /** Whether whoever asks wrote it. */
  isOwn: boolean
  from: string
  text: string
  /** Of what the team wrote alone: made by the help desk's own editor. */
  html: string
  quoted: string
  createdAt: string
  files: PortalFile[]
}

/**
 * What a customer may see of messages, as SQL: no note, nothing of the team's, nothing that has not left yet, and no
 * letter that went only to people who take no part, as a supplier.
 */
const shown = (req: PayloadRequest, alias: string): string =>
  `(${alias}.visibility = 'customer' and ${alias}.kind <> 'note'
    and coalesce(${alias}.delivery, '') not in ('held', 'cancelled')
    and (${alias}.kind <> 'reply' or exists (
      select 1 from jsonb_array_elements(${alias}.recipients) r
      join ${tablesOf(req).participants} of on of.ticket_id = ${alias}.ticket_id
        and of.address = lower(r ->> 'address') and of.accepted)))`

const tablesOf = (req: PayloadRequest) => {
  const { slugs } = getHelpdesk(req.payload)
  return {
    tickets: tableOf(req.payload, slugs.tickets),
    messages: tableOf(req.payload, slugs.messages),
    participants: tableOf(req.payload, slugs.participants),
    attachments: tableOf(req.payload, slugs.attachments),
    users: tableOf(req.payload, getHelpdesk(req.payload).usersSlug),
    mailboxes: tableOf(req.payload, slugs.mailboxes),
  }
}

export type PortalFilter = {
  /** Those of one mailbox, where the portal is one mailbox's. */
  mailbox?: DocID | null
  /** Of the subject, or the number. */
  search?: string
  status?: 'active' | 'closed' | ''
  /** From 1. */
  page?: number
}

export const pageSize = 20

type ScopeArgs = { req: PayloadRequest; caller: Caller; mailbox?: DocID | null; values: unknown[] }

/** The tickets that a caller may see, as SQL over `t`. */
const scopeSQL = ({ req, caller, mailbox, values }: ScopeArgs): string => {
  if (caller.kind === 'guest') return `t.id = $${values.push(caller.ticket.id)}`
  if (caller.kind !== 'customer') return 'false'
  const takesPart = `exists (select 1 from ${tablesOf(req).participants} p
    where p.ticket_id = t.id and p.address = $${values.push(caller.address)} and p.accepted)`
  return mailbox == null ? takesPart : `${takesPart} and t.mailbox_id = $${values.push(mailbox)}`
}

const told = (req: PayloadRequest): string => toldStatusSQL({ req, ticket: 't.id', status: 't.status::text' })

const statusesOf = { active: activeStatuses, closed: ['closed'] } as const

const columns = (
  req: PayloadRequest,
): string => `t.id, t.number::int, t.subject, ${told(req)} status, t.created_at "createdAt",
  coalesce((select max(m.created_at) from ${tablesOf(req).messages} m where m.ticket_id = t.id and ${shown(req, 'm')}), t.created_at)
    "updatedAt"`

type ListArgs = { req: PayloadRequest; caller: Caller; filter: PortalFilter }

/** A page of the caller's tickets, the latest first, and whether there is another. */
export const listTickets = async ({
  req,
  caller,
  filter,
}: ListArgs): Promise<{ tickets: PortalTicket[]; hasMore: boolean }> => {
  const { tickets } = tablesOf(req)
  const values: unknown[] = []
  const where = [scopeSQL({ req, caller, mailbox: filter.mailbox ?? null, values }), 't.spam is not true']
  if (filter.status) where.push(`${told(req)} = any($${values.push(statusesOf[filter.status])})`)
  const search = filter.search?.trim().slice(0, 100)
  if (search) {
    const like = values.push(`%${search.replace(/[\\%_]/g, '\\$&')}%`)
    const number = /^#?(\d{1,9})$/.exec(search)?.[1]
    where.push(`(t.subject ilike $${like}${number ? ` or t.number = $${values.push(Number(number))}` : ''})`)
  }
  const page = Math.max(1, Math.min(filter.page ?? 1, 500))
  const { rows } = await sqlOf(req).query<PortalTicket>(
    `select ${columns(req)} from ${tickets} t where ${where.join(' and ')}
     order by "updatedAt" desc, t.id desc
     limit ${pageSize + 1} offset $${values.push((page - 1) * pageSize)}`,
    values,
  )
  return { tickets: rows.slice(0, pageSize), hasMore: rows.length > pageSize }
}

type OneArgs = { req: PayloadRequest; caller: Caller; mailbox?: DocID | null; number: number }

/** One ticket. Throws `ticketGone`, the same for missing and another's. */
export const readPortalTicket = async ({ req, caller, mailbox, number }: OneArgs): Promise<PortalTicket> => {
  const { tickets } = tablesOf(req)
  const values: unknown[] = [number]
  const scope = scopeSQL({ req, caller, mailbox: mailbox ?? null, values })
  const { rows } = await sqlOf(req).query<PortalTicket>(
    `select ${columns(req)} from ${tickets} t where t.number = $1 and ${scope} and t.spam is not true`,
    values,
  )
  if (!rows[0]) throw new HelpdeskError('ticketGone')
  return rows[0]
}

type ConversationArgs = { req: PayloadRequest; caller: Caller; ticket: PortalTicket }

/** What has been said, oldest first; nothing where the ticket is another's. */
export const readConversation = async ({
  req,
  caller,
  ticket,
}: ConversationArgs): Promise<PortalMessage[]> => {
  const { messages, attachments, mailboxes, tickets } = tablesOf(req)
  const values: unknown[] = [ticket.id]
  const scope = scopeSQL({ req, caller, values })
  const { rows } = await sqlOf(req).query<PortalMessage & { address: string; files: PortalFile[] }>(
    `select m.id, m.kind = 'reply' "isReply", lower(coalesce(m.from_address, '')) address,
       case when m.kind = 'reply' then coalesce(nullif(b.from_name, ''), b.name, '')
         else coalesce(nullif(m.from_name, ''), m.from_address, '') end "from",
       coalesce(m.text, '') text, case when m.kind = 'reply' then coalesce(m.html, '') else '' end html,
       coalesce(m.quoted_text, '') quoted, m.created_at "createdAt",
       coalesce((select json_agg(json_build_object('id', a.id, 'name', coalesce(a.original_name, a.filename, 'file'),
           'bytes', coalesce(a.bytes, 0), 'type', coalesce(a.mime_type, '')) order by a.id)
         from ${attachments} a where a.message_id = m.id and a.state = 'linked'), '[]'::json) files
     from ${messages} m join ${tickets} t on t.id = m.ticket_id
     left join ${mailboxes} b on b.id = t.mailbox_id
     where m.ticket_id = $1 and ${shown(req, 'm')} and ${scope} order by m.id`,
    values,
  )
  const own = caller.kind === 'nobody' ? '' : caller.address
  return rows.map(({ address, ...message }) => ({
    ...message,
    isOwn: !message.isReply && address === own,
  }))
}

/** A file of a message that the caller may see. Throws `notFound`. */
export const readPortalFile = async ({
  req,
  caller,
  file,
}: {
  req: PayloadRequest
  caller: Caller
  file: DocID
}): Promise<{ id: DocID; filename: string | null; prefix: string | null; name: string; type: string }> => {
  const { messages, attachments, tickets } = tablesOf(req)
  const values: unknown[] = [file]
  const scope = scopeSQL({ req, caller, values })
  // `to_jsonb`, because the folder in a bucket is a column only where a storage adapter has added it.
  const { rows } = await sqlOf(req).query<{
    id: DocID
    filename: string | null
    prefix: string | null
    name: string
    type: string
  }>(
    `select a.id, a.filename, to_jsonb(a) ->> 'prefix' as prefix,
       coalesce(a.original_name, a.filename, 'file') as name, coalesce(a.mime_type, '') as type
     from ${attachments} a join ${messages} m on m.id = a.message_id join ${tickets} t on t.id = m.ticket_id
     where a.id = $1 and a.state = 'linked' and ${shown(req, 'm')} and t.spam is not true and ${scope}`,
    values,
  )
  if (!rows[0]) throw new HelpdeskError('notFound')
  return rows[0]
}
