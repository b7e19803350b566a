import { FileUploadError, type PayloadRequest, ValidationError } from 'payload'
import { type FileFault, hearFault } from '../collections/Attachments/unopened.js'
import { asVerb } from '../collections/managed.js'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'

const plainType = /^[\w.+-]{1,60}\/[\w.+-]{1,80}$/

/** The type under which a file is stored: what it says of itself, without parameters, where that is a type at all. */
export const storedType = (declared: string): string => {
  const type = declared.split(';')[0]!.trim().toLowerCase()
  return plainType.test(type) ? type : 'application/octet-stream'
}

/** Payload does not take this file, however often it is tried. */
export class FileRefused extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.name = 'FileRefused'
  }
}

export type StoreFileArgs = {
  req: PayloadRequest
  /** The attachment's fields. */
  data: Record<string, unknown>
  file?: { name: string; type: string; data: Buffer } | undefined
}

/**
 * Writes an attachment and its file, as it is: nothing of it is decoded. Throws `FileRefused` where Payload does not
 * take the file, and what storage said where that failed.
 */
export const storeFile = async ({ req, data, file }: StoreFileArgs): Promise<DocID> => {
  const { payload } = req
  const fault: FileFault = {}
  const marked = asVerb(req)
  hearFault(marked.context, fault)
  try {
    const { id } = (await payload.create({
      collection: getHelpdesk(payload).slugs.attachments as never,
      data: data as never,
      ...(file && {
        file: { name: file.name, data: file.data, mimetype: file.type, size: file.data.length },
        overwriteExistingFiles: true,
      }),
      depth: 0,
      overrideAccess: true,
      req: marked,
    })) as { id: DocID }
    return id
  } catch (error) {
    // Payload says the same of a damaged picture and of a full disk.
    const isDisk = typeof (fault.error as { syscall?: unknown } | undefined)?.syscall === 'string'
    if (isDisk) throw fault.error
    if (error instanceof FileUploadError || error instanceof ValidationError) throw new FileRefused(error)
    throw error
  } finally {
    req.payload = payload
  }
}
