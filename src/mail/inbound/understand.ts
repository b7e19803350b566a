import { htmlTooDeep } from '../../rules/html/depth.js'
import { sanitizeHtml } from '../../rules/html/sanitize.js'
import { quotesMarked } from '../rules/quoteMark.js'
import { splitReplyHtml } from '../rules/replyHtml.js'
import { splitReplyText } from '../rules/replyText.js'
import type { ParsedMail } from './parsedMail.js'

export type BodyFacts = {
  /** Null where the mail says it in HTML only. */
  text: string | null
  /** Raw HTML; null without an HTML part. */
  html: string | null
  /** The subject says that the sender passes a mail on. */
  forwarded: boolean
}

export type Understood = Pick<
  ParsedMail,
  'text' | 'reply' | 'quoted' | 'signature' | 'html' | 'replyHtml' | 'quotedHtml' | 'remoteImages'
> & { cids: string[]; errors: string[] }

const squash = (text: string): string => text.replace(/[\s>*_|-]+/g, '')

/** A text part that only says "your program cannot show HTML", or nothing. */
const isStub = (text: string, htmlText: string): boolean => {
  const bare = squash(text)
  if (!bare) return true
  if (bare.length > 300 || squash(htmlText).length < bare.length * 2) return false
  return /html/i.test(bare) && !squash(htmlText).includes(bare.slice(0, 40))
}

const crudeText = (html: string): string =>
  html
    .replace(/<(?:br|\/p|\/div|\/tr|\/li)\b[^<>]{0,200}>/gi, '\n')
    .replace(/<[^<>]{0,2000}>/g, ' ')
    .replace(/[ \t]+/g, ' ')
    .replace(/\n\s*\n+/g, '\n\n')
    .trim()

const withoutHtml = (text: string, forwarded: boolean): Understood => ({
  text,
  ...splitReplyText(text, { forwarded }),
  html: null,
  replyHtml: null,
  quotedHtml: null,
  remoteImages: 0,
  cids: [],
  errors: [],
})

/** From the chosen parts of a mail to what is shown, searched and answered. */
export const understandBody = ({ text, html, forwarded }: BodyFacts): Understood => {
  if (html === null) return withoutHtml(text ?? '', forwarded)
  if (htmlTooDeep(html)) {
    const plain = withoutHtml(text ?? crudeText(html), forwarded)
    return { ...plain, errors: ['The HTML is nested too deeply to be shown; its text is.'] }
  }
  const safe = sanitizeHtml(html, { mark: quotesMarked })
  const split = splitReplyHtml(safe.html, { forwarded })
  const usesHtml = text === null || isStub(text, split.text)
  const plain = usesHtml ? null : splitReplyText(text, { forwarded })
  // The program's own marks are surer than the words of its text part; without either, text is as good and lighter.
  const parts = plain && (plain.quoted || !split.quoted) ? plain : split
  return {
    text: usesHtml ? split.text : text,
    reply: parts.reply,
    quoted: parts.quoted,
    signature: parts.signature,
    html: split.html,
    replyHtml: split.replyHtml,
    quotedHtml: split.quotedHtml,
    remoteImages: safe.remoteImages,
    cids: safe.cids,
    errors: safe.droppedImages
      ? [`${safe.droppedImages} embedded images were left out because of their type or size.`]
      : [],
  }
}
