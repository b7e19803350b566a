import type { PayloadRequest } from 'payload'
import type { DocID, Recipient, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { insertRows } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { isSameAddress } from '../rules/address.js'
import { nextStatus } from '../rules/status.js'
import { hint, writeActivity } from './activity.js'
import { agentOf } from './agentOf.js'
import type { ReplyArgs, ReplyResult, Written } from './args.js'
import { linkAttachments } from './attachments.js'
import { checkMailbox, type MailboxFacts } from './checkMailbox.js'
import { followTicket } from './followTicket.js'
import { insertMessage, previewOf } from './insertMessage.js'
import { domainOf, messageIdHash, newMessageId } from './messageId.js'
import { joinTicket } from './participants.js'
import { writeTicket } from './readTicket.js'
import { changed } from './receiveMessage.js'
import { frozenRecipients } from './recipients.js'
import { refuseIfNewer } from './refuseIfNewer.js'
import { renderWritten } from './renderSource.js'
import { earlierReply, replyKeyOf } from './repeatedTry.js'
import { onTicket } from './runVerb.js'
import { dropDraft } from './saveDraft.js'
import { threadReferences } from './threadReferences.js'

type Content = { html: string; text: string; source: unknown; attachments: DocID[] }

const contentOf = (written: Written): Content => {
  const rendered = renderWritten(written)
  const attachments = written.attachments ?? []
  if (!rendered.text && !attachments.length) throw new HelpdeskError('emptyMessage')
  return { ...rendered, attachments }
}

/**
 * An agent's answer to the customer: writes the message, the ticket's facts and an outbox row with its recipients
 * and Message-ID, held for the undo window; the activity is `replyHeld` now and `agentReplied` when it is released.
 * For those who see the ticket. Throws `ticketGone`, `emptyMessage`, `noRecipient`, `badAddress`, `newerArrived`,
 * `mailboxArchived`, `mailboxCannotSend`.
 */
export const replyToTicket = async (args: ReplyArgs): Promise<ReplyResult> => {
  const content = contentOf(args)
  return onTicket(args, async (req, ticket) => {
    const earlier = await earlierReply({ ...args, req })
    if (earlier && String(earlier.ticket) !== String(ticket.id))
      throw new HelpdeskError('badInput', { fields: { requestKey: 'It was used in another ticket.' } })
    if (earlier) {
      // Saved between the tries, it would come back as something still to be sent.
      await dropDraft({ req, ticket: ticket.id, kind: 'reply', text: content.text })
      return earlier
    }
    if (args.seen !== undefined) await refuseIfNewer({ req, ticket: ticket.id, seen: args.seen })
    const mailbox = await checkMailbox({ req, mailbox: ticket.mailbox, overrideAccess: true, toSend: true })
    const recipients = await frozenRecipients({ req, to: args.to, cc: args.cc, bcc: args.bcc })
    return writeReply({ args, req, ticket, mailbox, recipients, content })
  })
}

type WriteReplyArgs = {
  args: ReplyArgs
  req: PayloadRequest
  ticket: Ticket
  mailbox: MailboxFacts
  recipients: Recipient[]
  content: Content
}

const writeReply = async ({
  args,
  req,
  ticket,
  mailbox,
  recipients,
  content,
}: WriteReplyArgs): Promise<ReplyResult> => {
  const { slugs, undoWindowMs } = getHelpdesk(req.payload)
  const at = now()
  const due = new Date(at.getTime() + (args.undoWindowMs ?? undoWindowMs)).toISOString()
  const messageId = newMessageId(domainOf(mailbox.address))
  const { inReplyTo, references } = await threadReferences(req, ticket.id)
  const author = agentOf(req)
  const message = await insertMessage(req, {
    ticket: ticket.id,
    kind: 'reply',
    visibility: 'customer',
    author,
    contact: null,
    fromName: mailbox.name,
    fromAddress: mailbox.address,
    recipients,
    subject: ticket.subject,
    html: content.html,
    text: content.text,
    source: content.source,
    quotedHtml: '',
    quotedText: '',
    signature: '',
    messageId,
    references,
    inboundEmail: null,
    automatic: false,
    unverified: false,
    reason: '',
    delivery: 'held',
    deliveryError: '',
    hasAttachments: content.attachments.length > 0,
    remoteImages: 0,
    sentDate: null,
    createdAt: at.toISOString(),
  })
  await linkAttachments({
    req,
    ticket: ticket.id,
    message,
    attachments: content.attachments,
    uploadedBy: author ?? undefined,
  })
  const after = factsAfterReply(ticket, { status: args.status, content, at: at.toISOString() })
  await writeTicket({ req, ticket: ticket.id, data: changed(ticket, after) })
  const [outboundEmail] = await insertRows({
    req,
    slug: slugs.outboundEmails,
    rows: [
      {
        mailbox: ticket.mailbox,
        ticket: ticket.id,
        message,
        kind: 'reply',
        automatic: false,
        state: 'held',
        dueAt: due,
        attempts: 0,
        sendingAttempts: 0,
        recipients: recipients.map((recipient) => ({ ...recipient, state: 'held' })),
        subject: ticket.subject,
        internetMessageId: messageId,
        messageIdHash: messageIdHash(messageId),
        inReplyTo,
        references,
        uniqueKey: replyKeyOf({ req, requestKey: args.requestKey }, message),
        createdAt: at.toISOString(),
      },
    ],
  })
  const joined = await joinTicket({ req, ticket: ticket.id, people: joiners(ticket, recipients) })
  await followTicket(req, ticket.id)
  await dropDraft({ req, ticket: ticket.id, kind: 'reply' })
  await writeActivity({
    req,
    kind: 'replyHeld',
    ticket: after,
    before: ticket,
    message,
    data: { restore: restorable(ticket), joined, undoUntil: due },
  })
  await hint(req, 'outbox')
  return { message, outboundEmail: outboundEmail!, undoUntil: due }
}

/**
 * Whom an answer to the customer brings in takes part. Who is written to without the customer, as a supplier, is asked by
 * the team alone: what they answer is held for it.
 */
const joiners = ({ requesterAddress }: Ticket, recipients: Recipient[]) => {
  const accepted = recipients.some(({ address }) => isSameAddress(address, requesterAddress))
  return recipients
    .filter((recipient) => recipient.role !== 'bcc')
    .map((recipient) => ({
      name: recipient.name,
      address: recipient.address,
      role: 'cc' as const,
      accepted,
    }))
}

type Replied = { status: ReplyArgs['status']; content: Content; at: string }

const factsAfterReply = (ticket: Ticket, { status: picked, content, at }: Replied): Ticket => {
  const status = nextStatus(ticket.status, {
    kind: 'reply',
    ...(picked && { picked }),
  }) as Ticket['status']
  return {
    ...ticket,
    status,
    waitingSince: at,
    lastActivityAt: at,
    lastAgentMessageAt: at,
    firstResponseAt: ticket.firstResponseAt ?? at,
    resolvedAt: status === 'resolved' || status === 'closed' ? (ticket.resolvedAt ?? at) : null,
    closedAt: status === 'closed' ? at : null,
    deliveryProblem: false,
    messageCount: ticket.messageCount + 1,
    hasAttachments: ticket.hasAttachments || content.attachments.length > 0,
    preview: previewOf(content.text),
  }
}

/** What `undoReply` puts back where nothing followed; the rest it reads from the messages. */
const restorable = (ticket: Ticket) => ({
  status: ticket.status,
  waitingSince: ticket.waitingSince,
  lastActivityAt: ticket.lastActivityAt,
  resolvedAt: ticket.resolvedAt,
  closedAt: ticket.closedAt,
  deliveryProblem: ticket.deliveryProblem,
})
