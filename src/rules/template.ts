import { cut } from './cleanText.js'
import { oneLine } from './oneLine.js'

/** What a template of ours can name. A site adds its own by the option `notifications.tokens`. */
export const tokens = [
  'customer_first_name',
  'customer_full_name',
  'customer_email',
  'ticket_title',
  'ticket_id',
  'ticket_status',
  'ticket_public_url',
  'site_name',
  'reply_content',
  'agent_name',
  'mailbox_name',
  'mailbox_signature',
] as const

/** What whoever wrote to us chose the words of: to an address that nobody has proven none of it is sent. */
export const senderTokens: readonly string[] = [
  'customer_first_name',
  'customer_full_name',
  'customer_email',
  'ticket_title',
  'reply_content',
]

/** By token, without its braces. */
export type TokenValues = Record<string, string>

const token = /\{([a-z][a-z0-9_]*)\}/g

/** The tokens that stand in a template, each once. */
export const tokensOf = (template: string): string[] => [
  ...new Set([...template.matchAll(token)].map(([, name]) => name!)),
]

/** Whatever somebody has meant as one: `{Customer_Name}`, `{ ticket_id }`. */
const meant = /\{([\p{L}\p{N}_.\- ]{1,60})\}/gu

/** Those that nobody knows, as they are written. */
export const unknownTokens = (template: string, known: readonly string[]): string[] => [
  ...new Set([...template.matchAll(meant)].map(([, name]) => name!).filter((name) => !known.includes(name))),
]

/**
 * A template with its values. They are data: none is looked through for tokens again. One that is empty, or that nobody
 * knows, leaves nothing behind, nor the blank before it.
 */
export const fillTemplate = (template: string, values: TokenValues): string =>
  template.replace(/( ?)\{([a-z][a-z0-9_]*)\}/g, (_whole, blank: string, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name]! : ''
    return value ? `${blank}${value}` : ''
  })

/** Letters that are written from right to left, and signs that turn the order of what follows them. */
const turning = /[\u0590-\u08ff\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/

const leftToRight = /[^\d\s\u0590-\u08ff]/

/**
 * Values that keep the order of their own letters and signs, and leave that of the words around them alone (Unicode TR9,
 * isolates). One of several lines stands by itself anyway.
 */
export const isolateValues = (values: TokenValues, isRightToLeft: boolean): TokenValues =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isTurned = (isRightToLeft ? leftToRight : turning).test(value)
      const stands = value.includes('\n') || /^https?:/.test(value)
      return [name, isTurned && !stands ? `\u2068${value.replace(/[\u2066-\u2069]/g, '')}\u2069` : value]
    }),
  )

/** RFC 5322 §2.1.1: a line has at most 998 characters. */
const longestLine = 998

/** A subject, on one line whatever the values are. */
export const fillLine = (template: string, values: TokenValues): string =>
  cut(oneLine(fillTemplate(template, values)), longestLine)

/** Words of a paragraph; a link leads to what it says. */
export type Span = { text: string; isLink: boolean }

/** A paragraph of a body: words, or one of the pieces that stand by themselves. */
export type Block = { kind: 'text'; spans: Span[] } | { kind: 'reply' | 'url' | 'signature' }

/** Where a template leads. What a value says leads nowhere: whoever writes to us must not have us send their links. */
const link = /(https?:\/\/[^\s<>"{}]+[^\s<>"{}.,;:!?)\]'](?![^\s<>"]*\{)|\{ticket_public_url\})/

const pieces: Record<string, Exclude<Block['kind'], 'text'>> = {
  '{reply_content}': 'reply',
  '{ticket_public_url}': 'url',
  '{mailbox_signature}': 'signature',
}

/** The paragraphs of a body, with their values; those of which nothing is left are gone. */
export const fillBody = (template: string, values: TokenValues): Block[] =>
  template
    .replace(/\r\n?/g, '\n')
    // A piece stands by itself wherever it has a line of its own.
    .replace(/^[ \t]*\{(reply_content|ticket_public_url|mailbox_signature)\}[ \t]*$/gm, '\n{$1}\n')
    .split(/\n[ \t]*\n+/)
    .flatMap((paragraph): Block[] => {
      const kind = pieces[paragraph.trim()]
      if (kind) return values[paragraph.trim().slice(1, -1)]?.trim() ? [{ kind }] : []
      const spans = paragraph
        .trim()
        .split(link)
        .map((part, index) => ({ text: fillTemplate(part, values), isLink: index % 2 === 1 }))
        .filter(({ text }) => text !== '')
      return spans.some(({ text }) => text.trim()) ? [{ kind: 'text', spans }] : []
    })

/** The words of a paragraph. */
export const textOf = (spans: readonly Span[]): string => spans.map(({ text }) => text).join('')
