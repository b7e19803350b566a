import { convertLexicalToHTML } from '@payloadcms/richtext-lexical/html'
import { convertLexicalToPlaintext } from '@payloadcms/richtext-lexical/plaintext'
import { safeLink } from '../rules/safeLink.js'
import type { Written } from './args.js'

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it stands within HTML, also within an attribute. */
export const escapeHTML = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => escapes[character]!)

/** Text as HTML: paragraphs at empty lines, breaks within, nothing interpreted. */
export const textToHTML = (text: string): string =>
  escapeHTML(text.replace(/\r\n?/g, '\n'))
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim())
    .map((paragraph) => `<p>${paragraph.replace(/\n/g, '<br />')}</p>`)
    .join('')

const isEditorState = (source: unknown): source is { root: { children: unknown[] } } =>
  typeof source === 'object' &&
  source !== null &&
  Array.isArray((source as { root?: { children?: unknown } }).root?.children)

type EditorNode = { type?: string; fields?: { url?: unknown; linkType?: unknown }; children?: unknown }

/** Within an attribute these would end it: the editor's own conversion leaves them as they are. */
const withoutQuotes = (url: string): string =>
  url.replace(/["'<>`]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

/** What was pasted may carry links to anything: those that lead nowhere a mail should lead leave their words behind. */
const withSafeLinks = (nodes: unknown[]): unknown[] =>
  nodes.flatMap((node) => {
    if (typeof node !== 'object' || node === null) return []
    const { type, fields, children } = node as EditorNode
    const inner = Array.isArray(children) ? { children: withSafeLinks(children) } : {}
    if (type !== 'link' && type !== 'autolink') return [{ ...node, ...inner }]
    const url = typeof fields?.url === 'string' ? safeLink(fields.url) : null
    return url === null
      ? (inner.children ?? [])
      : [{ ...node, ...inner, fields: { ...fields, linkType: 'custom', url: withoutQuotes(url) } }]
  })

/** HTML and text of what an agent wrote, both made from the one source. */
export const renderWritten = ({ source, text }: Written): { html: string; text: string; source: unknown } => {
  if (!isEditorState(source)) {
    const plain = (text ?? '').trim()
    return { html: textToHTML(plain), text: plain, source: null }
  }
  const safe = { ...source, root: { ...source.root, children: withSafeLinks(source.root.children) } }
  const html = convertLexicalToHTML({ data: safe as never, disableContainer: true })
  return { html, text: convertLexicalToPlaintext({ data: safe as never }).trim(), source: safe }
}
