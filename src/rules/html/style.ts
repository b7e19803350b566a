// What a mail may say about its look. Left out on purpose: position, z-index, content, animation, transform,
// behavior, custom properties, everything that could fetch (background-image) or cover what is outside its box.
const properties = new Set(
  `background background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width
  border-collapse border-color border-left border-left-color border-left-style border-left-width border-radius
  border-right border-right-color border-right-style border-right-width border-spacing border-style border-top
  border-top-color border-top-style border-top-width border-width caption-side clear color direction display
  empty-cells float font font-family font-size font-style font-variant font-weight height letter-spacing
  line-height list-style list-style-type margin margin-bottom margin-left margin-right margin-top max-height
  max-width min-height min-width opacity overflow overflow-wrap padding padding-bottom padding-left padding-right
  padding-top table-layout text-align text-decoration text-decoration-color text-decoration-line
  text-decoration-style text-indent text-overflow text-transform unicode-bidi vertical-align visibility
  white-space width word-break word-spacing word-wrap`.split(/\s+/),
)

const boxes =
  /^(?:margin|margin-left|margin-top|margin-right|margin-bottom|text-indent|letter-spacing|word-spacing)$/
const functions = /([a-z-]*)\(/g
const harmlessFunctions = new Set(['rgb', 'rgba', 'hsl', 'hsla'])
const maxStyleLength = 4000

const isSafeValue = (property: string, value: string): boolean => {
  if (!value || value.length > 300) return false
  // Backslashes spell hidden words, comments split them, braces and at-signs leave the declaration.
  if (!/^[\p{L}\p{N}\s#%.,'"!()+\-/]*$/u.test(value) || value.includes('/*')) return false
  const lower = value.toLowerCase()
  for (const match of lower.matchAll(functions)) if (!harmlessFunctions.has(match[1]!)) return false
  // A negative box pulls content over what stands beside it.
  return !(boxes.test(property) && /-\s*\d/.test(lower))
}

const declarations = (style: string): string[] => {
  const out: string[] = []
  let start = 0
  let quote = ''
  let depth = 0
  for (let i = 0; i <= style.length; i++) {
    const char = style[i]
    if (i === style.length || (char === ';' && !quote && depth <= 0)) {
      out.push(style.slice(start, i))
      start = i + 1
      depth = 0
    } else if (quote) {
      if (char === quote) quote = ''
    } else if (char === '"' || char === "'") quote = char
    else if (char === '(') depth++
    else if (char === ')') depth--
  }
  return out
}

/** Keeps the declarations of a style attribute that only colour and measure; '' where none is left. */
export const safeStyle = (style: string): string => {
  const kept: string[] = []
  for (const declaration of declarations(style.slice(0, maxStyleLength))) {
    const colon = declaration.indexOf(':')
    if (colon < 1) continue
    const property = declaration.slice(0, colon).trim().toLowerCase()
    const value = declaration.slice(colon + 1).trim()
    if (properties.has(property) && isSafeValue(property, value)) kept.push(`${property}:${value}`)
  }
  return kept.join(';')
}
