import { randomUUID } from 'node:crypto'
import type { PayloadRequest } from 'payload'
import type { Mailbox, OutboundEmail, RenderedMail } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { MailError } from '../../core/errors.js'
import { siteWords } from '../../operations/siteWords.js'
import { addressDomain, isValidAddress } from '../../rules/address.js'
import { oneLine } from '../../rules/oneLine.js'
import { footLine, plusAddress } from '../../rules/reference.js'
import { isForCustomer } from '../../rules/visibility.js'
import type { MailboxConfig } from '../mailboxes.js'
import { acknowledgementLetter } from './acknowledgementLetter.js'
import { type Letter, writeLetter } from './letter.js'
import {
  linkedFiles,
  type OutboxTicket,
  plusAddressWorks,
  readOutboxMessage,
  readOutboxTicket,
} from './outbox.js'
import { subjectLine } from './subject.js'

/** Ids in References: the first names the thread, the last ones its nearest mails. */
const maxReferences = 21

const maxIdLength = 500

export type ComposeArgs = { req: PayloadRequest; row: OutboundEmail; mailbox: MailboxConfig }

/** An address as SMTP takes it: the domain in punycode, the part before it untouched. */
export const wireAddress = (address: string): string => {
  const bare = address.trim()
  return `${bare.slice(0, bare.lastIndexOf('@'))}@${addressDomain(bare)}`
}

/** Those who are named in the headers; Bcc stands in the envelope alone. */
export const shownRecipients = (row: OutboundEmail, role: 'to' | 'cc'): Mailbox[] =>
  row.recipients
    .filter((recipient) => recipient.role === role && isValidAddress(recipient.address))
    .map(({ name, address }) => ({ name: oneLine(name), address: wireAddress(address) }))

const boundReferences = (references: string[]): string[] => {
  const sane = references.filter((id) => /^<[^<>\s]+>$/.test(id) && id.length <= maxIdLength)
  return sane.length > maxReferences ? [sane[0]!, ...sane.slice(1 - maxReferences)] : sane
}

const agentName = async (req: PayloadRequest, author: OutboundEmail['id'] | null): Promise<string> => {
  if (author === null) return ''
  const user = await req.payload.findByID({
    collection: getHelpdesk(req.payload).usersSlug as never,
    id: author,
    depth: 0,
    disableErrors: true,
    overrideAccess: true,
    req,
  })
  const name = (user as { name?: unknown } | null)?.name
  return typeof name === 'string' ? oneLine(name) : ''
}

const senderName = async ({ req, row, mailbox }: ComposeArgs, author: OutboundEmail['id'] | null) => {
  const desk = oneLine(mailbox.fromName || mailbox.name)
  const agent = row.automatic || !mailbox.settings.showAgentName ? '' : await agentName(req, author)
  return agent && desk ? `${agent} at ${desk}` : agent || desk
}

const replyToOf = async ({ req, mailbox }: ComposeArgs, ticket: OutboxTicket): Promise<string> => {
  const { replyAddress } = mailbox.settings
  const isPlus =
    replyAddress === 'plus' || (replyAddress === 'auto' && (await plusAddressWorks(req, mailbox.id)))
  return isPlus ? plusAddress(mailbox.address, ticket.replyKey) : mailbox.address
}

/** What the customer reads. A note, or what is the team's alone, can never become a mail. */
const bodyOf = async (
  args: ComposeArgs,
  ticket: OutboxTicket,
): Promise<{ body: Letter; author: OutboundEmail['id'] | null }> => {
  const { req, row, mailbox } = args
  if (row.kind === 'acknowledgement') {
    const words = await siteWords(req.payload)
    const desk = mailbox.fromName || mailbox.name
    return { body: acknowledgementLetter({ words, desk, ticket }), author: null }
  }
  const message = row.message === null ? null : await readOutboxMessage(req, row.message)
  if (!message)
    throw new MailError('The message of this mail is gone.', { code: 'messageGone', retry: false })
  if (!isForCustomer(message) || message.kind !== 'reply')
    throw new MailError('This message is for the team only and is never mailed.', {
      code: 'notForCustomer',
      retry: false,
    })
  return { body: { html: message.html, text: message.text }, author: message.author }
}

const automaticHeaders = [
  { key: 'Auto-Submitted', value: 'auto-replied' },
  { key: 'X-Auto-Response-Suppress', value: 'All' },
]

const filesOf = async (req: PayloadRequest, row: OutboundEmail): Promise<RenderedMail['attachments']> => {
  const files = row.message === null ? [] : await linkedFiles(req, row.message)
  return files.map((file) => ({
    attachment: file.id,
    filename: oneLine(file.name),
    contentType: file.contentType,
    ...(file.inline && file.contentId && { contentId: file.contentId }),
  }))
}

/**
 * Headers and bodies of a mail, made once and stored: every try sends these. Recipients, Message-ID and references
 * stand in the row since the verb. Throws a `MailError` where it can never be sent.
 */
export const composeMail = async (args: ComposeArgs): Promise<RenderedMail> => {
  const { req, row, mailbox } = args
  const ticket = row.ticket === null ? null : await readOutboxTicket(req, row.ticket)
  if (!ticket) throw new MailError('The ticket of this mail is gone.', { code: 'ticketGone', retry: false })
  const { body, author } = await bodyOf(args, ticket)
  const references = boundReferences(row.references)
  const [inReplyTo] = boundReferences([row.inReplyTo])
  const isAnswer = Boolean(inReplyTo || references.length) || ticket.source !== 'manual'
  const subject = subjectLine({
    subject: row.subject,
    isAnswer: isAnswer && row.kind === 'reply',
    tag: mailbox.settings.subjectTag ? ticket : null,
  })
  const letter = writeLetter({
    body,
    signature: mailbox.settings.signature,
    foot: footLine(ticket.replyKey),
  })
  return {
    from: { name: await senderName(args, author), address: wireAddress(mailbox.address) },
    headers: [
      { key: 'Reply-To', value: wireAddress(await replyToOf(args, ticket)) },
      { key: 'Subject', value: subject },
      { key: 'Message-ID', value: row.internetMessageId },
      ...(inReplyTo ? [{ key: 'In-Reply-To', value: inReplyTo }] : []),
      ...(references.length ? [{ key: 'References', value: references.join(' ') }] : []),
      ...(row.automatic ? automaticHeaders : []),
    ],
    ...letter,
    date: now().toISOString(),
    boundary: randomUUID().replaceAll('-', ''),
    attachments: await filesOf(req, row),
  }
}
