import type { PayloadRequest } from 'payload'
import type { DocID } from '../../collections/types.js'
import { HelpdeskError } from '../../core/errors.js'
import { parsersOf } from './parsers.js'
import { readRaw } from './raw.js'

export type RawPartArgs = {
  req: PayloadRequest
  inboundEmail: DocID
  /** The file's position among the leaves of the mail. */
  partIndex: number
  /** Lower-case hex of the file's bytes. */
  sha256: string
}

/**
 * A file out of the source of its mail, for one that storage has refused. Throws `rawGone` where the source is no
 * longer kept or holds no such file. Looks at nobody's rights.
 */
export const readRawPart = async ({ req, inboundEmail, partIndex, sha256 }: RawPartArgs): Promise<Buffer> => {
  const raw = await readRaw({ req, inboundEmail })
  const { attachments } = await parsersOf(req.payload).parse(raw)
  const file = attachments.find((one) => one.partIndex === partIndex && one.sha256 === sha256)
  if (!file?.content) throw new HelpdeskError('rawGone')
  return file.content
}
