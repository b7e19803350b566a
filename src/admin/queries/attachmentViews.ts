import type { PayloadRequest } from 'payload'
import { formatAdminURL } from 'payload/shared'
import type { DocID } from '../../collections/types.js'
import { sqlOf } from '../../core/database.js'
import type { AttachmentView } from '../api.js'
import { tablesOf } from './tables.js'

/** An attachment's row as JSON, as `attachmentJSON` makes it. */
export type RawAttachment = {
  id: DocID
  name: string | null
  filename: string | null
  type: string | null
  bytes: number | null
  inline: boolean | null
  contentId: string | null
  state: string | null
  refusal: string | null
  hasSource: boolean
}

/** SQL that makes a JSON object of an attachment's row. */
export const attachmentJSON = (req: PayloadRequest, alias: string): string => {
  const { rawSources } = tablesOf(req.payload)
  return `json_build_object('id', ${alias}.id, 'name', ${alias}.original_name, 'filename', ${alias}.filename,
    'type', ${alias}.mime_type, 'bytes', coalesce(${alias}.bytes, ${alias}.filesize)::float8, 'inline', ${alias}.inline,
    'contentId', ${alias}.content_id, 'state', ${alias}.state, 'refusal', ${alias}.refusal,
    'hasSource', exists (select 1 from ${rawSources} s where s.inbound_email_id = ${alias}.inbound_email_id))`
}

/** The address of the route that serves an attachment. */
export const attachmentUrl = (req: PayloadRequest, id: DocID): string =>
  formatAdminURL({
    apiRoute: req.payload.config.routes.api,
    path: `/helpdesk/attachments/${id}`,
    relative: true,
  })

export const toAttachmentView = (req: PayloadRequest, file: RawAttachment): AttachmentView => {
  const isStored = file.state !== 'refused' && Boolean(file.filename)
  return {
    id: file.id,
    name: file.name || file.filename || 'file',
    contentType: file.type ?? 'application/octet-stream',
    bytes: file.bytes ?? 0,
    inline: Boolean(file.inline),
    contentId: file.contentId ?? '',
    url: isStored || file.hasSource ? attachmentUrl(req, file.id) : null,
    refusal: file.refusal ?? '',
  }
}

/** An attachment for whoever has been found to be allowed to see it. */
export const readAttachmentView = async (req: PayloadRequest, id: DocID): Promise<AttachmentView> => {
  const { rows } = await sqlOf(req).query<{ file: RawAttachment }>(
    `select ${attachmentJSON(req, 'a')} file from ${tablesOf(req.payload).attachments} a where a.id = $1`,
    [id],
  )
  return toAttachmentView(req, rows[0]!.file)
}
