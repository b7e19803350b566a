import { harmlessHeaders } from '../collections/Attachments/headers.js'
import { streamResponse } from '../core/endpoint.js'
import { contentDisposition } from '../rules/contentDisposition.js'
import { bareType, isRaster } from '../rules/raster.js'

export type AttachmentResponseArgs = {
  file: { name: string; type: string }
  bytes: Buffer
  /** Also of pictures, which are shown in place otherwise. */
  download: boolean
  /**
   * Whether the browser keeps it for an hour; not where somebody else may sit there next.
   * @default true
   */
  isKept?: boolean
}

/** A file as it is given out: it never runs, and nothing but pictures without script is shown in place. */
export const attachmentResponse = ({
  file,
  bytes,
  download,
  isKept = true,
}: AttachmentResponseArgs): Response => {
  const type = bareType(file.type)
  const inPlace = isRaster(type) && !download
  const headers = new Headers({
    'Content-Type': type || 'application/octet-stream',
    'Content-Disposition': contentDisposition(inPlace ? 'inline' : 'attachment', file.name),
    'Content-Length': String(bytes.length),
  })
  const harmless = harmlessHeaders(headers)
  if (!isKept) harmless.set('Cache-Control', 'private, no-store')
  return streamResponse({
    body: new Uint8Array(bytes),
    headers: Object.fromEntries(harmless),
  })
}
