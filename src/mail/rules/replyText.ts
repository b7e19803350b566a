import { joinLines, labelLines, type ReplyLine } from './replyLines.js'

export type ReplyText = { reply: string; quoted: string; signature: string }

/** Characters of a line that are looked at; longer lines are paragraphs, never headers. */
const maxLineLength = 10_000

const quotedLine = (raw: string): ReplyLine => {
  let depth = 0
  let start = 0
  for (let i = 0; i < raw.length; i++) {
    const char = raw[i]
    if (char === '>') {
      depth++
      start = i + 1
    } else if (char !== ' ' && char !== '\t' && char !== '\u00a0') break
    else if (i - start >= 3) break
  }
  return { text: depth ? raw.slice(start, start + maxLineLength).replace(/^ /, '') : raw, depth }
}

/** Lines that are looked at: what follows goes with the last of them. */
const maxLines = 10_000

const firstLines = (text: string): { lines: string[]; rest: string } => {
  let end = 0
  for (let count = 0; count < maxLines; count++) {
    const next = text.indexOf('\n', end)
    if (next < 0) return { lines: text.split('\n'), rest: '' }
    end = next + 1
  }
  return { lines: text.slice(0, end - 1).split('\n'), rest: text.slice(end) }
}

/** Takes the text of a mail apart: what the sender writes now, the earlier mails it repeats, the signature. */
export const splitReplyText = (text: string, options: { forwarded?: boolean } = {}): ReplyText => {
  const { lines: raw, rest } = firstLines(text.replace(/\r\n?/g, '\n'))
  const lines = raw.map(quotedLine)
  const labels = labelLines(lines, options)
  const whole = { lines: raw.map((line) => ({ text: line })), labels }
  if (rest) {
    whole.lines.push({ text: rest })
    labels.push(labels.at(-1) === 'quoted' ? 'quoted' : 'reply')
  }
  return {
    reply: joinLines(whole, 'reply'),
    quoted: joinLines(whole, 'quoted'),
    signature: joinLines(whole, 'signature'),
  }
}
