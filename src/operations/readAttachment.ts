import { readFile } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { HelpdeskError } from '../core/errors.js'

/** The columns of an attachment that lead to its bytes. */
export type StoredFile = {
  id: DocID
  /** The name in storage; empty where storage refused the file. */
  filename?: string | null
  /** The folder in a bucket, where a storage adapter uses one. */
  prefix?: string | null
}

export type ReadAttachmentArgs = {
  req: PayloadRequest
  attachment: StoredFile
  /**
   * The upload collection that it is a document of.
   * @default that of attachments
   */
  collection?: string
}

/**
 * The bytes of a stored attachment, from disk or from the site's storage adapter. Looks at nobody's rights: the
 * caller has decided that already. Throws `notFound` where there is no file.
 */
export const readAttachment = async (args: ReadAttachmentArgs): Promise<Buffer> => {
  const { filename } = args.attachment
  if (!filename) throw new HelpdeskError('notFound')
  return (await fromAdapter({ ...args, filename })) ?? fromDisk({ ...args, filename })
}

const uploadOf = ({ req, collection }: ReadAttachmentArgs) => {
  const slug = collection ?? getHelpdesk(req.payload).slugs.attachments
  return { slug, upload: req.payload.collections[slug]!.config.upload }
}

type AdapterArgs = ReadAttachmentArgs & { filename: string }

const fromAdapter = async (args: AdapterArgs): Promise<Buffer | null> => {
  const { req, attachment, filename } = args
  const { slug, upload } = uploadOf(args)
  for (const handler of upload.handlers ?? []) {
    const params = { collection: slug, filename, ...(attachment.prefix && { prefix: attachment.prefix }) }
    const answer = await handler(bare(req), { doc: attachment as never, headers: new Headers(), params })
    if (!(answer instanceof Response)) continue
    // Adapters with signed downloads answer with the file's address in the bucket.
    const place = answer.status >= 300 && answer.status < 400 ? answer.headers.get('location') : null
    const file = place ? await fetch(place) : answer
    if (file.status === 404) throw new HelpdeskError('notFound')
    if (!file.ok)
      throw new Error(`The storage of attachments answered ${file.status} for attachment ${attachment.id}.`)
    return Buffer.from(await file.arrayBuffer())
  }
  return null
}

/** The adapters read ranges and caching from the headers of the request: the whole file is wanted here. */
const bare = (req: PayloadRequest): PayloadRequest =>
  new Proxy(req, { get: (target, key) => (key === 'headers' ? new Headers() : Reflect.get(target, key)) })

const fromDisk = async (args: AdapterArgs): Promise<Buffer> => {
  const { slug, upload } = uploadOf(args)
  const folder = resolve(upload.staticDir || slug)
  const path = resolve(folder, args.filename)
  if (!path.startsWith(folder + sep)) throw new HelpdeskError('notFound')
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new HelpdeskError('notFound')
    throw error
  }
}
