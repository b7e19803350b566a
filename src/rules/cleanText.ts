/** Removes what a database or a page cannot hold: NUL and control characters, halves of surrogate pairs. */
export const cleanText = (text: string): string => {
  let out = text
  // The look-ahead spares the line breaks and tabs that every text has.
  if (/(?![\t\n\r\x85])\p{Cc}/u.test(out)) {
    out = out
      .replace(/[\v\f]/g, '\n')
      .replace(/(?![\t\n\r\x85])\p{Cc}/gu, (code) => (code > '\x7f' ? code : ''))
  }
  return /\p{Cs}/u.test(out) ? out.replace(/\p{Cs}/gu, '\ufffd') : out
}

/** One line: control characters and line breaks become blanks. */
export const cleanLine = (text: string): string => cleanText(text).replace(/\s+/g, ' ').trim()

/** Cuts at a length without leaving half a surrogate pair. */
export const cut = (text: string, max: number): string => {
  if (text.length <= max) return text
  const last = text.charCodeAt(max - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max)
}
