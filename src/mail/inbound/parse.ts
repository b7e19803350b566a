import { parseAuthResults } from '../rules/auth.js'
import { classifyAutomatic } from '../rules/automatic.js'
import { readBounce } from '../rules/bounce.js'
import { readComplaint } from '../rules/complaint.js'
import { normalizeMessageId, parseMessageIds } from '../rules/messageId.js'
import { stripSubject } from '../rules/subject.js'
import { readAttachments } from './attachments.js'
import { leafText, type MailBody, readBody } from './mime/body.js'
import { addresses, allIds, allRaw, firstRaw, firstText, parseDate, type RawHeader } from './mime/headers.js'
import { type MimePart, splitMail } from './mime/parts.js'
import { splitHeader } from './mime/rawHeader.js'
import { extractUuencoded } from './mime/uuencode.js'
import type { MailHeaders, ParsedMail, ParseOptions } from './parsedMail.js'
import { understandBody } from './understand.js'

const defaults: Required<ParseOptions> = {
  maxTextLength: 1_000_000,
  maxHtmlLength: 1_000_000,
  maxParts: 1000,
  maxAttachments: 500,
  maxRecipients: 200,
}

const deliveryHeaders = [
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'x-envelope-to',
  'x-delivered-to',
  'x-forwarded-to',
  'apparently-to',
  'resent-to',
]

const reportTypes =
  /^(?:message\/(?:delivery-status|global-delivery-status|feedback-report|rfc822|global|partial|rfc822-headers|global-headers)|text\/(?:rfc822-headers|plain))$/

const headersOf = (headers: RawHeader[]): MailHeaders => {
  const contentType = firstRaw(headers, 'content-type') ?? ''
  const returnPath = firstRaw(headers, 'return-path')
  return {
    returnPath: returnPath === null ? null : returnPath.replace(/[<>\s]/g, ''),
    listId: firstText(headers, 'list-id'),
    listUnsubscribe: firstText(headers, 'list-unsubscribe'),
    precedence: firstText(headers, 'precedence') ?? firstText(headers, 'x-precedence'),
    autoSubmitted: firstText(headers, 'auto-submitted'),
    autoReply:
      [
        'x-autoreply',
        'x-autorespond',
        'x-autoresponder',
        'x-auto-reply',
        'x-mail-autoreply',
        'x-out-of-office',
      ]
        .map((key) => firstText(headers, key))
        .find((value) => value !== null) ?? null,
    responseSuppress: firstText(headers, 'x-auto-response-suppress'),
    loop: firstText(headers, 'x-loop') ?? firstText(headers, 'x-otrs-loop'),
    mailer: firstText(headers, 'x-mailer') ?? firstText(headers, 'user-agent'),
    contentType: contentType.split(';')[0]!.trim().toLowerCase(),
    reportType: /^multipart\/report/i.test(contentType)
      ? (/report-type\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? null)
      : null,
    originalFrom: firstText(headers, 'x-original-from'),
  }
}

const flatten = (part: MimePart): MimePart[] => (part.multipart ? part.children.flatMap(flatten) : [part])

const parseHeaders = (headers: RawHeader[], options: ParseOptions = {}): ParsedMail => {
  const { maxRecipients } = { ...defaults, ...options }
  const errors: string[] = []
  const people = (key: string): ParsedMail['to'] => {
    const read = addresses(allRaw(headers, key), maxRecipients)
    if (read.total > read.list.length + read.invalid)
      errors.push(`${key}: ${read.total} addresses, the first ${maxRecipients} were kept.`)
    return read.list
  }
  // Several From headers: the first is what mail programs show.
  const fromValue = firstRaw(headers, 'from')
  const from = addresses(fromValue === null ? [] : [fromValue], 1).list[0] ?? null
  if (!from) errors.push('The From header holds no valid address.')
  const isSingle = (key: string): boolean => headers.filter((header) => header.key === key).length < 2
  if (!isSingle('from')) errors.push('The mail has several From headers; the first was taken.')
  if (!isSingle('message-id')) errors.push('The mail has several Message-ID headers; the first was taken.')
  return {
    from,
    sender: people('sender')[0] ?? null,
    to: people('to'),
    cc: people('cc'),
    bcc: people('bcc'),
    replyTo: people('reply-to'),
    deliveredTo: [
      ...new Set(
        deliveryHeaders.flatMap((key) =>
          addresses(allRaw(headers, key), 20).list.map((entry) => entry.address),
        ),
      ),
    ],
    subject: firstText(headers, 'subject') ?? '',
    date: parseDate(firstRaw(headers, 'date')),
    messageId: normalizeMessageId(firstRaw(headers, 'message-id')),
    inReplyTo: parseMessageIds(allIds(headers, 'in-reply-to')),
    references: parseMessageIds(allIds(headers, 'references')),
    text: '',
    reply: '',
    quoted: '',
    signature: '',
    html: null,
    replyHtml: null,
    quotedHtml: null,
    remoteImages: 0,
    attachments: [],
    automatic: { is: false, reason: null },
    complaint: null,
    bounce: { is: false, recipients: [], originalMessageId: null, permanent: false },
    auth: parseAuthResults(allRaw(headers, 'authentication-results')),
    headers: headersOf(headers),
    errors,
  }
}

type Source = { headers: RawHeader[]; root: MimePart | null }

const classify = (mail: ParsedMail, { headers, root }: Source): void => {
  const leaves = root ? flatten(root) : []
  const parts = leaves
    .filter(
      (part, index) => reportTypes.test(part.contentType) && (index > 0 || part.contentType !== 'text/plain'),
    )
    .slice(0, 20)
    .map((part) => ({ contentType: part.contentType, text: leafText(part, 200_000) }))
  mail.bounce = readBounce({
    fromAddress: mail.from?.address ?? null,
    subject: mail.subject,
    headers: mail.headers,
    failedRecipients: firstText(headers, 'x-failed-recipients'),
    text: mail.text,
    parts,
  })
  mail.complaint = readComplaint({ headers: mail.headers, text: mail.text, parts })
  const calendar = leaves.find(
    (part) => part.contentType === 'text/calendar' || part.contentType === 'application/ics',
  )
  mail.automatic = classifyAutomatic({
    fromAddress: mail.from?.address ?? null,
    subject: mail.subject,
    headers: mail.headers,
    isBounce: mail.bounce.is,
    partTypes: leaves.map((part) => part.contentType),
    calendar: calendar ? leafText(calendar, 50_000) : null,
    filenames: leaves.flatMap((part) => (part.filename ? [part.filename] : [])),
  })
}

type Parts = { root: MimePart; limits: Required<ParseOptions> }

const readParts = (mail: ParsedMail, { root, limits }: Parts): void => {
  const body: MailBody = readBody(root, limits)
  const encoded = extractUuencoded(body.text ?? '')
  const understood = understandBody({
    text: body.text === null ? null : encoded.text,
    html: body.html,
    forwarded: stripSubject(mail.subject).isForward,
  })
  const { cids, errors, ...parts } = understood
  Object.assign(mail, parts)
  if (body.cut) mail.errors.push('The text was longer than is kept; the rest is in the source.')
  mail.errors.push(...errors)
  if (body.files.length > limits.maxAttachments) {
    mail.errors.push(`${body.files.length} files, the first ${limits.maxAttachments} were kept.`)
    body.files.length = limits.maxAttachments
  }
  mail.attachments = readAttachments({ files: body.files, encoded: encoded.files, cids })
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What the header of a raw mail tells; for mails whose body was not fetched or could not be read. */
export const parseHeader = (raw: Buffer, options: ParseOptions = {}): ParsedMail =>
  parseHeaders(splitHeader(raw).headers, options)

/** Reads a raw mail. Never throws: what cannot be read is said in `errors`, the rest is told. */
export const parseMail = async (raw: Buffer, options: ParseOptions = {}): Promise<ParsedMail> => {
  const limits = { ...defaults, ...options }
  const { root, errors } = await splitMail({ raw, maxParts: limits.maxParts })
  const headers = root?.headers.length ? root.headers : splitHeader(raw).headers
  const mail = parseHeaders(headers, limits)
  mail.errors.push(...errors)
  if (!raw.length) mail.errors.push('The mail is empty.')
  try {
    if (root) readParts(mail, { root, limits })
  } catch (error) {
    mail.errors.push(`The body could not be read: ${sentence(error)}`)
  }
  try {
    classify(mail, { headers, root })
  } catch (error) {
    mail.errors.push(`The kind of mail could not be told: ${sentence(error)}`)
  }
  return mail
}
