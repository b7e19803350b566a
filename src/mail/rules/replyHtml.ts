import type { ChildNode, Element } from 'domhandler'
import { DomUtils, parseDocument } from 'htmlparser2'
import { defuseLookAlikes } from '../../rules/html/lookAlike.js'
import { type HtmlLine, htmlLines } from './htmlLines.js'
import { markAttribute } from './quoteMark.js'
import { joinLines, type Labelled, type LineLabel, labelLines } from './replyLines.js'

export type ReplyHtml = {
  /** The whole, marks removed. */
  html: string
  /** What the sender writes now; the whole where nothing was taken away. */
  replyHtml: string
  /** Null where nothing was taken away. */
  quotedHtml: string | null
  text: string
  reply: string
  quoted: string
  signature: string
  /** Whether the sender's own program marked the earlier mail: surer than any reading of words. */
  marked: boolean
}

const render = (nodes: ChildNode[]): string =>
  defuseLookAlikes(
    nodes
      .map((node) => DomUtils.getOuterHTML(node, { encodeEntities: 'utf8', selfClosingTags: true }))
      .join(''),
  )

const dropMarks = (nodes: ChildNode[]): boolean => {
  let any = false
  for (const element of DomUtils.findAll(
    (candidate) => candidate.attribs[markAttribute] !== undefined,
    nodes,
  )) {
    if (element.attribs[markAttribute] !== 'signature') any = true
    delete element.attribs[markAttribute]
  }
  return any
}

/** A copy of the tree with those leaves only; elements that held nothing else go too. */
const pruned = (nodes: ChildNode[], keep: Set<ChildNode>): ChildNode[] => {
  const out: ChildNode[] = []
  for (const node of nodes) {
    if (node.type === 'text') {
      if (keep.has(node)) out.push(node.cloneNode() as ChildNode)
    } else if (node.type === 'tag') {
      const children = pruned(node.children, keep)
      if (!children.length && !keep.has(node)) continue
      const copy = node.cloneNode() as Element
      copy.children = children
      for (const child of children) child.parent = copy
      out.push(copy)
    }
  }
  return out
}

const leavesOf = (
  { lines, labels }: Labelled<HtmlLine>,
  isKept: (label: LineLabel) => boolean,
): Set<ChildNode> => {
  const keep = new Set<ChildNode>()
  lines.forEach((line, index) => {
    if (isKept(labels[index]!)) for (const leaf of line.leaves) keep.add(leaf)
  })
  return keep
}

/**
 * Takes sanitised HTML apart by the same rules as text. A signature stays with the reply: only the text knows it apart.
 * A preformatted block shared by reply and quote goes whole to the reply.
 */
export const splitReplyHtml = (sanitized: string, options: { forwarded?: boolean } = {}): ReplyHtml => {
  const nodes = parseDocument(sanitized).children
  const lines = htmlLines(nodes)
  const labels = labelLines(lines, options)
  const marked = dropMarks(nodes)
  const html = marked || sanitized.includes(markAttribute) ? render(nodes) : defuseLookAlikes(sanitized)
  const shown = { lines: lines.map((line) => ({ text: line.shown })), labels }
  const text = shown.lines.map((line) => line.text).join('\n')
  const parts = {
    text,
    reply: joinLines(shown, 'reply'),
    quoted: joinLines(shown, 'quoted'),
    signature: joinLines(shown, 'signature'),
    marked,
  }
  if (!labels.includes('quoted')) return { html, replyHtml: html, quotedHtml: null, ...parts }
  const replyLeaves = leavesOf({ lines, labels }, (label) => label !== 'quoted')
  const quotedLeaves = leavesOf({ lines, labels }, (label) => label === 'quoted')
  for (const leaf of replyLeaves) quotedLeaves.delete(leaf)
  return {
    html,
    replyHtml: render(pruned(nodes, replyLeaves)),
    quotedHtml: render(pruned(nodes, quotedLeaves)),
    ...parts,
  }
}
