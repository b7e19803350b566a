import { isRaster } from '../../rules/raster.js'

/** What is known of a stored file when its mail's HTML is shown. */
export type InlineCandidate = {
  filename: string | null
  contentType: string
  contentId: string | null
  contentLocation?: string | null
}

const decoded = (cid: string): string => {
  try {
    return decodeURIComponent(cid)
  } catch {
    return cid
  }
}

/**
 * The file that a `cid:` of the sanitised HTML means: by Content-ID, else Content-Location, else its name; the first of
 * several, only among the files of the same message, only images. Null where there is none.
 */
export const inlineImage = <File extends InlineCandidate>(cid: string, files: File[]): File | null => {
  const id = decoded(cid.replace(/^cid:/i, '')).replace(/^<|>$/g, '')
  const images = files.filter((file) => isRaster(file.contentType))
  return (
    images.find((file) => file.contentId === id) ??
    images.find((file) => file.contentLocation === id) ??
    images.find(
      (file) => file.filename !== null && (file.filename === id || id.startsWith(`${file.filename}@`)),
    ) ??
    null
  )
}

/** The sanitised HTML with each `cid:` image pointed at a URL of ours; unresolved ones lose their source and keep their alt. */
export const resolveInlineImages = <File extends InlineCandidate>(
  html: string,
  { files, urlOf }: { files: File[]; urlOf: (file: File) => string },
): string =>
  html.replace(/(<img\b[^>]{0,4000}?\s)src="cid:([^"]{0,1000})"/g, (_whole, before: string, cid: string) => {
    const file = inlineImage(cid, files)
    if (!file) return before
    const url = urlOf(file).replace(
      /[&"<>]/g,
      (char) => ({ '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' })[char]!,
    )
    return `${before}src="${url}"`
  })
