import { randomUUID } from 'node:crypto'
import type { PayloadRequest } from 'payload'
import type { Mailbox, OutboundEmail, RenderedMail } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { MailError } from '../../core/errors.js'
import { addressDomain, isValidAddress } from '../../rules/address.js'
import { oneLine } from '../../rules/oneLine.js'
import { footLine, plusAddress } from '../../rules/reference.js'
import { isForCustomer } from '../../rules/visibility.js'
import { composeLetter } from '../letters/compose.js'
import { signInLetter } from '../letters/signIn.js'
import type { MailboxConfig } from '../mailboxes.js'
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

const senderName = ({ row, mailbox }: ComposeArgs, agent: string): string => {
  const desk = oneLine(mailbox.fromName || mailbox.name)
  return agent && desk && !row.automatic ? `${agent} at ${desk}` : desk || agent
}

const replyToOf = async ({ req, mailbox }: ComposeArgs, ticket: OutboxTicket): Promise<string> => {
  const { replyAddress } = mailbox.settings
  const isPlus =
    replyAddress === 'plus' || (replyAddress === 'auto' && (await plusAddressWorks(req, mailbox.id)))
  return isPlus ? plusAddress(mailbox.address, ticket.replyKey) : mailbox.address
}

/** An agent's answer. A note, or what is the team's alone, can never become a mail. */
const replyOf = async ({
  req,
  row,
}: ComposeArgs): Promise<{ html: string; text: string; author: OutboundEmail['id'] | null }> => {
  const message = row.message === null ? null : await readOutboxMessage(req, row.message)
  if (!message)
    throw new MailError('The message of this mail is gone.', { code: 'messageGone', retry: false })
  if (!isForCustomer(message) || message.kind !== 'reply')
    throw new MailError('This message is for the team only and is never mailed.', {
      code: 'notForCustomer',
      retry: false,
    })
  return message
}

/** RFC 3834 §5: what answers a mail is `auto-replied`, what tells of an act of ours `auto-generated`. */
const automaticHeaders = ({ kind }: OutboundEmail) => [
  { key: 'Auto-Submitted', value: kind === 'acknowledgement' ? 'auto-replied' : 'auto-generated' },
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

type SubjectArgs = Pick<ComposeArgs, 'row' | 'mailbox'> & {
  ticket: OutboxTicket
  /** As the template has it. */
  subject: string
  isAnswer: boolean
}

/** The customer's own subject, where nobody has given answers another; a new thread of ours begins without `Re:`. */
const subjectOf = ({ row, mailbox, ticket, subject, isAnswer }: SubjectArgs): string => {
  const isFirst = row.kind === 'reply' && !isAnswer && ticket.source === 'manual'
  return subjectLine({
    subject: isFirst ? ticket.subject : subject,
    tag: mailbox.settings.subjectTag ? ticket : null,
  })
}

/** A mail that belongs to no ticket: answers to it are a matter of their own. */
const composeSignIn = async (args: ComposeArgs): Promise<RenderedMail> => {
  const { row, mailbox } = args
  const { subject, ...letter } = await signInLetter(args)
  return {
    from: { name: senderName(args, ''), address: wireAddress(mailbox.address) },
    headers: [
      { key: 'Subject', value: subject },
      { key: 'Message-ID', value: row.internetMessageId },
      ...automaticHeaders(row),
    ],
    ...letter,
    date: now().toISOString(),
    boundary: randomUUID().replaceAll('-', ''),
    attachments: [],
  }
}

/**
 * Headers and bodies of a mail, made once and stored: every try sends these. Recipients, Message-ID and references
 * stand in the row since the verb. Throws a `MailError` where it can never be sent.
 */
export const composeMail = async (args: ComposeArgs): Promise<RenderedMail> => {
  const { req, row, mailbox } = args
  if (row.kind === 'signIn') return composeSignIn(args)
  const ticket = row.ticket === null ? null : await readOutboxTicket(req, row.ticket)
  if (!ticket) throw new MailError('The ticket of this mail is gone.', { code: 'ticketGone', retry: false })
  const reply = row.kind === 'reply' ? await replyOf(args) : null
  const author = reply ? reply.author : row.agent
  const agent = mailbox.settings.showAgentName ? await agentName(req, author) : ''
  const references = boundReferences(row.references)
  const [inReplyTo] = boundReferences([row.inReplyTo])
  const { subject, ...letter } = await composeLetter({
    req,
    row,
    mailbox,
    ticket,
    reply,
    agent,
    foot: footLine(ticket.replyKey),
  })
  return {
    from: { name: senderName(args, agent), address: wireAddress(mailbox.address) },
    headers: [
      { key: 'Reply-To', value: wireAddress(await replyToOf(args, ticket)) },
      {
        key: 'Subject',
        value: subjectOf({
          row,
          mailbox,
          ticket,
          subject,
          isAnswer: Boolean(inReplyTo || references.length),
        }),
      },
      { key: 'Message-ID', value: row.internetMessageId },
      ...(inReplyTo ? [{ key: 'In-Reply-To', value: inReplyTo }] : []),
      ...(references.length ? [{ key: 'References', value: references.join(' ') }] : []),
      ...(row.automatic ? automaticHeaders(row) : []),
    ],
    ...letter,
    date: now().toISOString(),
    boundary: randomUUID().replaceAll('-', ''),
    attachments: await filesOf(req, row),
  }
}
