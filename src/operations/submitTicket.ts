import type { PayloadRequest } from 'payload'
import type { DocID, Mailbox, Ticket } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { inTransaction } from '../core/transaction.js'
import { isAmong } from '../rules/address.js'
import type { Priority } from '../rules/priority.js'
import { activeStatuses } from '../rules/status.js'
import type { MessageContent, VerbArgs } from './args.js'
import { isBlockedSender } from './blockSender.js'
import { checkMailbox } from './checkMailbox.js'
import { openTicket } from './openTicket.js'
import { queueAcknowledgement } from './queueAcknowledgement.js'
import { receiveMessage } from './receiveMessage.js'
import { ownAddresses } from './recipients.js'

export type SubmitTicketArgs = VerbArgs & {
  mailbox: DocID
  /** Who asks; the contact is made before by `ensureContact`. */
  from: Mailbox
  contact: DocID
  /** Whether the address has been proven to be theirs. */
  verified: boolean
  /** By which way it came: the `reason` of its message. */
  source: Extract<Ticket['source'], 'portal' | 'webhook' | 'form'>
  subject: string
  /** HTML is sanitised already. */
  html: string
  text: string
  remoteImages?: number
  /** Stored before, in state `pending`. */
  attachments?: DocID[]
  /** @default 'normal' */
  priority?: Priority
  /** The site's own ticket fields. Not written where the request is added to a ticket. */
  fields?: Record<string, unknown>
  /** Adds it to the sender's active ticket of the same subject in this mailbox, where there is one. */
  append: boolean
  /** Taken before by `nextTicketNumber`. */
  number?: number
  /** When it was sent, ISO, where that may have been long ago: what is old is not acknowledged. */
  arrivedAt?: string | null
}

export type SubmitTicketResult = {
  result: 'created' | 'appended'
  ticket: { id: DocID; number: number }
  message: DocID
}

/**
 * A request that a customer makes at the site. Opens a ticket with its first message and queues the acknowledgement
 * that the mailbox sends; or, with `append`, adds the message to the sender's active ticket of the same subject. What
 * `openTicket` and `receiveMessage` write is written. For those who work in the mailbox, and for the server's own code.
 * Throws `notFound`, `mailboxArchived`, `badAddress`, `ownAddress`, `blockedSender`.
 */
export const submitTicket = (args: SubmitTicketArgs): Promise<SubmitTicketResult> =>
  inTransaction(args.req, async (req) => {
    const mailbox = await checkMailbox({ req, mailbox: args.mailbox, overrideAccess: args.overrideAccess })
    await refuseSender(req, args.from)
    const content = contentOf(args, mailbox)
    const arrival = {
      reason: args.source,
      inboundEmail: null,
      automatic: false,
      visibility: 'customer' as const,
      unverified: false,
      attachments: args.attachments ?? [],
    }
    const active = args.append ? await activeTicket(req, args) : null
    if (active) {
      const { message } = await receiveMessage({
        req,
        overrideAccess: true,
        ticket: active.id,
        contact: args.contact,
        from: args.from,
        content,
        arrival,
      })
      if (message !== null) return { result: 'appended', ticket: active, message }
    }
    const { ticket, message } = await openTicket({
      req,
      overrideAccess: true,
      mailbox: args.mailbox,
      contact: args.contact,
      requester: args.from,
      requesterVerified: args.verified,
      subject: args.subject,
      source: args.source,
      priority: args.priority,
      fields: args.fields,
      first: { content, arrival, from: args.from },
      number: args.number,
    })
    await queueAcknowledgement({
      req,
      ticket,
      mailbox,
      to: args.from,
      verified: args.verified,
      automatic: false,
      messageId: '',
      arrivedAt: args.arrivedAt ?? null,
    })
    return { result: 'created', ticket: { id: ticket.id, number: ticket.number }, message: message! }
  })

/** Nobody writes to us from an address of ours, nor one whom an agent has blocked. */
const refuseSender = async (req: PayloadRequest, { address }: Mailbox): Promise<void> => {
  if (isAmong(await ownAddresses(req), address))
    throw new HelpdeskError('ownAddress', { fields: { email: 'A mailbox of this help desk.' } })
  if (await isBlockedSender(req, address))
    throw new HelpdeskError('blockedSender', { fields: { email: 'Blocked by an agent.' } })
}

const contentOf = (args: SubmitTicketArgs, mailbox: Mailbox): MessageContent => ({
  subject: args.subject,
  html: args.html,
  text: args.text,
  quotedHtml: '',
  quotedText: '',
  signature: '',
  messageId: '',
  references: [],
  recipients: [{ name: mailbox.name, address: mailbox.address, role: 'to' }],
  remoteImages: args.remoteImages ?? 0,
  sentDate: null,
})

/**
 * The sender's newest active ticket with this subject. Two such requests at once wait for each other here, so that the
 * second finds what the first has opened.
 */
const activeTicket = async (
  req: PayloadRequest,
  { mailbox, contact, subject }: SubmitTicketArgs,
): Promise<{ id: DocID; number: number } | null> => {
  const sql = sqlOf(req)
  const same = subject.replace(/\s+/g, ' ').trim()
  await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `helpdesk:submit:${mailbox}:${contact}`,
  ])
  const { rows } = await sql.query<{ id: DocID; number: number }>(
    `select id, number::int from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.tickets)}
     where contact_id = $1 and mailbox_id = $2 and lower(subject) = lower($3) and status::text = any($4)
       and spam is not true
     order by last_activity_at desc, id desc limit 1`,
    [contact, mailbox, same, activeStatuses],
  )
  return rows[0] ?? null
}
