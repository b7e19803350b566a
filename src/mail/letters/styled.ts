/** Mail programs drop style sheets: each element carries its own. */
const styles: Record<string, string> = {
  p: 'margin:0 0 14px;font-size:15px;line-height:1.5',
  h1: 'margin:0 0 14px;font-size:20px;line-height:1.3',
  h2: 'margin:0 0 14px;font-size:18px;line-height:1.3',
  h3: 'margin:0 0 14px;font-size:16px;line-height:1.3',
  ul: 'margin:0 0 14px;padding-left:24px;font-size:15px;line-height:1.5',
  ol: 'margin:0 0 14px;padding-left:24px;font-size:15px;line-height:1.5',
  li: 'margin:0 0 4px',
  blockquote: 'margin:0 0 14px;padding-left:14px;border-left:3px solid #c9ced6',
  pre: 'margin:0 0 14px;padding:10px 12px;border:1px solid #c9ced6;border-radius:4px;white-space:pre-wrap;font:13px/1.5 Menlo,Consolas,monospace',
  code: 'font-family:Menlo,Consolas,monospace;font-size:13px',
  img: 'max-width:100%;height:auto',
}

/** What an agent wrote, with the styles of a mail where it has none of its own. */
export const styled = (html: string): string =>
  html.replace(/<(p|h[1-3]|ul|ol|li|blockquote|pre|code|img)(?=[\s/>])([^>]*)>/g, (whole, tag, rest) =>
    /\sstyle=/.test(rest) ? whole : `<${tag} style="${styles[tag]}"${rest}>`,
  )
