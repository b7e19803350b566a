import { convertLexicalToHTML } from '@payloadcms/richtext-lexical/html'
import { convertLexicalToPlaintext } from '@payloadcms/richtext-lexical/plaintext'
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

/** HTML and text of what an agent wrote, both made from the one source. */
export const renderWritten = ({ source, text }: Written): { html: string; text: string; source: unknown } => {
  if (!isEditorState(source)) {
    const plain = (text ?? '').trim()
    return { html: textToHTML(plain), text: plain, source: null }
  }
  const html = convertLexicalToHTML({ data: source as never, disableContainer: true })
  return { html, text: convertLexicalToPlaintext({ data: source as never }).trim(), source }
}
