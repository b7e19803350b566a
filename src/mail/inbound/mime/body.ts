import libmime from 'libmime'
import { cleanText, cut } from '../../../rules/cleanText.js'
import { decodeText } from './charset.js'
import type { MimePart } from './parts.js'

/** A part that is read, not downloaded. `alternative` parts of the other kind say the same again. */
type Segment = { kind: 'plain' | 'html'; text: string }

export type MailBody = {
  /** Plain text; null where only HTML says it all. */
  text: string | null
  /** Raw, unsafe HTML with the text parts that stand beside it in place; null without an HTML part. */
  html: string | null
  /** Every other leaf, in order. */
  files: MimePart[]
  cut: boolean
}

export type BodyLimits = { maxTextLength: number; maxHtmlLength: number }

const readTypes = new Set(['text/plain', 'text/html', 'text/x-markdown', 'text/markdown', 'text'])

const kindOf = (part: MimePart): Segment['kind'] => (part.contentType === 'text/html' ? 'html' : 'plain')

const charsetOf = (part: MimePart, bytes: Buffer): string | null => {
  if (part.charset || part.contentType !== 'text/html') return part.charset
  const head = bytes.subarray(0, 2048).toString('latin1')
  return /<meta[^>]{0,200}charset\s*=\s*["']?([a-z0-9_:.-]{2,40})/i.exec(head)?.[1] ?? null
}

/** Bytes decoded of HTML with embedded data, which is taken out first; above what a mail may have after base64. */
const maxHtmlBytes = 32 * 1024 * 1024

/** Longest `data:` address kept: what is longer would be left out later, and until then push the words out. */
const maxDataUrl = 400_000

const withoutHugeData = (html: string): string => {
  if (html.length < maxDataUrl) return html
  const kept: string[] = []
  let position = 0
  for (let start = html.indexOf('data:'); start >= 0; start = html.indexOf('data:', start + 5)) {
    const length = html.slice(start, start + maxDataUrl).search(/["'\s>]/)
    if (length >= 0) continue
    let end = start + maxDataUrl
    while (end < html.length && !'"\'> \n\t'.includes(html[end]!)) end++
    kept.push(html.slice(position, start))
    position = start = end
  }
  return kept.length ? kept.join('') + html.slice(position) : html
}

/** Room for embedded pictures beside the markup; somewhat more than is kept of them. */
const maxEmbedded = 1_500_000

const embeddedLength = (html: string): number => {
  let length = 0
  for (const [address] of html.matchAll(/data:image\/[^"'\s>)]*/g)) length += address.length
  return Math.min(length, maxEmbedded)
}

const textOf = (part: MimePart, markup: number): { text: string; cut: boolean } => {
  const isHtml = part.contentType === 'text/html'
  const maxBytes = isHtml && part.body.includes('data:') ? maxHtmlBytes : markup * 4
  const bytes = part.body.length > maxBytes ? part.body.subarray(0, maxBytes) : part.body
  const decoded = decodeText({ bytes, charset: charsetOf(part, bytes) }).replace(/\r\n?/g, '\n')
  const flowed = part.flowed ? libmime.decodeFlowed(decoded, part.delSp) : decoded
  const whole = isHtml ? withoutHugeData(flowed) : flowed
  const max = markup + (isHtml ? embeddedLength(whole) : 0)
  // Cleaning makes it shorter, hardly ever by half.
  const text = cleanText(cut(whole, 2 * max))
  const isCut = text.length > max || whole.length > 2 * max || bytes.length < part.body.length
  return { text: cut(text, max), cut: isCut }
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (char) =>
    char === '&' ? '&amp;' : char === '<' ? '&lt;' : char === '>' ? '&gt;' : '&quot;',
  )

type Bodies = { plain: MimePart[]; html: MimePart[]; files: MimePart[] }

type Position = { index: number; inRelated: boolean }

const isRead = (part: MimePart, { index, inRelated }: Position): boolean =>
  readTypes.has(part.contentType) &&
  part.disposition !== 'attachment' &&
  (index === 0 || (!inRelated && !part.filename)) &&
  !(part.filename && part.disposition)

type Collecting = { multipart: string; into: Bodies; byKind: boolean }

/** The parts a reader sees, once as text and once as HTML (after RFC 8621 §4.1.4). Inside an alternative each kind is one reading. */
const collect = (parts: MimePart[], { multipart, into, byKind }: Collecting): void => {
  const isAlternative = multipart === 'alternative'
  const separate = byKind || isAlternative
  const before = { plain: into.plain.length, html: into.html.length }
  parts.forEach((part, index) => {
    if (part.multipart) {
      collect(part.children, { multipart: part.multipart, into, byKind: separate })
    } else if (!isRead(part, { index, inRelated: multipart === 'related' })) {
      if (!(isAlternative && part.contentType === 'text/x-amp-html')) into.files.push(part)
    } else {
      if (!separate || kindOf(part) === 'plain') into.plain.push(part)
      if (!separate || kindOf(part) === 'html') into.html.push(part)
    }
  })
  if (!isAlternative || byKind) return
  // An alternative with one kind only says it in both readings.
  if (into.plain.length === before.plain) into.plain.push(...into.html.slice(before.html))
  else if (into.html.length === before.html) into.html.push(...into.plain.slice(before.plain))
}

/** Picks the text and the HTML of a mail and hands the rest on as files. */
export const readBody = (root: MimePart, limits: BodyLimits): MailBody => {
  const bodies: Bodies = { plain: [], html: [], files: [] }
  const parts = root.multipart ? root.children : [root]
  collect(parts, { multipart: root.multipart ?? 'mixed', into: bodies, byKind: false })
  const texts = new Map<MimePart, string>()
  let isCut = false
  for (const part of new Set([...bodies.plain, ...bodies.html])) {
    const read = textOf(part, kindOf(part) === 'html' ? limits.maxHtmlLength : limits.maxTextLength)
    texts.set(part, read.text)
    isCut ||= read.cut
  }
  const isPlain = bodies.plain.every((part) => kindOf(part) === 'plain')
  const hasHtml = bodies.html.some((part) => kindOf(part) === 'html')
  const html = bodies.html.map((part) =>
    kindOf(part) === 'html'
      ? texts.get(part)!
      : `<div>${escapeHtml(texts.get(part)!).replace(/\n/g, '<br>')}</div>`,
  )
  const text = cut(bodies.plain.map((part) => texts.get(part)!).join('\n'), limits.maxTextLength)
  return {
    text: isPlain ? text : null,
    html: hasHtml ? cut(html.join('\n'), limits.maxHtmlLength + maxEmbedded) : null,
    files: bodies.files.sort((one, other) => one.partIndex - other.partIndex),
    cut: isCut,
  }
}

/** A leaf as text, whatever its type: delivery reports, returned headers, calendars. */
export const leafText = (part: MimePart, max: number): string => textOf(part, max).text
