import { createLocalReq, type Payload, type PayloadRequest } from 'payload'
import type { DocID, InboundEmail } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import { messageOf } from '../../core/errors.js'
import { inTransaction } from '../../core/transaction.js'
import { FileRefused, storedType, storeFile } from '../../operations/storeFile.js'
import { StorageFault } from './fault.js'
import type { ParsedAttachment } from './parsedMail.js'

const sweepMs = 24 * 60 * 60_000

/** The key under which a file of a mail is stored once, however often the mail is tried. */
export const attachmentKey = (journal: DocID, partIndex: number): string => `in-${journal}-${partIndex}`

/** How long a mail waits for storage; then it is shown without, its files served from the mail's source. */
const patienceMs = 10 * 60_000

type StoreArgs = {
  payload: Payload
  journal: Pick<InboundEmail, 'id' | 'createdAt'>
  files: readonly ParsedAttachment[]
  /** Whether the mail may be tried again while storage is out of order. */
  canWait: boolean
}

/**
 * Stores the files of a mail as `pending`, each in a transaction of its own, before the verb that links them. What
 * Payload refuses to store keeps a row that says so. Throws a `StorageFault` where storage itself fails.
 */
export const storeAttachments = async (args: StoreArgs): Promise<DocID[]> => {
  const { payload, journal, files } = args
  if (!files.length) return []
  const stored = await storedFiles({ payload, journal, files })
  const ids: DocID[] = []
  for (const file of files) {
    const key = attachmentKey(journal.id, file.partIndex)
    ids.push(stored.get(key) ?? (await store(args, { key, file })))
  }
  return [...new Set(ids)]
}

const storedFiles = async ({ payload, journal, files }: Pick<StoreArgs, 'payload' | 'journal' | 'files'>) => {
  const { rows } = await sqlOf({ payload }).query<{ id: DocID; key: string }>(
    `select id, key from ${tableOf(payload, getHelpdesk(payload).slugs.attachments)}
     where key = any($1) and message_id is null`,
    [files.map(({ partIndex }) => attachmentKey(journal.id, partIndex))],
  )
  return new Map(rows.map(({ id, key }) => [key, id]))
}

type Keyed = { key: string; file: ParsedAttachment }

const store = async (args: StoreArgs, { key, file }: Keyed): Promise<DocID> => {
  let fault: unknown
  // A picture that is none is still a file.
  for (const type of [storedType(file.contentType), 'application/octet-stream']) {
    try {
      return await create({ ...args, key, file, type })
    } catch (error) {
      fault = error
    }
    // Another worker may have been faster, one of the two without knowing that its lease is lost.
    const [known] = (await storedFiles({ ...args, files: [file] })).values()
    if (known !== undefined) return known
    if (fault instanceof Silence) break
  }
  if (!(fault instanceof FileRefused)) {
    const age = now().getTime() - Date.parse(args.journal.createdAt)
    if (args.canWait && age < patienceMs) throw new StorageFault(fault)
  }
  return create({ ...args, key, file, refusal: messageOf(fault) })
}

/** A storage service that is still at it when this is over holds up the other mails; the transaction would not last either. */
const silenceMs = 15_000

class Silence extends Error {}

const soon = async <T>(work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Silence('Storage did not answer in time.')), silenceMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

type CreateArgs = Pick<StoreArgs, 'payload' | 'journal'> &
  Keyed &
  ({ type: string; refusal?: undefined } | { type?: undefined; refusal: string })

const create = async ({ payload, journal, key, file, type, refusal }: CreateArgs): Promise<DocID> =>
  inTransaction(await createLocalReq({}, payload), (req: PayloadRequest) =>
    soon(
      storeFile({
        req,
        data: {
          key,
          originalName: (file.filename ?? '').slice(0, 255),
          contentId: file.contentId ?? '',
          inline: file.inline,
          state: type ? 'pending' : 'refused',
          refusal: refusal?.slice(0, 1000) ?? '',
          partIndex: file.partIndex,
          bytes: file.size,
          sha256: file.sha256,
          inboundEmail: journal.id,
          sweepAfter: new Date(now().getTime() + sweepMs).toISOString(),
        },
        // Never the sender's name or ending: nothing on the site's disk is recognised by what a stranger called it.
        ...(type && file.content && { file: { name: `${key}.bin`, type, data: file.content } }),
      }),
    ),
  )
