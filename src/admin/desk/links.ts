export type TextPiece = { text: string; href?: string }

// No quotes, angle brackets or spaces: what ends a link in every mail program.
const pattern = /(?:https?:\/\/|mailto:|tel:)[^\s<>"'`\p{Cc}]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu
const trailing = /[.,;:!?)\]}*_~]+$/

const isSafe = (href: string): boolean => {
  try {
    return ['http:', 'https:', 'mailto:', 'tel:'].includes(new URL(href).protocol)
  } catch {
    return false
  }
}

/** Plain text in pieces, its links apart; only http, https, mailto and tel ever become one. */
export const splitLinks = (text: string): TextPiece[] => {
  const pieces: TextPiece[] = []
  let end = 0
  for (const match of text.matchAll(pattern)) {
    let found = match[0]
    const tail = trailing.exec(found)?.[0] ?? ''
    // A closing bracket belongs to the link when it opens in it, as in many wikis' addresses.
    if (tail && !(tail.startsWith(')') && found.includes('('))) found = found.slice(0, -tail.length)
    const href = /^[a-z]+:/i.test(found) ? found : `mailto:${found}`
    if (!found || !isSafe(href)) continue
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) })
    pieces.push({ text: found, href })
    end = match.index + found.length
  }
  if (end < text.length) pieces.push({ text: text.slice(end) })
  return pieces
}
