import type { RawHeader } from './headers.js'

const maxHeaderBytes = 1024 * 1024

/** Cuts the header block off a raw mail without reading the rest. */
export const splitHeader = (raw: Buffer): { headers: RawHeader[]; bodyStart: number } => {
  const head = raw.toString('latin1', 0, maxHeaderBytes)
  const blank = /(?:^|\n)\r?\n/.exec(head)
  const bodyStart = blank ? blank.index + blank[0].length : Math.min(raw.length, maxHeaderBytes)
  const block = blank ? head.slice(0, blank.index) : head
  const headers: RawHeader[] = []
  for (const line of block.split('\n')) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line
    const last = headers.at(-1)
    if (/^[ \t]/.test(text) && last) last.line += `\r\n${text}`
    else if (/^[\x21-\x39\x3b-\x7e]+[ \t]*:/.test(text))
      headers.push({ key: text.slice(0, text.indexOf(':')).trim().toLowerCase(), line: text })
  }
  return { headers, bodyStart }
}
