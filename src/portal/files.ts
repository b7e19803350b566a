import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { HelpdeskError } from '../core/errors.js'
import { forEachAlone } from '../core/forEachAlone.js'
import { discardPending, storePending } from '../operations/pendingFile.js'
import { fileSize } from '../rules/fileSize.js'

/** A file as a form or a JSON body brings it. */
export type SentFile = { name: string; type: string; data: Buffer }

/** Whether a file is of a kind that the `accept` attribute of a file field names. */
export const isAccepted = (
  types: readonly string[],
  { name, type }: Pick<SentFile, 'name' | 'type'>,
): boolean => {
  const bare = type.split(';')[0]!.trim().toLowerCase()
  return (
    !types.length ||
    types.some((given) => {
      const wanted = given.trim().toLowerCase()
      if (wanted.startsWith('.')) return name.toLowerCase().endsWith(wanted)
      if (wanted.endsWith('/*')) return bare.startsWith(wanted.slice(0, -1))
      return bare === wanted
    })
  )
}

/** Throws `tooManyFiles`, `attachmentTooLarge` or `fileType`, each with the limit as its field `files`. */
export const checkFiles = (req: PayloadRequest, files: SentFile[]): void => {
  const { maxCount, maxSize, types } = getHelpdesk(req.payload).portal.attachments
  const most = fileSize(maxSize, 'en')
  if (files.length > maxCount)
    throw new HelpdeskError('tooManyFiles', {
      message: `This site takes ${maxCount} files at once.`,
      fields: { files: String(maxCount) },
    })
  for (const file of files) {
    if (file.data.length > maxSize)
      throw new HelpdeskError('attachmentTooLarge', {
        message: `"${file.name}" is larger than ${most}, which is the limit here.`,
        fields: { files: most },
      })
    if (!isAccepted(types, file))
      throw new HelpdeskError('fileType', {
        message: `"${file.name}" is of a kind that this site does not take. It takes: ${types.join(', ')}.`,
        fields: { files: types.join(', ') },
      })
  }
}

/** Stores files, which have been checked, before the act that links them; where that fails they are taken away again. */
export const withFiles = async <T>(
  { req, files }: { req: PayloadRequest; files: SentFile[] },
  act: (attachments: DocID[]) => Promise<T>,
): Promise<T> => {
  const stored: DocID[] = []
  let isDone = false
  try {
    for (const { name, type, data } of files)
      stored.push(
        await storePending({
          req,
          file: { filename: name, contentType: type, content: data },
          source: 'portal',
          field: 'files',
        }),
      )
    const result = await act(stored)
    isDone = true
    return result
  } finally {
    // What stays behind all the same is swept.
    if (!isDone) await forEachAlone(stored, (id) => discardPending(req, id)).catch(() => undefined)
  }
}
