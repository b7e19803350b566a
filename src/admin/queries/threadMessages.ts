import type { PayloadRequest } from 'payload'
import type { DeliveryState, DocID, Recipient, RecipientState } from '../../collections/types.js'
import { sqlOf } from '../../core/database.js'
import { resolveInlineImages } from '../../mail/index.js'
import { addressKey } from '../../rules/address.js'
import type { AttachmentView, MessageView } from '../api.js'
import { attachmentJSON, type RawAttachment, toAttachmentView } from './attachmentViews.js'
import { leftUntil } from './leftUntil.js'
import { binder, iso, isoOrNull, tablesOf } from './tables.js'

export type ThreadPageArgs = {
  req: PayloadRequest
  ticket: DocID
  /** Only what stands before this message. */
  before?: DocID
  limit: number
}

type RawMessage = Record<string, unknown> & {
  id: DocID
  files: RawAttachment[] | null
  /** Addresses of the sender whose images are shown; in their normal form, which SQL cannot make. */
  images_of: string[] | null
}

/** The last messages of a ticket, oldest first, and how many stand before them. Whoever asks. */
export const readMessages = async (
  args: ThreadPageArgs,
): Promise<{ messages: MessageView[]; earlier: number }> => {
  const { req, ticket, before, limit } = args
  const { messages, users, outboundEmails, attachments, rawSources, contactAddresses, personName } = tablesOf(
    req.payload,
  )
  const values: unknown[] = []
  const bind = binder(values)
  const of = `m.ticket_id = ${bind(ticket)} and m.delivery is distinct from 'cancelled'`
  const until =
    before === undefined
      ? ''
      : `and (m.created_at, m.id) < (select b.created_at, b.id from ${messages} b
           where b.id = ${bind(before)} and b.ticket_id = $1)`
  const { rows } = await sqlOf(req).query<RawMessage>(
    `with page as (
       select m.* from ${messages} m where ${of} ${until} order by m.created_at desc, m.id desc limit ${limit}
     )
     select p.id, p.kind, p.visibility, p.created_at, p.sent_date, p.from_name, p.from_address, p.author_id,
       ${personName('u')} author_name, p.recipients, p.subject, p.html, p.text, p.quoted_html, p.quoted_text,
       p.signature, p.remote_images::int remote_images, p.automatic, p.unverified, p.reason, p.delivery,
       p.delivery_error, o.state, o.due_at, o.sent_at, o.error, o.attempts::int attempts, o.recipients out_recipients,
       case when p.kind = 'customer' then (
         select json_agg(ca.address) from ${contactAddresses} ca
         where (ca.contact_id = p.contact_id or ca.address = lower(p.from_address)) and ca.images_allowed
       ) end images_of,
       exists (select 1 from ${rawSources} s where s.inbound_email_id = p.inbound_email_id) has_source,
       case when p.has_attachments then (
         select json_agg(${attachmentJSON(req, 'a')} order by a.part_index, a.id)
         from ${attachments} a where a.message_id = p.id
       ) end files,
       (select count(*)::int from ${messages} m where ${of} and (m.created_at, m.id) <
         (select f.created_at, f.id from page f order by f.created_at, f.id limit 1)) earlier
     from page p
     left join ${users} u on u.id = p.author_id
     left join ${outboundEmails} o on o.message_id = p.id and o.kind = 'reply'
     order by p.created_at, p.id`,
    values,
  )
  return {
    messages: rows.map((row) => toMessageView(req, row)),
    earlier: Number(rows[0]?.['earlier'] ?? 0),
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Pictures that the mail's HTML names by Content-ID come from our route, those of the same message only. */
const withPictures = (html: string, files: AttachmentView[]): string =>
  html.includes('cid:')
    ? resolveInlineImages(html, {
        files: files.filter((file) => file.url).map((file) => ({ ...file, filename: file.name })),
        urlOf: (file) => file.url!,
      })
    : html

const toMessageView = (req: PayloadRequest, row: RawMessage): MessageView => {
  const files = (row.files ?? []).map((file) => toAttachmentView(req, file))
  const sent = (row['out_recipients'] ?? null) as RecipientState[] | null
  const all = sent ?? ((row['recipients'] ?? []) as Recipient[])
  const recipients = all.filter((one): one is MessageView['recipients'][number] => one.role !== 'replyTo')
  const replyTo = all.filter(({ role }) => role === 'replyTo')
  return {
    id: row.id,
    kind: row['kind'] as MessageView['kind'],
    visibility: row['visibility'] as MessageView['visibility'],
    createdAt: iso(row['created_at']),
    sentDate: isoOrNull(row['sent_date']),
    from: {
      name: text(row['from_name']),
      address: text(row['from_address']),
      agent:
        row['author_id'] == null ? null : { id: row['author_id'] as DocID, name: text(row['author_name']) },
    },
    recipients,
    ...(replyTo.length && { replyTo: replyTo.map(({ name, address }) => ({ name, address })) }),
    subject: text(row['subject']),
    html: withPictures(text(row['html']), files),
    text: text(row['text']),
    quotedHtml: withPictures(text(row['quoted_html']), files),
    quotedText: text(row['quoted_text']),
    signature: text(row['signature']),
    attachments: files,
    remoteImages: Number(row['remote_images'] ?? 0),
    imagesAllowed: row.images_of?.includes(addressKey(text(row['from_address']))) ?? false,
    automatic: Boolean(row['automatic']),
    unverified: Boolean(row['unverified']),
    reason: text(row['reason']),
    hasSource: Boolean(row['has_source']),
    delivery: toDelivery(row),
  }
}

const toDelivery = (row: RawMessage): MessageView['delivery'] => {
  const state = (row['state'] ?? row['delivery']) as DeliveryState | null
  if (!state) return null
  const attempts = Number(row['attempts'] ?? 0)
  const undoUntil = state === 'held' ? isoOrNull(row['due_at']) : null
  return {
    state,
    undoUntil,
    undoMs: undoUntil === null ? null : leftUntil(undoUntil),
    sentAt: isoOrNull(row['sent_at']),
    error: text(row['delivery_error']) || text(row['error']),
    nextTryAt: state === 'queued' && attempts > 0 ? isoOrNull(row['due_at']) : null,
    attempts,
  }
}
