import { escapeHTML } from '../../operations/renderSource.js'

const breaks = (text: string): string =>
  escapeHTML(text.replace(/\r\n?/g, '\n').trim()).replace(/\n/g, '<br />')

/** Mail programs drop style sheets: each element carries its own. */
const styles: Record<string, string> = {
  p: 'margin:0 0 14px',
  h1: 'margin:0 0 14px;font-size:20px;line-height:1.3',
  h2: 'margin:0 0 14px;font-size:18px;line-height:1.3',
  h3: 'margin:0 0 14px;font-size:16px;line-height:1.3',
  ul: 'margin:0 0 14px;padding-left:24px',
  ol: 'margin:0 0 14px;padding-left:24px',
  li: 'margin:0 0 4px',
  blockquote: 'margin:0 0 14px;padding-left:14px;border-left:3px solid #c9ced6',
  pre: 'margin:0 0 14px;padding:10px 12px;border:1px solid #c9ced6;border-radius:4px;white-space:pre-wrap;font:13px/1.5 Menlo,Consolas,monospace',
  code: 'font-family:Menlo,Consolas,monospace;font-size:13px',
  img: 'max-width:100%;height:auto',
}

const styled = (html: string): string =>
  html.replace(/<(p|h[1-3]|ul|ol|li|blockquote|pre|code|img)(?=[\s/>])([^>]*)>/g, (whole, tag, rest) =>
    /\sstyle=/.test(rest) ? whole : `<${tag} style="${styles[tag]}"${rest}>`,
  )

export type Letter = { html: string; text: string }

export type LetterArgs = {
  body: Letter
  /** The mailbox's, plain text. */
  signature: string
  /** The line that carries the reply key. */
  foot: string
}

/** HTML and text of a mail: what was written, the mailbox's signature, and the foot line. */
export const writeLetter = ({ body, signature, foot }: LetterArgs): Letter => {
  // Without the `-- ` of RFC 3676 §4.3: mail programs do not quote what follows it, and the foot line must come back.
  const text = [body.text.trim(), signature.trim(), foot].filter(Boolean).join('\n\n')
  const html = [
    '<!DOCTYPE html><html><head><meta charset="utf-8" />',
    '<meta name="viewport" content="width=device-width, initial-scale=1" />',
    '<meta name="color-scheme" content="light dark" /></head><body style="margin:0;padding:0">',
    '<div style="font:15px/1.5 -apple-system,BlinkMacSystemFont,\'Segoe UI\',Helvetica,Arial,sans-serif">',
    styled(body.html),
    signature.trim() ? `<div style="margin:22px 0 0">${breaks(signature)}</div>` : '',
    `<div style="margin:26px 0 0;font-size:11px;color:#8a8f98">${escapeHTML(foot)}</div>`,
    '</div></body></html>',
  ]
  return { html: html.join(''), text: `${text}\n` }
}
