import { createHash } from 'node:crypto'
import libmime from 'libmime'
import { cleanLine, cut } from '../../rules/cleanText.js'
import { isRaster } from '../../rules/raster.js'
import { firstText } from './mime/headers.js'
import type { MimePart } from './mime/parts.js'
import type { UuFile } from './mime/uuencode.js'
import type { ParsedAttachment } from './parsedMail.js'

/** Longer names are cut before their ending. */
const maxNameLength = 200

const isPath = (name: string): boolean => /^(?:[a-z]:)?[/\\]|^\.{1,2}[/\\]/i.test(name)

// A name is a label here, but it is offered for download later: no folders, no marks that turn its ending round.
const safeName = (name: string): string | null => {
  const line = cleanLine(name.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, ''))
  const clean = isPath(line)
    ? line.slice(Math.max(line.lastIndexOf('/'), line.lastIndexOf('\\')) + 1)
    : line.replace(/[/\\]/g, '_')
  if (/^[._\s]*$/.test(clean)) return null
  if (clean.length <= maxNameLength) return clean
  const ending = /\.[\p{L}\p{N}]{1,10}$/u.exec(clean)?.[0] ?? ''
  return cut(clean, maxNameLength - ending.length) + ending
}

const extensionName = (part: MimePart): string | null => {
  if (part.contentType !== 'message/rfc822') return null
  const subject = /^subject:[ \t]*(.*(?:\r?\n[ \t].*)*)/im.exec(
    part.body.subarray(0, 20_000).toString('utf8'),
  )?.[1]
  let name = ''
  try {
    name = subject ? cleanLine(libmime.decodeWords(subject.replace(/\r?\n/g, ''))) : ''
  } catch {
    // The name is a courtesy: a subject that cannot be read gives a plain one.
  }
  return `${cut(name.replace(/[/\\:*?"<>|]+/g, ' ').trim(), 80) || 'message'}.eml`
}

const contentIdOf = (part: MimePart): string | null => {
  const value = firstText(part.headers, 'content-id')
  return value ? cut(value.replace(/[<>\s]/g, ''), 500) || null : null
}

const contentFacts = (content: Buffer): Pick<ParsedAttachment, 'size' | 'sha256' | 'content'> => ({
  size: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  content,
})

/** The files of a mail. `cids` are the Content-IDs that its HTML shows. */
export const readAttachments = ({
  files,
  encoded,
  cids,
}: {
  files: MimePart[]
  encoded: UuFile[]
  cids: string[]
}): ParsedAttachment[] => {
  const shown = new Set(cids)
  const used = new Set<string>()
  const list = files.map((part): ParsedAttachment => {
    const contentId = contentIdOf(part)
    const filename = part.filename ? safeName(part.filename) : extensionName(part)
    const isImage = isRaster(part.contentType)
    // The same Content-ID twice: the first part is the one a mail program shows.
    const isReferenced = contentId !== null && shown.has(contentId) && !used.has(contentId)
    if (isReferenced && isImage) used.add(contentId)
    return {
      filename,
      contentType: cut(part.contentType, 127),
      ...contentFacts(part.body),
      contentId,
      contentLocation: firstText(part.headers, 'content-location'),
      inline:
        isImage &&
        (isReferenced || (part.disposition === 'inline' && contentId !== null && shown.size === 0)),
      partIndex: part.partIndex,
    }
  })
  const last = files.reduce((max, part) => Math.max(max, part.partIndex), 0)
  const extra = encoded.map(
    (file, index): ParsedAttachment => ({
      filename: safeName(file.filename),
      contentType: libmime.detectMimeType(file.filename),
      ...contentFacts(file.content),
      contentId: null,
      contentLocation: null,
      inline: false,
      partIndex: last + 1001 + index,
    }),
  )
  return [...list, ...extra]
}
