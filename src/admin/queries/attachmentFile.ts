import type { PayloadRequest } from 'payload'
import { scopeSQL, ticketScope } from '../../collections/access/scope.js'
import type { DocID } from '../../collections/types.js'
import { sqlOf, toID } from '../../core/database.js'
import { HelpdeskError } from '../../core/errors.js'
import { tablesOf } from './tables.js'

export type AttachmentFile = {
  id: DocID
  filename: string | null
  prefix: string | null
  name: string
  type: string
  state: string
  inboundEmail: DocID | null
  partIndex: number | null
  sha256: string | null
}

/** A file, if the caller sees its ticket or has uploaded it; `notFound` otherwise. */
export const readAttachmentFile = async (
  req: PayloadRequest,
  attachment: unknown,
): Promise<AttachmentFile> => {
  const id = toID(req, attachment)
  if (id === null || !req.user) throw new HelpdeskError('notFound')
  const { attachments, tickets } = tablesOf(req.payload)
  const values: unknown[] = [id, req.user.id]
  const scope = scopeSQL({ req, scope: await ticketScope(req), alias: 't', values })
  // `to_jsonb`, because the folder in a bucket is a column only where a storage adapter has added it.
  const { rows } = await sqlOf(req).query<AttachmentFile>(
    `select a.id, a.filename, to_jsonb(a) ->> 'prefix' as prefix, coalesce(a.original_name, a.filename, 'file') as name,
       coalesce(a.mime_type, '') as type, coalesce(a.state, '') as state, a.inbound_email_id "inboundEmail",
       a.part_index::int "partIndex", a.sha256
     from ${attachments} a left join ${tickets} t on t.id = a.ticket_id
     where a.id = $1 and ((t.id is not null and ${scope}) or (t.id is null and a.uploaded_by_id = $2))`,
    values,
  )
  if (!rows[0]) throw new HelpdeskError('notFound')
  return rows[0]
}
