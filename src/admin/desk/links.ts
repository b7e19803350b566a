export type TextPiece = { text: string; href?: string }

// No quotes, angle brackets or spaces: what ends a link in every mail program. Parts of an address have an end, so that
// a long word is not tried anew from each of its letters.
const pattern =
  /(?:https?:\/\/|mailto:|tel:)[^\s<>"'`\p{Cc}]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}/giu
const trailing = new Set('.,;:!?)]}*_~')

/** The signs at the end that belong to the sentence. */
const tailOf = (found: string): string => {
  let end = found.length
  while (end > 0 && trailing.has(found[end - 1]!)) end--
  return found.slice(end)
}

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
    const tail = tailOf(found)
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
