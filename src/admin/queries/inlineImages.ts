import type { AttachmentView } from '../api.js'

/** SVG can carry scripts; everything that is not a picture made of dots stays a file. */
export const isRaster = (contentType: string): boolean =>
  /^image\/(png|jpeg|gif|webp|avif|bmp)$/i.test(contentType.split(';')[0]!.trim())

const bare = (id: string) => id.trim().replace(/^<|>$/g, '')

const decode = (id: string): string => {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}

/**
 * Lets the pictures that a mail's HTML names by Content-ID come from our attachment route. Only files of the same
 * message are looked at, the first of a name, and only pictures; whatever else is named stays blank.
 */
export const withInlineImages = (html: string, files: AttachmentView[]): string => {
  if (!html.includes('cid:')) return html
  const urls = new Map<string, string>()
  for (const file of files) {
    const id = bare(file.contentId)
    if (id && file.url && isRaster(file.contentType) && !urls.has(id)) urls.set(id, file.url)
  }
  return html.replace(
    /(<img\b[^>]*?\ssrc=")cid:([^"]*)(")/gi,
    (_, before: string, id: string, after: string) => {
      const url = urls.get(bare(decode(id)))
      return url ? `${before}${url}${after}` : `${before}data:,${after}`
    },
  )
}
