import type { PayloadRequest } from 'payload'
import { scopeSQL, ticketScope } from '../../collections/access/scope.js'
import { knownTokens } from '../../collections/Mailboxes/validate.js'
import type { DocID, OutboundEmail, Ticket } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import { HelpdeskError } from '../../core/errors.js'
import { portalURL } from '../../operations/guestLink.js'
import { readTicket } from '../../operations/readTicket.js'
import { textToHTML } from '../../operations/renderSource.js'
import type { NotificationEvent } from '../../rules/notifications.js'
import { oneLine } from '../../rules/oneLine.js'
import { footLine } from '../../rules/reference.js'
import { unknownTokens } from '../../rules/template.js'
import { type MailboxConfig, readMailbox } from '../mailboxes.js'
import { type OutboxTicket, readOutboxTicket } from '../outbound/outbox.js'
import { subjectLine } from '../outbound/subject.js'
import { type ComposeLetterArgs, composeLetter } from './compose.js'
import type { Letter } from './write.js'

export type PreviewLetterArgs = {
  req: PayloadRequest
  mailbox: DocID
  event: NotificationEvent
  language: string
  /** Where one is empty, the words that come with the help desk stand in its place. */
  subject: string
  body: string
  /** What stands in the form; the mailbox's own unless it is given. */
  signature?: string
  /** Whose values are shown; the mailbox's newest unless it is given. */
  ticket?: DocID
}

export type LetterPreview = Letter & {
  subject: string
  /** Tokens that nobody knows: with these the mailbox cannot be saved. */
  unknown: string[]
  /** Null where the mailbox has none yet, and the values are made up. */
  ticket: Pick<Ticket, 'id' | 'number' | 'subject'> | null
}

/** Stands where a reply key would: it has the form of none, so that no answer to a preview finds a ticket. */
const noKey = '…'

/** The newest ticket of a mailbox that the caller sees; its values are shown in previews. */
export const newestTicket = async (req: PayloadRequest, mailbox: DocID): Promise<LetterPreview['ticket']> => {
  const values: unknown[] = [mailbox]
  const scope = scopeSQL({ req, scope: await ticketScope(req), alias: 't', values })
  const { rows } = await sqlOf(req).query<NonNullable<LetterPreview['ticket']>>(
    `select t.id, t.number::int, t.subject from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.tickets)} t
     where t.mailbox_id = $1 and t.spam is not true and ${scope} order by t.number desc limit 1`,
    values,
  )
  return rows[0] ?? null
}

type Reply = { html: string; text: string }

/** The last answer of a ticket; pictures in it are files of that mail, which a preview has none of. */
const lastReply = async (req: PayloadRequest, ticket: DocID): Promise<Reply | null> => {
  const { rows } = await sqlOf(req).query<Reply>(
    `select coalesce(html, '') html, coalesce(text, '') text
     from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.messages)}
     where ticket_id = $1 and kind = 'reply' and visibility = 'customer' order by created_at desc limit 1`,
    [ticket],
  )
  const [reply] = rows
  return reply ? { ...reply, html: reply.html.replace(/<img\b[^>]*\ssrc="cid:[^>]*>/g, '') } : null
}

type Shown = { id: DocID | null; address: string; ticket: OutboxTicket }

const sample = ({ t }: PayloadRequest): Shown => ({
  id: null,
  address: 'ada@example.com',
  ticket: {
    number: 1042,
    source: 'email',
    replyKey: noKey,
    subject: t('helpdesk:templates:sampleSubject' as never),
    status: 'open',
    contactID: 0,
    contact: { name: 'Ada Lovelace', locale: '' },
  },
})

/** The ticket of a preview, as far as the caller sees it and it is of the mailbox. */
const shownTicket = async ({ req, mailbox, ticket }: PreviewLetterArgs): Promise<Shown> => {
  const id = ticket ?? (await newestTicket(req, mailbox))?.id
  if (id === undefined) return sample(req)
  const { requesterAddress, mailbox: its } = await readTicket({ req, ticket: id })
  const facts = String(its) === String(mailbox) ? await readOutboxTicket(req, id) : null
  if (!facts) throw new HelpdeskError('ticketGone')
  return { id, address: requesterAddress, ticket: { ...facts, replyKey: noKey } }
}

const kindOf = (event: NotificationEvent): OutboundEmail['kind'] =>
  event === 'agentReplied' ? 'reply' : event === 'ticketReceived' ? 'acknowledgement' : 'notification'

const agentName = ({ user }: PayloadRequest): string => {
  const name = (user as { name?: unknown } | null)?.name
  return typeof name === 'string' ? oneLine(name) : ''
}

/** A mailbox as the form has it, saved or not. */
const asTyped = (saved: MailboxConfig, args: PreviewLetterArgs): MailboxConfig => {
  const { event, language, subject, body, signature = saved.settings.signature } = args
  return {
    ...saved,
    settings: { ...saved.settings, signature },
    templates: { [event]: { words: { [language]: { subject, body } } } },
  }
}

/**
 * A mail as the customer of a ticket would get it, had they proven their address, in words that need not be saved.
 * Nothing is written and nothing is sent. It leads to the portal's page, not to the ticket, and carries no reply key:
 * what stands in it opens nothing. For managers, which the caller checks. Throws `notFound`, `ticketGone`.
 */
export const previewLetter = async (args: PreviewLetterArgs): Promise<LetterPreview> => {
  const { req, event, language, subject, body } = args
  const saved = await readMailbox(req.payload, args.mailbox)
  if (!saved) throw new HelpdeskError('notFound')
  const mailbox = asTyped(saved, args)
  const { id, address, ticket } = await shownTicket(args)
  const row: ComposeLetterArgs['row'] = {
    kind: kindOf(event),
    event,
    verified: true,
    ticket: id,
    recipients: [{ name: '', address, role: 'to', state: 'queued' }],
    subject: ticket.subject,
  }
  const typed = () => {
    const text = req.t('helpdesk:templates:sampleReply' as never)
    return { text, html: textToHTML(text) }
  }
  const reply = event === 'agentReplied' ? (id !== null && (await lastReply(req, id))) || typed() : null
  const letter = await composeLetter({
    req,
    row,
    mailbox,
    ticket,
    reply,
    agent: event !== 'ticketReceived' && mailbox.settings.showAgentName ? agentName(req) : '',
    foot: footLine(noKey),
    preview: { language, url: portalURL({ req, mailbox }) },
  })
  return {
    ...letter,
    subject: subjectLine({ subject: letter.subject, tag: mailbox.settings.subjectTag ? ticket : null }),
    unknown: unknownTokens(`${subject}\n${body}`, knownTokens(req.payload)),
    ticket: id === null ? null : { id, number: ticket.number, subject: ticket.subject },
  }
}
