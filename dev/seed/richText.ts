type Node = Record<string, unknown>

const block = (type: string, children: Node[], extra: Node = {}): Node => ({
  type,
  children,
  direction: null,
  format: '',
  indent: 0,
  version: 1,
  ...extra,
})

const word = (text: string, format: number): Node => ({
  type: 'text',
  text,
  format,
  mode: 'normal',
  style: '',
  detail: 0,
  version: 1,
})

/** `**bold**` within a line, and line breaks. */
const inline = (text: string): Node[] =>
  text.split('\n').flatMap((line, i) => [
    ...(i ? [{ type: 'linebreak', version: 1 }] : []),
    ...line
      .split(/\*\*(.+?)\*\*/)
      .map((part, k) => (part ? word(part, k % 2) : undefined))
      .filter((node) => node !== undefined),
  ])

const paragraph = (text: string): Node => block('paragraph', inline(text), { textFormat: 0, textStyle: '' })

const list = (lines: string[], tag: 'ul' | 'ol'): Node =>
  block(
    'list',
    lines.map((line, i) => block('listitem', inline(line.replace(/^(-|\d+\.) /, '')), { value: i + 1 })),
    { tag, listType: tag === 'ul' ? 'bullet' : 'number', start: 1 },
  )

/** What the composer's editor holds once this is typed: paragraphs, `- ` and `1. ` lists, `**bold**`. */
export const richText = (text: string): { root: Node } => ({
  root: block(
    'root',
    text
      .trim()
      .split(/\n{2,}/)
      .map((part) => {
        const lines = part.split('\n')
        if (lines.every((line) => line.startsWith('- '))) return list(lines, 'ul')
        if (lines.every((line) => /^\d+\. /.test(line))) return list(lines, 'ol')
        return paragraph(part)
      }),
  ),
})
