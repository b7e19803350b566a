const patterns: readonly [RegExp, string][] = [
  [/(\son[a-z]{2,30}\s{0,5})=/gi, '$1&#61;'],
  [/\b((?:java|vb|live)script\s{0,5}):/gi, '$1&#58;'],
  [/\b(data):(?=text\/html)/gi, '$1&#58;'],
  [/\b(expression\s{0,5})\(/gi, '$1&#40;'],
  [/@(?=import\b)/gi, '&#64;'],
  [/\b(srcdoc\s{0,5})=/gi, '$1&#61;'],
]

/**
 * Writes words of a message that only look like a handler or a script address with an entity, so that no later reader with
 * a pattern for them (a filter, a search highlighter, another mail program) is misled. What is shown stays the same.
 */
export const defuseLookAlikes = (html: string): string =>
  patterns.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), html)
