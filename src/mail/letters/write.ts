import { createElement } from 'react'
import { type Block, textOf } from '../../rules/template.js'
import { Layout, type LayoutArgs } from './layout.js'

export type Letter = { html: string; text: string }

/** The text part: what the layout shows, without it. */
const plainOf = ({ blocks, reply, signature, url, view, foot }: LayoutArgs): string => {
  const words: Record<Exclude<Block['kind'], 'text'>, string> = {
    reply: reply?.text.trim() ?? '',
    // Without the `-- ` of RFC 3676 §4.3: mail programs do not quote what follows it, and the foot line must come back.
    signature: signature.trim(),
    url: `${view}\n${url}`,
  }
  const pieces = blocks.map((block) => (block.kind === 'text' ? textOf(block.spans) : words[block.kind]))
  return `${[...pieces, foot].filter(Boolean).join('\n\n')}\n`
}

/** HTML and text of a mail, of the same pieces. */
export const writeLetter = async (args: LayoutArgs): Promise<Letter> => {
  // Loaded when it is needed: a bundler refuses it where server components are.
  const { renderToStaticMarkup } = await import('react-dom/server')
  return { html: `<!DOCTYPE html>${renderToStaticMarkup(createElement(Layout, args))}`, text: plainOf(args) }
}
