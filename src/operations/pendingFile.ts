import { createHash, randomUUID } from 'node:crypto'
import type { PayloadRequest } from 'payload'
import { asVerb } from '../collections/managed.js'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { inTransaction } from '../core/transaction.js'
import { keepUnusedMs } from './attachments.js'
import { FileRefused, storedType, storeFile } from './storeFile.js'

export type PendingFile = {
  filename: string
  contentType: string
  /** Where HTML shows it: its Content-ID. */
  contentId?: string
  content: Buffer
}

export type KeepPendingArgs = {
  req: PayloadRequest
  file: PendingFile
  /** Its name in storage, and what makes it one. */
  key: string
}

/**
 * Stores a file that somebody outside sends, in a transaction of its own, before the verb that links it. Throws
 * `FileRefused` where Payload does not take it.
 */
export const keepPending = ({ req, file, key }: KeepPendingArgs): Promise<DocID> => {
  const data = {
    key,
    originalName: file.filename.slice(0, 255),
    contentId: file.contentId ?? '',
    inline: Boolean(file.contentId),
    state: 'pending',
    bytes: file.content.length,
    sha256: createHash('sha256').update(file.content).digest('hex'),
    sweepAfter: new Date(now().getTime() + keepUnusedMs).toISOString(),
  }
  const stored = { name: `${key}.bin`, type: storedType(file.contentType), data: file.content }
  return inTransaction(req, (own) => storeFile({ req: own, data, file: stored }))
}

export type StorePendingArgs = Omit<KeepPendingArgs, 'key'> & {
  /** By which way it came: the beginning of its key. */
  source: 'webhook' | 'portal'
  /** What the sender called it, for a refusal. */
  field: string
}

/** The same under a name that nobody can guess. Throws `badInput`, for whoever waits for an answer. */
export const storePending = async ({ req, file, source, field }: StorePendingArgs): Promise<DocID> => {
  try {
    return await keepPending({ req, file, key: `${source}-${randomUUID()}` })
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error
    throw new HelpdeskError('badInput', {
      message: `The file "${file.filename}" was refused. Pack it, as a zip for example, to send it.`,
      fields: { [field]: error.message },
    })
  }
}

/** Deletes such a file, unless it is in a message: a COMMIT that was not heard of may have happened all the same. */
export const discardPending = (req: PayloadRequest, id: DocID): Promise<void> =>
  inTransaction(req, async (own) => {
    const slug = getHelpdesk(own.payload).slugs.attachments
    const { rows } = await sqlOf(own).query(
      `select 1 from ${tableOf(own.payload, slug)} where id = $1 and message_id is null for update`,
      [id],
    )
    if (!rows.length) return
    await own.payload.delete({
      collection: slug as never,
      id,
      depth: 0,
      overrideAccess: true,
      req: asVerb(own),
    })
  })
