import {
  aboveThisLine,
  dayOrMonth,
  forwardNames,
  type HeaderRole,
  headerRoles,
  openers,
  originalNames,
  wroteVerbs,
} from './quoteWords.js'

const maxHeaderLength = 400
const maxHeaderLines = 4

/** Takes marks of writing direction and Markdown's bold away: clients wrap header lines in them. */
const plain = (text: string): string =>
  text
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff*]/g, '')
    .replace(/\u00a0/g, ' ')
    .trim()

const hasAddress = (text: string): boolean => /[^\s@<>]@[^\s@<>]+\.[^\s@<>]/.test(text)

const hasDate = (text: string): boolean =>
  /\d{1,2}[:.h]\d{2}|\b(?:19|20)\d{2}\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}月/.test(
    text,
  ) ||
  (/\d/.test(text) && dayOrMonth.test(text))

const hasVerb = (text: string): boolean => {
  const lower = ` ${text.toLowerCase()} `
  return wroteVerbs.some((verb) => lower.includes(verb))
}

type WroteHeader = { end: number; sure: boolean }

const isOpener = (text: string): boolean => openers.test(text) || dayOrMonth.test(text.slice(0, 14))

const endsWithVerb = (text: string): boolean => {
  const lower = text.toLowerCase()
  return wroteVerbs.some((verb) => lower.endsWith(verb.replace(/[:：]$/, '').trimEnd()))
}

// Yahoo's program for phones goes on with the quoted text in the same line.
const headerBefore = (line: string): string | null => /^(.{10,300}?[:：])\s{2,}\S/.exec(line)?.[1] ?? null

const bareHeader = /^["'“„(]?(?:\p{L}{2,20},? )?["'“„]?\d/u

/** What the words from one line to another are, taken as one header line. */
const wroteHeader = (joined: string): { sure: boolean } | null => {
  const words = joined.replace(/https?:\/\/\S+/g, '')
  const dated = hasDate(words)
  const addressed = hasAddress(words)
  if ((/[:：]\s*$/.test(joined) || /\s-{2,}$/.test(joined)) && hasVerb(words)) {
    if (dated || addressed) return { sure: dated && (addressed || isOpener(joined)) }
    if (joined.length < 120) return { sure: false }
  }
  if (dated && addressed && endsWithVerb(joined)) return { sure: true }
  // Some programs write no verb at all: a date, a name, an address.
  if (dated && addressed && bareHeader.test(joined) && /[>:)]\s*$/.test(joined))
    return { sure: /:\s*$/.test(joined) }
  return null
}

/** Whether a later line is a header by itself: what stands above it then is somebody's answer. */
const opensLater = (lines: string[]): boolean =>
  lines.some(
    (line, index) => openers.test(plain(line)) && wroteHeader(lines.slice(index).map(plain).join(' '))?.sure,
  )

/**
 * A line, or up to four, that introduces a quote: "On … wrote:" in many languages, or a bare date and address.
 * `sure` where date and address stand beside the verb, so that it counts even before text without `>`.
 */
export const wroteHeaderEnd = (texts: string[], start: number): WroteHeader | null => {
  let joined = ''
  for (let i = start; i < texts.length && i < start + maxHeaderLines; i++) {
    const raw = texts[i]!
    if (raw.length > maxHeaderLength) return null
    const line = plain(raw)
    if (!line || (i > start && !isOpener(plain(texts[start]!)))) return null
    joined = joined ? `${joined} ${line}` : line
    if (joined.length > maxHeaderLength) return null
    const header = wroteHeader(joined)
    const before = i === start && isOpener(line) ? headerBefore(line) : null
    if (before && hasAddress(before) && wroteHeader(before)?.sure) return { end: i + 1, sure: true }
    if (header) return opensLater(texts.slice(start + 1, i + 1)) ? null : { end: i + 1, sure: header.sure }
  }
  return null
}

/**
 * Where, among the lines right above a quote, what introduces it begins, in a language whose verbs we do not know; -1
 * where nothing does. As few lines as will do: what stands above may be somebody's answer.
 */
export const headerStart = (lines: string[]): number => {
  for (let start = lines.length - 1; start >= 0; start--) {
    const text = lines.slice(start).map(plain).join(' ')
    if (text.length > maxHeaderLength || !/[:：]$/.test(text)) return -1
    if (!hasAddress(text) && !(hasDate(text) && isOpener(text))) continue
    while (
      start > 0 &&
      !hasDate(text) &&
      hasDate(plain(lines[start - 1]!)) &&
      isOpener(plain(lines[start - 1]!))
    )
      start--
    return start
  }
  return -1
}

const roleOf = (raw: string): HeaderRole | null => {
  if (raw.length > 2000) return null
  const text = plain(raw.slice(0, 60))
  const colon = text.search(/[:：]/)
  if (colon < 1 || colon > 30) return null
  return headerRoles.get(text.slice(0, colon).trim().toLowerCase()) ?? null
}

/**
 * A block of From:, Sent:, To:, Subject: in any of the languages; the index after it, or null.
 * The sender's line and two more kinds must stand in it (one more after a separator line).
 */
export const headerBlockEnd = ({
  texts,
  start,
  afterSeparator,
}: {
  texts: string[]
  start: number
  afterSeparator: boolean
}): number | null => {
  if (start >= texts.length || roleOf(texts[start]!) === null) return null
  const roles = new Set<HeaderRole>()
  let end = start
  let gap = 0
  for (let i = start; i < texts.length && i < start + 24; i++) {
    const role = roleOf(texts[i]!)
    if (role) {
      roles.add(role)
      end = i + 1
      gap = 0
    } else if (++gap > 1) {
      break
    }
  }
  const enough =
    roles.has('from') &&
    roles.size >= (afterSeparator ? 2 : 3) &&
    (roles.has('date') || roles.has('subject') || afterSeparator)
  return enough ? end : null
}

/** A line that parts the reply from what follows: `named` says what follows, `ruled` is only a rule. */
export const isSeparator = (raw: string): 'named' | 'ruled' | null => {
  if (raw.length > 200) return null
  const text = plain(raw)
  if (/^[-_=‐-―]{4,}$/.test(text)) return 'ruled'
  if (aboveThisLine.test(text)) return 'named'
  const named = /^[-‐-―_=]{2,}\s*(.{3,80}?)\s*[-‐-―_=]*:?$/.exec(text)
  return named &&
    originalNames.has(
      named[1]!
        .trim()
        .toLowerCase()
        .replace(/[:：]$/, ''),
    )
    ? 'named'
    : null
}

/** GroupWise: the line above an earlier mail that is not marked itself, `>>> Name 20.03.2014 18:04 >>>`. */
export const isArrowHeader = (line: { text: string; depth: number }): boolean =>
  line.depth === 3 && line.text.length < 200 && /\S\s*>>>\s*$/.test(line.text) && hasDate(line.text)

/** "Begin forwarded message:" and its kin: what follows is what the sender wants to show. */
export const isForwardLine = (raw: string): boolean => {
  if (raw.length > 200) return false
  const text = plain(raw)
    .replace(/^[-‐-―_=\s]+|[-‐-―_=\s:：]+$/g, '')
    .toLowerCase()
  return forwardNames.has(text)
}
