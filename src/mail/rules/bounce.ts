import { isValidAddress } from '../../rules/address.js'
import type { BounceAction, BounceRecipient, BounceVerdict, MailHeaders } from '../inbound/parsedMail.js'
import { bouncePhrases, bounceSubjects, delayPhrases } from './bounceWords.js'
import { normalizeMessageId } from './messageId.js'

export type BounceFacts = {
  fromAddress: string | null
  subject: string
  headers: MailHeaders
  /** Header `X-Failed-Recipients` (Exim, Gmail). */
  failedRecipients: string | null
  text: string
  /** Texts of all parts but the first: delivery-status, returned headers or mail. */
  parts: { contentType: string; text: string }[]
}

const none: BounceVerdict = { is: false, recipients: [], originalMessageId: null, permanent: false }

const maxRecipients = 100
const maxText = 60_000

/** A field of a report, unfolded. */
export const field = (block: string, name: string): string | null => {
  const match = new RegExp(`^${name}[ \\t]*:[ \\t]*(.*(?:\\r?\\n[ \\t]+.*)*)`, 'im').exec(block)
  return match ? match[1]!.replace(/\s+/g, ' ').trim() : null
}

/** The address in a field of a report; null where there is none. */
export const bareAddress = (value: string): string | null => {
  const address = value.replace(/^[a-z0-9-]+\s*;\s*/i, '').trim()
  const bracketed = /<([^<>]+)>/.exec(address)?.[1] ?? address
  const bare = bracketed
    .trim()
    .replace(/^"|"$/g, '')
    .replace(/^mailto:/i, '')
    .replace(/[.,;:)]+$/, '')
  return isValidAddress(bare) ? bare : null
}

const statusIn = (text: string | null): string | null =>
  /(?:^|[^\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(text ?? '')?.[1] ?? null

const smtpCode = (text: string | null): string | null =>
  /(?:^|[\s:;(#<-])([45]\d\d)(?=[\s-])/.exec(text ?? '')?.[1] ?? null

const actionOf = (action: string | null, status: string | null): BounceAction => {
  const word = action?.toLowerCase().split(/[\s(;]/)[0] ?? ''
  if (
    word === 'failed' ||
    word === 'delayed' ||
    word === 'delivered' ||
    word === 'relayed' ||
    word === 'expanded'
  )
    return word
  if (/^fail/.test(word)) return 'failed'
  if (status?.startsWith('2')) return 'delivered'
  return status?.startsWith('4') ? 'delayed' : 'failed'
}

const shorten = (text: string | null): string | null =>
  text?.replace(/\s+/g, ' ').trim().slice(0, 500) || null

/** The recipients of an RFC 3464 report. */
const reported = (text: string): BounceRecipient[] => {
  const found: BounceRecipient[] = []
  for (const block of text.slice(0, maxText * 4).split(/\r?\n[ \t]*\r?\n/)) {
    const final = field(block, 'final-recipient')
    const original = field(block, 'original-recipient')
    const address =
      bareAddress(final ?? '') ??
      bareAddress(original ?? '') ??
      bareAddress(field(block, 'x-actual-recipient') ?? '')
    if (!address) continue
    const diagnostic = field(block, 'diagnostic-code')
    const status = statusIn(field(block, 'status')) ?? statusIn(diagnostic)
    const asked = bareAddress(original ?? '')
    found.push({
      address,
      // What we wrote to, where the server has sent it on to another address.
      ...(asked && asked !== address && { original: asked }),
      status,
      action: actionOf(field(block, 'action'), status),
      diagnostic: shorten(diagnostic?.replace(/^[a-z0-9-]+\s*;\s*/i, '') ?? null),
    })
    if (found.length >= maxRecipients) break
  }
  return found
}

const addressPattern = /[^\s<>"'(),;:[\]@]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}-]*\.)+[\p{L}\p{N}-]{2,}/gu

/** Where the returned mail begins in a free-form bounce: addresses below are the sender's, not the failed ones. */
const returnedMail =
  /^[-= \t]{0,80}(?:(?:this is a copy of|below is a copy of|below this line is a copy of) (?:the|your) message|(?:original|returned|undelivered|unsent) (?:message|mail)\b|message headers? follow|the (?:original|following) message|included is a copy|start of returned message|message header|original message headers)/im

const freeForm = (text: string, headers: string | null): BounceRecipient[] => {
  const whole = text.slice(0, maxText)
  const cut = whole.search(returnedMail)
  const report = cut > 40 ? whole.slice(0, cut) : whole
  const named = (headers ?? '').match(addressPattern) ?? []
  const found = new Map<string, BounceRecipient>()
  const lines = report.split('\n')
  const add = (address: string, around: string): void => {
    const key = address.toLowerCase()
    if (
      found.has(key) ||
      found.size >= maxRecipients ||
      !isValidAddress(address) ||
      /^(?:mailer-daemon|postmaster)@/i.test(address)
    )
      return
    const code = smtpCode(around)
    const status = statusIn(around) ?? (code ? `${code[0]}.0.0` : null)
    found.set(key, {
      address,
      status,
      action: delayPhrases.test(report) ? 'delayed' : 'failed',
      diagnostic: shorten(around),
    })
  }
  for (const address of named) add(address, linesAbout(lines, address))
  if (found.size) return [...found.values()]
  for (let i = 0; i < lines.length && i < 400; i++) {
    // An address at the start of a line, in brackets or before a colon is what a report is about.
    const match =
      /^[\s*>|-]{0,12}(?:(?:to|for|recipient|address|an|à|para|user|empfänger|original-recipient|final-recipient|rcpt to)\s*:?\s*)?(?:rfc822;\s*)?[<"'(]?(?:mailto:|smtp:)?([^\s<>"'(),;:[\]@]{1,64}@[^\s<>"'(),;:[\]@]{3,190})[>"')]?\s*(?:[:,.;]|$|\s[-–(]|\s)/i.exec(
        lines[i]!.slice(0, 500),
      )
    if (match) add(match[1]!.replace(/\.$/, ''), lines.slice(i, i + 6).join('\n'))
  }
  if (!found.size)
    for (const address of report.slice(0, 6000).match(addressPattern) ?? [])
      add(address, linesAbout(lines, address))
  return [...found.values()]
}

const linesAbout = (lines: string[], address: string): string => {
  const at = lines.findIndex((line) => line.includes(address))
  return at < 0 ? '' : lines.slice(at, at + 6).join('\n')
}

/** The Message-ID of the mail that a report carries, whole or its headers alone. */
export const originalId = (facts: Pick<BounceFacts, 'parts' | 'text'>): string | null => {
  for (const part of facts.parts) {
    if (
      !/^(?:message\/rfc822|message\/global|text\/rfc822-headers|message\/rfc822-headers|message\/global-headers|text\/plain|message\/partial)$/.test(
        part.contentType,
      )
    )
      continue
    const id = field(part.text.slice(0, 100_000), 'message-id')
    if (id) return normalizeMessageId(id)
  }
  const text = facts.text.slice(0, maxText * 2)
  const from = text.search(returnedMail)
  const id = field(text.slice(Math.max(from, 0)), '[> \\t]{0,20}(?:original-)?message-id')
  return id ? normalizeMessageId(id) : null
}

const isDaemon = (facts: BounceFacts): boolean =>
  /^(?:mailer-?daemon|mail-?daemon|postmaster|bounces?|double-bounce|mdaemon|mail[-_]?delivery|mail\.daemon|microsoftexchange[0-9a-f]+)(?:[+=._-][^@]*)?@/i.test(
    facts.fromAddress ?? '',
  ) || facts.headers.returnPath === ''

const looksFreeForm = (facts: BounceFacts): boolean => {
  const subject = facts.subject.toLowerCase()
  const bySubject = bounceSubjects.some((phrase) => subject.includes(phrase))
  // People write such words too, about a parcel or an account: words alone make no bounce.
  if (!isDaemon(facts)) return facts.failedRecipients !== null && bySubject
  if (bySubject || facts.failedRecipients !== null) return true
  const text = facts.text.slice(0, 8000).toLowerCase().replace(/\s+/g, ' ')
  return bouncePhrases.some((phrase) => text.includes(phrase))
}

/** Whether the mail reports a failed or late delivery, of what, and to whom (RFC 3464, and the free forms of common servers). */
export const readBounce = (facts: BounceFacts): BounceVerdict => {
  const report = facts.parts.filter(
    (part) =>
      part.contentType === 'message/delivery-status' || part.contentType === 'message/global-delivery-status',
  )
  const isReport = facts.headers.reportType === 'delivery-status' || report.length > 0
  if (!isReport && (facts.headers.reportType !== null || !looksFreeForm(facts))) return none
  let recipients = report.flatMap((part) => reported(part.text)).slice(0, maxRecipients)
  if (!recipients.length) recipients = reported(facts.text)
  if (!recipients.length) recipients = freeForm(facts.text, facts.failedRecipients)
  // A receipt of success is a report too, but nothing bounced.
  if (
    recipients.length &&
    recipients.every(({ action }) => action === 'delivered' || action === 'relayed' || action === 'expanded')
  )
    return { ...none, recipients, originalMessageId: originalId(facts) }
  // RFC 3464 §2.3.3: "failed" is the server's last word, also after days of temporary trouble (4.4.7).
  const permanent = recipients.some(({ action }) => action === 'failed')
  return {
    is: true,
    recipients,
    originalMessageId: originalId(facts),
    permanent,
    ...(!isReport && { isFreeForm: true }),
  }
}
