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

/** Text as HTML: paragraphs at empty lines, breaks within, nothing interpreted. */
export const textToHTML = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[&<>"']/g, (character) => escapes[character]!)
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
