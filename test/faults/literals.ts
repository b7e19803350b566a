/** Told the size of a mail that is handed over: after how many of its bytes the connection ends; null lets it pass. */
export type ChooseCut = (size: number) => number | null

const head = /BODY\[\] \{(\d+)\}\r\n/i

/** More than the words before a mail are long, which may come in two pieces. */
const overlap = 40

/** Reads what an IMAP server says, piece by piece; how much of a piece may pass, null = the whole. */
export const cutterOf = (choose: ChooseCut): ((piece: Buffer) => number | null) => {
  let left = 0
  let cut: number | null = null
  let tail = ''
  return (piece) => {
    let at = 0
    while (at < piece.length) {
      if (left > 0) {
        const here = Math.min(left, piece.length - at)
        if (cut !== null && cut <= here) return at + cut
        if (cut !== null) cut -= here
        left -= here
        at += here
        continue
      }
      const words = tail + piece.toString('latin1', at)
      const found = head.exec(words)
      if (!found) {
        tail = words.slice(-overlap)
        break
      }
      at += found.index + found[0].length - tail.length
      tail = ''
      left = Number(found[1])
      cut = choose(left)
    }
    return null
  }
}
