import {
  headerBlockEnd,
  headerStart,
  isArrowHeader,
  isForwardLine,
  isSeparator,
  wroteHeaderEnd,
} from './quoteHeader.js'
import { isListFooter, isMobileSignature, signatureKind } from './signature.js'

/** A line of a mail, from text or from HTML. */
export type ReplyLine = {
  /** Without quote marks. */
  text: string
  /** Levels of quoting that the mail itself shows: `>` or a cited block. */
  depth: number
  /** An indented block that may be a quote: it is one where a line that introduces a quote stands before it. */
  soft?: boolean
  /** What the sender's program marked, see quoteMark.ts. */
  mark?: 'cut' | 'prefix' | 'signature' | null
}

export type LineLabel = 'reply' | 'quoted' | 'signature'

/** Lines with what each of them is, in the same order. */
export type Labelled<Line = ReplyLine> = { lines: Line[]; labels: LineLabel[] }

/** Lines after which a reply is not looked at any more: the rest stays as it is. */
const maxLines = 20_000

const isBlankLine = (line: ReplyLine | undefined): boolean => !line || line.text.trim() === ''

const nextFilled = (lines: ReplyLine[], from: number): number => {
  let index = from
  while (index < lines.length && isBlankLine(lines[index])) index++
  return index
}

const hasReply = ({ lines, labels }: Labelled, end: number): boolean => {
  for (let i = 0; i < end; i++)
    if (labels[i] === 'reply' && !isBlankLine(lines[i]) && !isSeparator(lines[i]!.text)) return true
  return false
}

/** A short passage right above a quote, in whatever language: it ends in a colon and names a date or address. */
const strangeHeader = (lines: ReplyLine[], index: number): Opening | null => {
  const { depth } = lines[index]!
  let end = index
  while (end < lines.length && end < index + 5 && !isBlankLine(lines[end]) && lines[end]!.depth === depth)
    end++
  const next = lines[nextFilled(lines, end)]
  if (end > index + 4 || !next || !(next.depth > depth || next.soft)) return null
  const passage = lines.slice(index, end).map((line) => line.text)
  return headerStart(passage) === 0 ? { end, rest: false } : null
}

/** How a passage that introduces an earlier mail runs: `end` is the first line after it; `rest` says all that follows belongs to it. */
type Opening = { end: number; rest: boolean }

type Passages = { lines: ReplyLine[]; texts: string[] }

const openingAt = ({ lines, texts }: Passages, index: number): Opening | null => {
  const line = lines[index]!
  if (line.mark === 'cut') return { end: index + 1, rest: true }
  let start = index
  const separated = isSeparator(line.text)
  if (separated) start = nextFilled(lines, index + 1)
  const block = headerBlockEnd({ texts, start, afterSeparator: separated !== null })
  if (block) return { end: block, rest: true }
  if (separated === 'named') return { end: index + 1, rest: true }
  const header = wroteHeaderEnd(texts, start)
  if (!header) {
    // A language we do not know: the program's own mark says what the line is for.
    const below = lines[nextFilled(lines, index + 1)]
    return line.mark === 'prefix' && below && (below.depth > line.depth || below.soft)
      ? { end: index + 1, rest: false }
      : null
  }
  const next = lines[nextFilled(lines, header.end)]
  if (next && (next.depth > line.depth || next.soft)) return { end: header.end, rest: false }
  return header.sure ? { end: header.end, rest: true } : null
}

const labelSoft = ({ lines, labels }: Labelled, from: number): void => {
  for (let i = nextFilled(lines, from); i < lines.length && (lines[i]!.soft || isBlankLine(lines[i])); i++)
    labels[i] = 'quoted'
}

const labelQuotes = (labelled: Labelled, forwarded: boolean): void => {
  const { lines, labels } = labelled
  const passages = { lines, texts: lines.map((line) => line.text) }
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    if (line.depth > 0) {
      if (isArrowHeader(line) && hasReply(labelled, i) && !forwarded) {
        labels.fill('quoted', i)
        return
      }
      labels[i] = 'quoted'
      continue
    }
    if (isBlankLine(line)) continue
    if (isForwardLine(line.text)) {
      // What somebody forwards is what they want to say: nothing below is a quote of ours.
      return
    }
    const opening = openingAt(passages, i) ?? strangeHeader(lines, i)
    if (!opening) continue
    if (opening.rest) {
      if (forwarded || !hasReply(labelled, i)) continue
      labels.fill('quoted', i)
      return
    }
    labels.fill('quoted', i, opening.end)
    labelSoft(labelled, opening.end)
    i = opening.end - 1
  }
}

const segmentEnd = (labels: LineLabel[], from: number): number => {
  let end = from
  while (end < labels.length && labels[end] === 'reply') end++
  return end
}

const labelSignatures = (labelled: Labelled): void => {
  const { lines, labels } = labelled
  for (let i = 0; i < lines.length; i++) {
    if (labels[i] !== 'reply' || isBlankLine(lines[i])) continue
    const line = lines[i]!
    if (line.mark === 'signature') {
      labels[i] = 'signature'
      continue
    }
    const kind = signatureKind(line.text)
    const isFooter = isListFooter(line.text)
    const isMobile = isMobileSignature(line.text)
    if (!kind && !isFooter && !isMobile) continue
    const end = segmentEnd(labels, i)
    const filled = lines.slice(i + 1, Math.min(end, i + 60)).filter((other) => !isBlankLine(other)).length
    const isSignature =
      (kind === 'standard' && filled <= 40) ||
      (kind === 'loose' && filled > 0 && filled <= 12 && hasReply(labelled, i)) ||
      (isFooter && filled > 0 && filled <= 6 && hasReply(labelled, i))
    if (isSignature) {
      labels.fill('signature', i, end)
      i = end - 1
    } else if (isMobile && filled <= 2) {
      labels[i] = 'signature'
    }
  }
}

/**
 * Says of each line whether it is what the sender writes now, the earlier mail, or the signature.
 * Unsure means reply: a quote shown twice is a nuisance, an answer folded away is a loss.
 */
export const labelLines = (lines: ReplyLine[], options: { forwarded?: boolean } = {}): LineLabel[] => {
  const labels: LineLabel[] = lines.map(() => 'reply')
  const seen = lines.slice(0, maxLines)
  const seenLabels = labels.slice(0, maxLines)
  const labelled = { lines: seen, labels: seenLabels }
  labelQuotes(labelled, options.forwarded ?? false)
  labelSignatures(labelled)
  seenLabels.forEach((label, index) => {
    labels[index] = label
  })
  for (let i = maxLines; i < lines.length; i++)
    labels[i] = seenLabels[maxLines - 1] === 'quoted' ? 'quoted' : 'reply'
  if (!hasReply({ lines, labels }, lines.length)) return withoutReply(lines, labels)
  return labels
}

// Nothing but quote or signature: a signature is all they say, then; a mail of quotes only stays quoted where lines are marked `>`.
const withoutReply = (lines: ReplyLine[], labels: LineLabel[]): LineLabel[] => {
  const marked = lines.some((line) => line.depth > 0)
  return labels.map((label, index) =>
    label === 'quoted' && (marked || lines[index]!.depth > 0) ? 'quoted' : 'reply',
  )
}

/** The lines of one label as text: inner blank lines kept, one between passages that stood apart. */
export const joinLines = ({ lines, labels }: Labelled<{ text: string }>, wanted: LineLabel): string => {
  const out: string[] = []
  let last = -1
  lines.forEach((line, index) => {
    if (labels[index] !== wanted) return
    const text = line.text.trimEnd()
    const isNewPassage = last !== index - 1
    // Blank lines around a passage that was taken out do not add up.
    if (isNewPassage && out.length && out.at(-1) !== '') out.push('')
    if (isNewPassage && !text) return
    out.push(text)
    last = index
  })
  return out.join('\n').trim()
}
