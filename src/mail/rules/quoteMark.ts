import type { Mark } from '../../rules/html/sanitize.js'

/**
 * What a mail program's own markup says about an element:
 * `quote` this element is the earlier mail, `cut` it begins here and runs to the end,
 * `prefix` the line that introduces it, `signature` the sender's signature.
 */
export type QuoteMark = 'quote' | 'cut' | 'prefix' | 'signature'

// One line a program. Outlook on the web prefixes names it did not write with `x_`.
const byName: Record<string, QuoteMark> = {
  gmail_attr: 'prefix',
  gmail_signature: 'signature',
  yahoo_quoted: 'quote',
  yahooquoted: 'quote',
  'moz-cite-prefix': 'prefix',
  'moz-signature': 'signature',
  protonmail_quote: 'quote',
  protonmail_signature_block: 'signature',
  tutanota_quote: 'quote',
  zmail_extra: 'quote',
  zmail_extra_hr: 'prefix',
  divrplyfwdmsg: 'cut',
  appendonsend: 'cut',
  outlookmessageheader: 'cut',
  olk_src_body_section: 'quote',
  'mail-editor-reference-message-container': 'quote',
  'ms-outlook-mobile-reference-message': 'quote',
  ms_outlook_mobile_signature: 'signature',
  'ms-outlook-mobile-signature': 'signature',
  'reply-intro': 'prefix',
  apple_mail_signature: 'signature',
  'x-apple-mail-signature': 'signature',
  replyforward: 'quote',
  quoted_text: 'quote',
  'quoted-text': 'quote',
  qt: 'quote',
  freshdesk_quote: 'quote',
  front_quote: 'quote',
  'front-blockquote': 'quote',
  'front-signature': 'signature',
  mailbird_quote: 'quote',
  'edo-reply': 'quote',
  mb_message_container: 'quote',
  mailspring_quote: 'quote',
  skiff_quote: 'quote',
  hey_quote: 'quote',
  superhuman_quote: 'quote',
  cm_signature: 'signature',
  wisestamp_app_main: 'signature',
  signature: 'signature',
}

/** Reads the mark from an element's own attributes, before they are dropped. */
export const quoteMark = (tag: string, attributes: Record<string, string>): QuoteMark | null => {
  const names = `${attributes['class'] ?? ''} ${attributes['id'] ?? ''}`
  if (names.length > 1 && names.length < 500) {
    for (const name of names.toLowerCase().split(/\s+/)) {
      const bare = name.startsWith('x_') ? name.slice(2) : name
      if (Object.hasOwn(byName, bare)) return byName[bare]!
      // Yahoo's newer editor writes `ydp1a2b3cyahoo_quoted`.
      if (bare.endsWith('yahoo_quoted')) return 'quote'
      // Gmail puts answers between quotes inside its container, so only the cited block itself is a quote.
      if (bare === 'gmail_quote' && tag === 'blockquote') return 'quote'
    }
  }
  if (tag === 'blockquote' && attributes['type']?.toLowerCase() === 'cite') return 'quote'
  if (attributes['data-marker'] === '__QUOTED_TEXT__') return 'cut'
  if (attributes['data-marker'] === '__SIG_PRE__' || attributes['data-marker'] === '__SIG_POST__')
    return 'signature'
  return null
}

/** Attribute that carries a quote mark from the raw HTML to the splitting; never left in the result. */
export const markAttribute = 'data-quote-mark'

/** What the sanitiser notes of quotes, for `splitReplyHtml` to use up. */
export const quotesMarked: Mark = { attribute: markAttribute, of: quoteMark }
