import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'

/** What nobody put into a message or a draft within this time is swept, in milliseconds. */
export const keepUnusedMs = 24 * 60 * 60_000

export type LinkArgs = {
  req: PayloadRequest
  ticket: DocID
  message: DocID
  attachments: DocID[]
  /** Only uploads of this agent; without it, files that the pipeline stored. */
  uploadedBy?: DocID
}

/** Makes stored files part of a message. Refuses files that are another's, or in another message already. */
export const linkAttachments = async ({
  req,
  ticket,
  message,
  attachments,
  uploadedBy,
}: LinkArgs): Promise<void> => {
  if (!attachments.length) return
  const values: unknown[] = [ticket, message, attachments]
  const own =
    uploadedBy === undefined ? 'uploaded_by_id is null' : `uploaded_by_id = $${values.push(uploadedBy)}`
  const { rowCount } = await sqlOf(req).query(
    `update ${tableOf(req.payload, getHelpdesk(req.payload).slugs.attachments)}
     set ticket_id = $1, message_id = $2, draft_id = null, sweep_after = null, updated_at = now(),
       state = case when state = 'pending' then 'linked' else state end
     where id = any($3) and message_id is null and ${own}`,
    values,
  )
  if (rowCount !== new Set(attachments.map(String)).size) {
    throw new HelpdeskError('badInput', {
      fields: { attachments: 'One of the files is gone or belongs to another message.' },
    })
  }
}

type UnlinkArgs = { req: PayloadRequest; message: DocID; draft: DocID | null }

/** Takes the files of a message out of it again, for its draft. Returns their ids. */
export const unlinkAttachments = async ({ req, message, draft }: UnlinkArgs): Promise<DocID[]> => {
  const { rows } = await sqlOf(req).query<{ id: DocID }>(
    `update ${tableOf(req.payload, getHelpdesk(req.payload).slugs.attachments)}
     set ticket_id = null, message_id = null, draft_id = $2, state = 'pending', sweep_after = $3, updated_at = now()
     where message_id = $1 returning id`,
    [message, draft, new Date(now().getTime() + keepUnusedMs)],
  )
  return rows.map((row) => row.id)
}
