export type UuFile = { filename: string; content: Buffer }

const maxFiles = 50

const decodeLine = (line: string, out: number[]): void => {
  const wanted = (line.charCodeAt(0) - 32) & 63
  const end = out.length + wanted
  for (let i = 1; i < line.length && out.length < end; i += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map(
      (offset) => ((line.charCodeAt(i + offset) || 32) - 32) & 63,
    )
    const bytes = [(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d]
    for (const byte of bytes) if (out.length < end) out.push(byte)
  }
}

/** Takes uuencoded files out of a text; a block without an end stays text. */
export const extractUuencoded = (text: string): { text: string; files: UuFile[] } => {
  if (!/^begin [0-7]{3,4} \S/m.test(text)) return { text, files: [] }
  const lines = text.split('\n')
  const kept: string[] = []
  const files: UuFile[] = []
  for (let i = 0; i < lines.length; i++) {
    const begin = /^begin [0-7]{3,4} (\S.{0,254})$/.exec(lines[i]!)
    const bytes: number[] = []
    let end = i + 1
    if (begin && files.length < maxFiles) {
      while (end < lines.length && lines[end] !== 'end' && /^[\x20-\x60]{1,90}$/.test(lines[end]!))
        decodeLine(lines[end++]!, bytes)
    }
    if (begin && lines[end] === 'end') {
      files.push({ filename: begin[1]!.trim(), content: Buffer.from(bytes) })
      i = end
    } else {
      kept.push(lines[i]!)
      // A begin without its end is read once, not again from each of its lines.
      if (begin && end > i + 1) {
        kept.push(...lines.slice(i + 1, end))
        i = end - 1
      }
    }
  }
  return { text: kept.join('\n'), files }
}

/** Undoes the transfer encoding `x-uuencode`: the first file in the bytes, else the bytes. */
export const decodeUuencode = (bytes: Buffer): Buffer =>
  extractUuencoded(bytes.toString('latin1').replace(/\r\n?/g, '\n')).files[0]?.content ?? bytes
