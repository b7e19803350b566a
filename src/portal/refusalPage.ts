import { escapeHTML } from '../operations/renderSource.js'
import { isRightToLeft } from '../rules/notifications.js'

export type RefusalPageArgs = {
  title: string
  sentence: string
  /** What was wrong, a line each. */
  details?: string[]
  back: string
  language: string
}

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 20px;color-scheme:light dark}h1{font-size:22px}'

const list = (details: string[]): string =>
  details.length ? `<ul>${details.map((one) => `<li>${escapeHTML(one)}</li>`).join('')}</ul>` : ''

/** The page of a refusal, plain on purpose: the browser goes back to the form with what was typed in it. */
export const refusalPage = ({ title, sentence, details = [], back, language }: RefusalPageArgs): string =>
  [
    `<!DOCTYPE html><html lang="${escapeHTML(language)}" dir="${isRightToLeft(language) ? 'rtl' : 'ltr'}"><head>`,
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta name="referrer" content="no-referrer"><title>${escapeHTML(title)}</title><style>${style}</style></head>`,
    `<body><h1>${escapeHTML(title)}</h1><p role="alert">${escapeHTML(sentence)}</p>${list(details)}<p>${escapeHTML(back)}</p></body></html>`,
  ].join('')
