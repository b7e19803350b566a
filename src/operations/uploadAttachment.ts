import { createHash } from 'node:crypto'
import { asVerb } from '../collections/managed.js'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf, toID } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { randomKey } from '../core/secret.js'
import { agentOf, agentOrRefuse } from './agentOf.js'
import type { VerbArgs } from './args.js'
import { keepUnusedMs } from './attachments.js'
import { FileRefused, storedType, storeFile } from './storeFile.js'

export type UploadArgs = VerbArgs & { file: { name: string; type: string; data: Buffer } }

/**
 * Stores a file that an agent attaches, as their own until a message or a draft takes it. Writes the attachment in
 * state `pending`; its name in storage cannot be guessed, its own name is kept as text. For everybody with a role.
 * Throws `notSignedIn`, `notAllowed`, `attachmentTooLarge`, `attachmentRefused` where Payload takes it for dangerous.
 */
export const uploadAttachment = async ({ req, file }: UploadArgs): Promise<{ attachment: DocID }> => {
  const { attachments } = getHelpdesk(req.payload)
  const agent = agentOrRefuse(req)
  if (file.data.length > attachments.maxSize) throw new HelpdeskError('attachmentTooLarge')
  const key = randomKey(128)
  const data = {
    key: `upload:${key}`,
    originalName: file.name.slice(0, 255),
    contentId: '',
    inline: false,
    state: 'pending',
    bytes: file.data.length,
    sha256: createHash('sha256').update(file.data).digest('hex'),
    uploadedBy: agent,
    sweepAfter: new Date(now().getTime() + keepUnusedMs).toISOString(),
  }
  try {
    // No ending: a file of ours is never recognised by its name.
    const stored = { name: `${key}.bin`, type: storedType(file.type), data: file.data }
    return { attachment: await storeFile({ req, data, file: stored }) }
  } catch (error) {
    if (error instanceof FileRefused) throw new HelpdeskError('attachmentRefused')
    throw error
  }
}

/**
 * Deletes an own upload that is in no message. Throws `notFound`, the same for missing, another's and sent.
 */
export const discardUpload = async ({ req, attachment }: VerbArgs & { attachment: DocID }): Promise<void> => {
  const slug = getHelpdesk(req.payload).slugs.attachments
  const agent = agentOf(req)
  if (agent === null || toID(req, attachment) === null) throw new HelpdeskError('notFound')
  const { rowCount } = await sqlOf(req).query(
    `update ${tableOf(req.payload, slug)} set draft_id = null
     where id = $1 and uploaded_by_id = $2 and message_id is null`,
    [attachment, agent],
  )
  if (!rowCount) throw new HelpdeskError('notFound')
  await req.payload.delete({
    collection: slug as never,
    id: attachment,
    depth: 0,
    overrideAccess: true,
    req: asVerb(req),
  })
}
