/** A node of the editor's document, as far as the desk looks into it. */
type Node = { type?: string; text?: string; children?: Node[]; [key: string]: unknown }

type Source = { root: Node }

const block = { version: 1, format: '', indent: 0, direction: null }

/** The editor's document for plain text: one paragraph a line. */
export const documentOf = (text: string): Source => {
  const paragraph = (line: string): Node => ({
    ...block,
    type: 'paragraph',
    textFormat: 0,
    textStyle: '',
    children: line
      ? [{ type: 'text', version: 1, detail: 0, format: 0, mode: 'normal', style: '', text: line }]
      : [],
  })
  return { root: { ...block, type: 'root', children: text.split('\n').map(paragraph) } }
}

/** What is stored for plain text: nothing for nothing. */
export const sourceOf = (text: string): Source | undefined => (text ? documentOf(text) : undefined)

const inline = (node: Node): string => {
  if (node.type === 'linebreak') return '\n'
  return node.text ?? (node.children ?? []).map(inline).join('')
}

/** What stands in the editor's document, as plain text. */
export const textOf = (source: unknown): string => {
  const root = (source as Source | null | undefined)?.root
  const blocks = (nodes: Node[]): string[] =>
    nodes.flatMap((node) =>
      node.type === 'list' || node.type === 'listitem' ? blocks(node.children ?? []) : [inline(node)],
    )
  return root ? blocks(root.children ?? []).join('\n') : ''
}

/** Whether nothing was written: spaces alone are nothing. */
export const isBlank = (source: unknown): boolean => !textOf(source).trim()

/** Whether two documents say the same; a database may give the keys back in another order. */
export const isSameSource = (one: unknown, other: unknown): boolean => {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const left = one as Record<string, unknown>
  const right = other as Record<string, unknown>
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...keys].every((key) => isSameSource(left[key], right[key]))
}
