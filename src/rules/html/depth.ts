/** Levels of open elements that are parsed; browsers flatten below 512, real mail stays under 200. */
const maxDepth = 500

const voids = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'param',
  'source',
  'track',
  'wbr',
])

// The parser closes these by itself when a sibling opens, so a long run of them does not nest.
const implied = new Set([
  'p',
  'li',
  'dt',
  'dd',
  'option',
  'optgroup',
  'tr',
  'td',
  'th',
  'thead',
  'tbody',
  'tfoot',
  'rt',
  'rp',
])

/** Whether elements nest so deep that parsing would be quadratic. One pass, stops at the limit. */
export const htmlTooDeep = (html: string): boolean => {
  const stack: string[] = []
  const open = new Map<string, number>()
  const tag = /<(\/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})/g
  for (let match = tag.exec(html); match; match = tag.exec(html)) {
    const name = match[2]!.toLowerCase()
    if (voids.has(name) || implied.has(name)) continue
    if (!match[1]) {
      open.set(name, (open.get(name) ?? 0) + 1)
      if (stack.push(name) > maxDepth) return true
      continue
    }
    // An end tag closes what was left open inside, as the parser does.
    while (open.get(name)) {
      const closed = stack.pop()!
      open.set(closed, open.get(closed)! - 1)
      if (closed === name) break
    }
  }
  return false
}
