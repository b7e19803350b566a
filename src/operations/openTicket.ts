import { asVerb } from '../collections/managed.js'
import type { DocID, Mailbox, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { createDocuments } from '../core/documents.js'
import { HelpdeskError } from '../core/errors.js'
import { randomKey } from '../core/secret.js'
import { inTransaction } from '../core/transaction.js'
import { addressKey, isValidAddress } from '../rules/address.js'
import type { Priority } from '../rules/priority.js'
import { writeActivity } from './activity.js'
import type { Arrival, MessageContent, VerbArgs } from './args.js'
import { linkAttachments } from './attachments.js'
import { checkMailbox } from './checkMailbox.js'
import { insertFirstMessage, previewOf } from './insertMessage.js'
import { joinTicket } from './participants.js'
import { queueNotification } from './queueNotification.js'
import { nextTicketNumber } from './ticketNumber.js'

export type OpenTicketArgs = VerbArgs & {
  mailbox: DocID
  /** The requester's contact, made before by `ensureContact`. */
  contact: DocID
  requester: Mailbox
  requesterVerified: boolean
  subject: string
  source: Ticket['source']
  /** @default 'normal' */
  priority?: Priority
  assignee?: DocID | null
  automatic?: boolean
  /** The site's own ticket fields; what their checks refuse is thrown by Payload as a `ValidationError`. */
  fields?: Record<string, unknown>
  followUpOf?: DocID | null
  relatedTo?: DocID | null
  /** Others who take part from the start. */
  cc?: Mailbox[]
  /** The customer's message that opens it. */
  first?: { content: MessageContent; arrival: Arrival; from: Mailbox }
  /** Taken before by `nextTicketNumber`, where many are opened at once. */
  number?: number
  /**
   * Does not tell the customer of a ticket that is opened on their behalf.
   * @default false
   */
  silent?: boolean
}

const longestSubject = 998

/**
 * Opens a ticket: writes the ticket (by the Local API, so the site's hooks run), its participants, its first
 * message and the activity `ticketOpened`; queues the mail that tells of a ticket opened on the customer's behalf,
 * where the mailbox tells it. For those who may see the mailbox. Throws
 * `mailboxArchived`, `badAddress`, `notAllowed`.
 */
export const openTicket = async (
  args: OpenTicketArgs,
): Promise<{ ticket: Ticket; message: DocID | null }> => {
  const { slugs } = getHelpdesk(args.req.payload)
  if (!isValidAddress(args.requester.address)) throw new HelpdeskError('badAddress')
  const number = args.number ?? (await nextTicketNumber(args.req))
  return inTransaction(args.req, async (req) => {
    if (!args.overrideAccess) await checkMailbox({ req, mailbox: args.mailbox })
    const at = now().toISOString()
    const { first } = args
    const automatic = args.automatic ?? false
    const data: Omit<Ticket, 'id' | 'createdAt' | 'updatedAt'> = {
      number,
      subject: args.subject.replace(/\s+/g, ' ').trim().slice(0, longestSubject),
      status: 'open',
      priority: args.priority ?? 'normal',
      mailbox: args.mailbox,
      contact: args.contact,
      assignee: args.assignee ?? null,
      source: args.source,
      requesterAddress: args.requester.address.trim(),
      requesterVerified: args.requesterVerified,
      automatic,
      spam: false,
      deliveryProblem: false,
      replyKey: randomKey(128),
      followUpOf: args.followUpOf ?? null,
      relatedTo: args.relatedTo ?? null,
      waitingSince: first?.arrival.arrivedAt ?? at,
      lastActivityAt: at,
      lastCustomerMessageAt: first ? at : null,
      lastAgentMessageAt: null,
      firstResponseAt: null,
      resolvedAt: null,
      closedAt: null,
      messageCount: first ? 1 : 0,
      hasAttachments: Boolean(first?.arrival.attachments.length),
      preview: first ? previewOf(first.content.text) : '',
    }
    const [made] = await createDocuments({
      req: asVerb(req),
      slug: slugs.tickets,
      data: [{ ...ownFields(args), ...data, createdAt: at, updatedAt: at }],
    })
    const ticket = { ...data, ...made, replyKey: data.replyKey } as unknown as Ticket
    await joinTicket({
      req,
      ticket: ticket.id,
      isNew: true,
      people: [
        { ...args.requester, role: 'requester', accepted: true, contact: args.contact },
        ...(args.cc ?? [])
          .filter((person) => addressKey(person.address) !== addressKey(args.requester.address))
          .map((person) => ({ ...person, role: 'cc' as const, accepted: true })),
      ],
    })
    const message = first ? await firstMessage({ ...first, req, contact: args.contact, ticket }) : null
    await writeActivity({
      req,
      kind: 'ticketOpened',
      ticket,
      actorKind: first ? 'customer' : undefined,
      contact: args.contact,
      ...(message !== null && { message }),
      data: { source: args.source, automatic },
    })
    if (!first && args.source === 'manual' && !args.silent)
      await queueNotification({ req, event: 'ticketOpened', ticket })
    return { ticket, message }
  })
}

/** Of what was given, the fields of the site's own that may be filled so: no managed one comes in this way. */
const ownFields = ({ req, fields = {} }: OpenTicketArgs): Record<string, unknown> => {
  const { fillableFields } = getHelpdesk(req.payload).tickets
  return Object.fromEntries(Object.entries(fields).filter(([name]) => fillableFields.includes(name)))
}

type FirstArgs = NonNullable<OpenTicketArgs['first']> &
  Pick<OpenTicketArgs, 'req' | 'contact'> & { ticket: Ticket }

const firstMessage = async (args: FirstArgs): Promise<DocID> => {
  const { req, contact, ticket, content, arrival, from } = args
  const message = await insertFirstMessage(req, {
    ...content,
    ticket: ticket.id,
    kind: 'customer',
    visibility: 'customer',
    author: null,
    contact,
    fromName: from.name,
    fromAddress: from.address,
    source: null,
    inboundEmail: arrival.inboundEmail,
    automatic: arrival.automatic,
    unverified: false,
    reason: arrival.reason,
    delivery: null,
    deliveryError: '',
    hasAttachments: arrival.attachments.length > 0,
    createdAt: ticket.lastActivityAt,
  })
  await linkAttachments({ req, ticket: ticket.id, message, attachments: arrival.attachments })
  return message
}
