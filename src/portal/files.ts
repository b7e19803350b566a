import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { HelpdeskError } from '../core/errors.js'
import { forEachAlone } from '../core/forEachAlone.js'
import { discardPending, storePending } from '../operations/pendingFile.js'
import { fileSize } from '../rules/fileSize.js'
import { isLocale } from '../rules/locale.js'

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

export type CheckFilesArgs = {
  req: PayloadRequest
  files: SentFile[]
  /** Of the form, which shows the limit. */
  language?: string | undefined
}

/** Throws `tooManyFiles`, `attachmentTooLarge` or `fileType`, each with the limit as its field `files`. */
export const checkFiles = ({ req, files, language = '' }: CheckFilesArgs): void => {
  const { maxCount, maxSize, types } = getHelpdesk(req.payload).portal.attachments
  if (files.length > maxCount)
    throw new HelpdeskError('tooManyFiles', {
      message: `This site takes ${maxCount} files at once.`,
      fields: { files: String(maxCount) },
    })
  for (const file of files) {
    if (file.data.length > maxSize)
      throw new HelpdeskError('attachmentTooLarge', {
        message: `"${file.name}" is larger than ${fileSize(maxSize, 'en')}, which is the limit here.`,
        fields: { files: fileSize(maxSize, isLocale(language) ? language : 'en') },
      })
    if (!isAccepted(types, file))
      throw new HelpdeskError('fileType', {
        message: `"${file.name}" is of a kind that this site does not take. It takes: ${types.join(', ')}.`,
        fields: { files: types.join(', ') },
      })
  }
}

/** What Payload does not take, under the key that the pages have words for. */
const refuseFile = (error: unknown): never => {
  if (!(error instanceof HelpdeskError) || error.key !== 'badInput') throw error
  const { fields } = error.data as { fields?: Record<string, string> }
  throw new HelpdeskError('attachmentRefused', { message: error.message, ...(fields && { fields }) })
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
        }).catch(refuseFile),
      )
    const result = await act(stored)
    isDone = true
    return result
  } finally {
    // What stays behind all the same is swept.
    if (!isDone) await forEachAlone(stored, (id) => discardPending(req, id)).catch(() => undefined)
  }
}
