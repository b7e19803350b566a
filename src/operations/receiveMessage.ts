import type { PayloadRequest } from 'payload'
import type { DocID, Mailbox, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { nextStatus, type StatusOutcome } from '../rules/status.js'
import { writeActivity } from './activity.js'
import type { Arrival, MessageContent, VerbArgs } from './args.js'
import { linkAttachments } from './attachments.js'
import { insertMessage, previewOf } from './insertMessage.js'
import { joinTicket } from './participants.js'
import { writeTicket } from './readTicket.js'
import { onTicket } from './runVerb.js'

export type ReceiveMessageArgs = VerbArgs & {
  ticket: DocID
  /** The sender's contact, made before by `ensureContact`. */
  contact: DocID | null
  from: Mailbox
  content: MessageContent
  arrival: Arrival
  /** Others who take part from now on. */
  cc?: Mailbox[]
}

export type ReceiveMessageResult = {
  /** `followUp`: the ticket was closed too long ago, nothing was written; open a new one, linked to it. */
  outcome: 'appended' | 'followUp'
  ticket: DocID
  message: DocID | null
}

const dayMs = 86_400_000

type OutcomeArgs = { req: PayloadRequest; ticket: Ticket; arrival: Arrival }

const outcomeOf = ({ req, ticket, arrival }: OutcomeArgs): StatusOutcome => {
  if (arrival.unverified) return nextStatus(ticket.status, { kind: 'unverifiedMessage' })
  return nextStatus(ticket.status, {
    kind: 'customerMessage',
    automatic: arrival.automatic,
    sinceClosedMs: ticket.closedAt ? now().getTime() - Date.parse(ticket.closedAt) : null,
    reopenWithinMs: getHelpdesk(req.payload).tickets.reopenWithinDays * dayMs,
  })
}

type Received = { status: Ticket['status']; at: string; since: string }

/** What a customer's message makes of a ticket's facts. */
export const factsAfterMessage = (ticket: Ticket, { status, at, since }: Received): Partial<Ticket> => ({
  status,
  lastCustomerMessageAt: at,
  ...(status !== ticket.status && { waitingSince: since, resolvedAt: null, closedAt: null }),
  // Ours to answer already, and an agent has answered since: the wait begins anew with this message.
  ...(status === 'open' && ticket.status === 'open' && answered(ticket) && { waitingSince: since }),
})

const answered = (ticket: Ticket): boolean =>
  Boolean(ticket.lastAgentMessageAt && ticket.lastAgentMessageAt > ticket.waitingSince)

/**
 * Adds a customer's message to a ticket: writes the message, the participants, the ticket's facts and the activity
 * `customerReplied`; reopens by the table in `rules/status.ts`; queues nothing. Throws `ticketGone`.
 */
export const receiveMessage = (args: ReceiveMessageArgs): Promise<ReceiveMessageResult> =>
  onTicket(args, async (req, ticket) => {
    const { content, arrival, from, contact } = args
    const outcome = outcomeOf({ req, ticket, arrival })
    if (outcome === 'followUp') return { outcome: 'followUp', ticket: ticket.id, message: null }
    const at = now().toISOString()
    const message = await insertMessage(req, {
      ...content,
      ticket: ticket.id,
      kind: 'customer',
      visibility: arrival.visibility,
      author: null,
      contact,
      fromName: from.name,
      fromAddress: from.address,
      source: null,
      inboundEmail: arrival.inboundEmail,
      automatic: arrival.automatic,
      unverified: arrival.unverified,
      reason: arrival.reason,
      delivery: null,
      deliveryError: '',
      hasAttachments: arrival.attachments.length > 0,
      createdAt: at,
    })
    await linkAttachments({ req, ticket: ticket.id, message, attachments: arrival.attachments })
    const people = (args.cc ?? []).map((person) => ({ ...person, role: 'cc' as const, accepted: true }))
    if (from.address) people.unshift({ ...from, role: 'cc', accepted: !arrival.unverified, contact } as never)
    if (!arrival.automatic) await joinTicket({ req, ticket: ticket.id, people })
    const after: Ticket = {
      ...ticket,
      ...(arrival.automatic
        ? {}
        : factsAfterMessage(ticket, { status: outcome, at, since: arrival.arrivedAt ?? at })),
      lastActivityAt: at,
      messageCount: ticket.messageCount + 1,
      hasAttachments: ticket.hasAttachments || arrival.attachments.length > 0,
      ...(arrival.visibility === 'customer' && !arrival.automatic && { preview: previewOf(content.text) }),
    }
    await writeTicket({ req, ticket: ticket.id, data: changed(ticket, after) })
    await writeActivity({
      req,
      kind: 'customerReplied',
      ticket: after,
      before: ticket,
      actorKind: 'customer',
      contact,
      message,
      data: { automatic: arrival.automatic, unverified: arrival.unverified, reason: arrival.reason },
    })
    return { outcome: 'appended', ticket: ticket.id, message }
  })

/** The facts that differ. */
export const changed = (before: Ticket, after: Ticket): Partial<Ticket> =>
  Object.fromEntries(
    Object.entries(after).filter(([key, value]) => before[key as keyof Ticket] !== value),
  ) as Partial<Ticket>
