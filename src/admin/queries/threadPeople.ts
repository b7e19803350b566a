import type { PayloadRequest } from 'payload'
import { scopeSQL, type TicketScope } from '../../collections/access/scope.js'
import type { DocID, Mailbox, Recipient } from '../../collections/types.js'
import { sqlOf } from '../../core/database.js'
import { addressKey, isAmong } from '../../rules/address.js'
import type { ContactView, Draft, ThreadView } from '../api.js'
import { attachmentJSON, type RawAttachment, toAttachmentView } from './attachmentViews.js'
import { binder, tablesOf } from './tables.js'

type RawDraft = {
  kind: 'reply' | 'note'
  source: unknown
  recipients: Recipient[] | null
  updatedAt: string
  files: RawAttachment[] | null
}

type RawPeople = {
  participants: ThreadView['participants'] | null
  drafts: RawDraft[] | null
  contact: Omit<ContactView, 'addresses' | 'tickets' | 'openTickets'> | null
  addresses: ContactView['addresses'] | null
  tickets: ContactView['tickets'] | null
  open: number
  own: string[] | null
  requester: string | null
}

export type People = Pick<ThreadView, 'participants' | 'drafts' | 'contact' | 'replyTo'>

const shownTickets = 10
const maxOpen = 100

type PeopleArgs = { req: PayloadRequest; ticket: DocID; scope: TicketScope }

/** Everybody in and around a ticket, and what the caller has begun to write. Of the contact's tickets, those seen. */
export const readPeople = async ({ req, ticket, scope }: PeopleArgs): Promise<People> => {
  const { tickets, participants, contacts, contactAddresses, drafts, attachments, mailboxes } = tablesOf(
    req.payload,
  )
  const values: unknown[] = []
  const bind = binder(values)
  const id = bind(ticket)
  const me = bind(req.user!.id)
  const seen = scopeSQL({ req, scope, alias: 'o', values })
  const { rows } = await sqlOf(req).query<RawPeople>(
    `with ticket as (select t.contact_id, t.requester_address from ${tickets} t where t.id = ${id})
     select
       (select json_agg(json_build_object('address', p.address, 'name', coalesce(p.name, ''), 'role', p.role,
         'accepted', coalesce(p.accepted, false), 'contact', p.contact_id) order by p.role desc, p.created_at, p.id)
        from ${participants} p where p.ticket_id = ${id}) participants,
       (select json_agg(json_build_object('kind', d.kind, 'source', d.source, 'recipients', d.recipients,
         'updatedAt', d.updated_at, 'files', (select json_agg(${attachmentJSON(req, 'a')} order by a.id)
           from ${attachments} a where a.draft_id = d.id and a.message_id is null)))
        from ${drafts} d where d.agent_id = ${me} and d.ticket_id = ${id}) drafts,
       (select json_build_object('id', c.id, 'name', coalesce(c.name, ''), 'company', coalesce(c.company, ''),
         'phone', coalesce(c.phone, '')) from ${contacts} c where c.id = (select contact_id from ticket)) contact,
       (select json_agg(json_build_object('address', coalesce(nullif(a.display, ''), a.address),
         'verified', coalesce(a.verified, false), 'state', coalesce(a.state, 'ok')) order by a.created_at, a.id)
        from ${contactAddresses} a where a.contact_id = (select contact_id from ticket)) addresses,
       (select json_agg(json_build_object('id', x.id, 'number', x.number, 'subject', x.subject, 'status', x.status))
        from (select o.id, o.number, o.subject, o.status from ${tickets} o
          where o.contact_id = (select contact_id from ticket) and o.id <> ${id} and ${seen}
          order by o.last_activity_at desc limit ${shownTickets}) x) tickets,
       (select count(*)::int from (select 1 from ${tickets} o where o.contact_id = (select contact_id from ticket)
          and o.status = 'open' and ${seen} limit ${maxOpen}) x) open,
       (select json_agg(m.address) from ${mailboxes} m) own,
       (select requester_address from ticket) requester`,
    values,
  )
  return toPeople(req, rows[0]!)
}

const toPeople = (req: PayloadRequest, row: RawPeople): People => {
  const participants = row.participants ?? []
  const contact = row.contact ?? { id: '', name: '', company: '', phone: '' }
  return {
    participants,
    drafts: { reply: toDraft({ req, row, kind: 'reply' }), note: toDraft({ req, row, kind: 'note' }) },
    contact: {
      ...contact,
      addresses: row.addresses ?? [],
      tickets: row.tickets ?? [],
      openTickets: row.open,
    },
    replyTo: replyTo({ row, participants, contactName: contact.name }),
  }
}

type DraftArgs = { req: PayloadRequest; row: RawPeople; kind: RawDraft['kind'] }

const toDraft = ({ req, row, kind }: DraftArgs): Draft | null => {
  const draft = row.drafts?.find((one) => one.kind === kind)
  if (!draft) return null
  const named = (role: Recipient['role']) =>
    (draft.recipients ?? [])
      .filter((recipient) => recipient.role === role)
      .map(({ name, address }) => ({ name, address }))
  return {
    source: draft.source,
    ...(draft.recipients?.length && { to: named('to'), cc: named('cc') }),
    attachments: (draft.files ?? []).map((file) => toAttachmentView(req, file)),
    updatedAt: new Date(draft.updatedAt).toISOString(),
  }
}

type ReplyToArgs = { row: RawPeople; participants: ThreadView['participants']; contactName: string }

/** Whom an answer goes to: the requester, and in copy whoever takes part and was accepted; never ourselves. */
const replyTo = ({ row, participants, contactName }: ReplyToArgs): ThreadView['replyTo'] => {
  const own = new Set((row.own ?? []).map(addressKey))
  const isOwn = (address: string) => isAmong(own, address)
  const requester = row.requester ?? ''
  const known = participants.find((one) => addressKey(one.address) === addressKey(requester))
  const to: Mailbox[] =
    requester && !isOwn(requester) ? [{ name: known?.name || contactName, address: requester }] : []
  const cc = participants
    .filter((one) => one.accepted && !isOwn(one.address) && addressKey(one.address) !== addressKey(requester))
    .map(({ name, address }) => ({ name, address }))
  return { to, cc }
}
