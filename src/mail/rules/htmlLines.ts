import type { ChildNode, Element, Text } from 'domhandler'
import { markAttribute } from './quoteMark.js'
import type { ReplyLine } from './replyLines.js'

/** A line as a person reads it in the HTML, with the nodes it was made from. */
export type HtmlLine = ReplyLine & {
  /** Visible form: `> ` before quoted lines. */
  shown: string
  leaves: ChildNode[]
}

const blocks = new Set(
  `address article aside blockquote body center dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header
  hr html li main nav ol p pre section summary table tbody tfoot thead tr ul`.split(/\s+/),
)

const spaced = new Set([
  'p',
  'blockquote',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'pre',
  'ul',
  'ol',
  'dl',
  'table',
])
const skipped = new Set(['script', 'style', 'title', 'head', 'template', 'textarea', 'select'])

/** Deeper elements than this are left out of the text. */
const maxDepth = 450

type Writer = {
  lines: HtmlLine[]
  text: string
  leaves: ChildNode[]
  blank: boolean
  quote: number
  soft: number
  pre: number
  mark: ReplyLine['mark']
  signature: number
  list: (number | null)[]
}

const pushLine = (writer: Writer, { text, leaves }: Pick<HtmlLine, 'text' | 'leaves'>): void => {
  const { quote, soft } = writer
  const levels = Math.min(quote + soft, 20)
  writer.lines.push({
    text,
    depth: quote,
    soft: soft > 0,
    mark: writer.mark ?? (writer.signature ? 'signature' : null),
    shown: levels ? `${'> '.repeat(levels)}${text}`.trimEnd() : text,
    leaves,
  })
}

const endLine = (writer: Writer): void => {
  const text = writer.pre ? writer.text.replace(/\s+$/, '') : writer.text.trim()
  const leaves = writer.leaves
  writer.text = ''
  writer.leaves = []
  if (!text && !writer.pre) {
    // Images and breaks without words belong to the line before them.
    if (writer.lines.length) writer.lines.at(-1)!.leaves.push(...leaves)
    else if (leaves.length) pushLine(writer, { text: '', leaves })
    return
  }
  if (writer.blank && writer.lines.length) pushBlank(writer)
  pushLine(writer, { text, leaves })
  writer.mark = null
  writer.blank = false
}

// A blank line between two depths belongs to the shallower one.
const pushBlank = (writer: Writer): void => {
  const { mark, quote, soft } = writer
  const before = writer.lines.at(-1)!
  writer.mark = null
  writer.quote = Math.min(quote, before.depth)
  writer.soft = before.soft ? soft : 0
  pushLine(writer, { text: '', leaves: [] })
  Object.assign(writer, { mark, quote, soft })
}

const addText = (writer: Writer, node: Text): void => {
  if (!writer.pre) {
    const text = node.data.replace(/[\s\u00a0]+/g, ' ')
    writer.leaves.push(node)
    writer.text += writer.text.endsWith(' ') || !writer.text ? text.replace(/^ /, '') : text
    return
  }
  node.data.split(/\r\n?|\n/).forEach((part, index) => {
    if (index) endLine(writer)
    else writer.leaves.push(node)
    writer.text += part
  })
}

const isHidden = (element: Element): boolean => {
  const style = element.attribs['style']
  return !!style && /display:\s*none|visibility:\s*hidden/i.test(style)
}

const isQuote = (element: Element): boolean => element.attribs[markAttribute] === 'quote'

const openItem = (writer: Writer): void => {
  const top = writer.list.length - 1
  const count = writer.list[top] ?? null
  writer.text = `${'  '.repeat(Math.min(Math.max(top, 0), 8))}${count === null ? '-' : `${count}.`} `
  if (count !== null) writer.list[top] = count + 1
}

const openElement = (writer: Writer, element: Element): void => {
  const { name } = element
  const mark = element.attribs[markAttribute]
  const isBlock = blocks.has(name)
  if (isBlock || mark === 'quote') endLine(writer)
  if (mark === 'cut' || mark === 'prefix') writer.mark = mark
  if (mark === 'signature') writer.signature++
  if (isQuote(element)) writer.quote++
  else if (name === 'blockquote') writer.soft++
  if (name === 'br') {
    const hadText = writer.text.trim() !== ''
    writer.leaves.push(element)
    if (!hadText) writer.blank = true
    endLine(writer)
  } else if (name === 'hr') {
    writer.text = '________________________________'
    writer.leaves.push(element)
    endLine(writer)
  } else if (name === 'img') {
    writer.leaves.push(element)
  }
  if (!isBlock || name === 'hr') return
  if (spaced.has(name)) writer.blank = true
  if (name === 'pre') writer.pre++
  if (name === 'ul') writer.list.push(null)
  if (name === 'ol') writer.list.push(Number.parseInt(element.attribs['start'] ?? '1', 10) || 1)
  if (name === 'li') openItem(writer)
}

const closeElement = (writer: Writer, element: Element): void => {
  const { name } = element
  const isBlock = blocks.has(name)
  if ((name === 'td' || name === 'th') && writer.text.trim()) writer.text += '  '
  if (isBlock || isQuote(element)) endLine(writer)
  if (element.attribs[markAttribute] === 'signature') {
    endLine(writer)
    writer.signature--
  }
  if (isQuote(element)) writer.quote--
  else if (name === 'blockquote') writer.soft--
  if (!isBlock) return
  if (name === 'pre') writer.pre--
  if (name === 'ul' || name === 'ol') writer.list.pop()
  if (spaced.has(name)) writer.blank = true
}

type Level = { nodes: ChildNode[]; depth: number }

const walk = (writer: Writer, { nodes, depth }: Level): void => {
  for (const node of nodes) {
    if (node.type === 'text') addText(writer, node)
    else if (node.type === 'tag') {
      if (skipped.has(node.name) || isHidden(node)) continue
      openElement(writer, node)
      if (depth < maxDepth) walk(writer, { nodes: node.children, depth: depth + 1 })
      closeElement(writer, node)
    }
  }
}

/** Reads parsed HTML line by line, as a person does: hidden elements left out, cited blocks one level deeper. */
export const htmlLines = (nodes: ChildNode[]): HtmlLine[] => {
  const writer: Writer = {
    lines: [],
    text: '',
    leaves: [],
    blank: false,
    quote: 0,
    soft: 0,
    pre: 0,
    mark: null,
    signature: 0,
    list: [],
  }
  walk(writer, { nodes, depth: 0 })
  endLine(writer)
  if (writer.leaves.length) pushLine(writer, { text: '', leaves: writer.leaves })
  return writer.lines
}
