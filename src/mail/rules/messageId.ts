/** Ids kept of a list: the first ones name the thread, the last ones its nearest mails. */
const keptFirst = 20
const keptLast = 80

/** Octets of an id; RFC 5322 allows a line of 998. */
const maxIdLength = 998

/** Characters of a header that are read. */
const maxListLength = 1_000_000

const clean = (id: string): string => id.replace(/[\s\p{Cc}<>]+/gu, '')

/** An id in angle brackets, without blanks; null where nothing stands there. Odd ids (`<a@@b>`, no `@`) are kept: senders use them. */
export const normalizeMessageId = (value: string | null | undefined): string | null => {
  if (!value) return null
  const bracketed = /<([^<>]*)>/.exec(value.slice(0, 4000))
  const id = clean(
    bracketed?.[1]?.trim()
      ? bracketed[1]
      : (value
          .slice(0, 4000)
          .replace(/\([^()]*\)/g, ' ')
          .trim()
          .split(/\s/)[0] ?? ''),
  )
  return id ? `<${id.slice(0, maxIdLength)}>` : null
}

const bareIds = (text: string): string[] =>
  text
    .replace(/\([^()]*\)/g, ' ')
    .split(/[\s,;]+/)
    .map(clean)
    .filter((word) => word.includes('@') && !word.startsWith('"') && !word.endsWith('"'))

/**
 * The ids of In-Reply-To and References, oldest first, each once. Comments and words between them are passed over,
 * ids without brackets are taken where they look like one. Of an endless list the first 20 and the last 80 are kept.
 */
export const parseMessageIds = (values: string[]): string[] => {
  const found: string[] = []
  for (const value of values) {
    const text = value.slice(-maxListLength)
    let position = 0
    while (position < text.length) {
      const open = text.indexOf('<', position)
      const close = open < 0 ? -1 : text.indexOf('>', open)
      if (close < 0) {
        found.push(...bareIds(text.slice(position).replace(/</g, ' ')))
        break
      }
      if (open > position) found.push(...bareIds(text.slice(position, open)))
      const inner = text.lastIndexOf('<', close)
      // A bracket that nobody closed before the next one opens.
      if (inner > open) found.push(...bareIds(text.slice(open + 1, inner).replace(/</g, ' ')))
      const id = clean(text.slice(inner, close))
      if (id) found.push(id)
      position = close + 1
    }
  }
  const unique = [...new Set(found.map((id) => `<${id.slice(0, maxIdLength)}>`))]
  return unique.length <= keptFirst + keptLast
    ? unique
    : [...unique.slice(0, keptFirst), ...unique.slice(-keptLast)]
}
