import type { PayloadRequest } from 'payload'
import type { DocID, Mailbox } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { addressKey, isAmong, isValidAddress } from '../rules/address.js'
import { limitFor } from './automaticLimit.js'
import { takesNoMail } from './contact.js'
import { messageIdHash } from './messageId.js'
import { queueMail } from './queueMail.js'
import { ownAddresses } from './recipients.js'
import { noteSiteLimit } from './sendProblem.js'

export type AcknowledgeArgs = {
  /** Within the transaction that opened the ticket. */
  req: PayloadRequest
  ticket: { id: DocID; number: number; subject: string }
  mailbox: { id: DocID; address: string; acknowledge: boolean }
  /** Who wrote. */
  to: Mailbox
  /** Whether the address is proven. To others nothing is repeated that the mail said. */
  verified: boolean
  /** Whether a machine wrote it. */
  automatic: boolean
  /** The mail's Message-ID, '' where it has none. */
  messageId: string
  /** When the server got the mail, ISO; null where nobody knows. */
  arrivedAt: string | null
}

/** Why no acknowledgement was queued; `queued` where one was. */
export type AcknowledgeResult =
  | 'queued'
  | 'off'
  | 'automatic'
  | 'old'
  | 'badAddress'
  | 'ownAddress'
  | 'blocked'
  | 'addressLimit'
  | 'siteLimit'
  | 'duplicate'

/** Nobody reads what is sent there, and some of them answer. */
const machine =
  /^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|abuse|listserv|majordomo|root|nobody|daemon)([+._=-].*)?$/i

const hasOne = async (req: PayloadRequest, ticket: DocID): Promise<boolean> => {
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.outboundEmails)
  const { rows } = await sqlOf(req).query(
    `select 1 from ${table} where ticket_id = $1 and kind = 'acknowledgement' limit 1`,
    [ticket],
  )
  return rows.length > 0
}

const refusal = async (args: AcknowledgeArgs): Promise<AcknowledgeResult | null> => {
  const { req, to, arrivedAt } = args
  const { automatic } = getHelpdesk(req.payload).mail
  if (!args.mailbox.acknowledge) return 'off'
  if (args.automatic) return 'automatic'
  const age = arrivedAt ? now().getTime() - new Date(arrivedAt).getTime() : 0
  if (age > automatic.maxAgeHours * 60 * 60_000) return 'old'
  if (!isValidAddress(to.address)) return 'badAddress'
  if (machine.test(to.address.slice(0, to.address.lastIndexOf('@')))) return 'automatic'
  if (isAmong(await ownAddresses(req), to.address)) return 'ownAddress'
  if (await takesNoMail(req, to.address)) return 'blocked'
  if (await hasOne(req, args.ticket.id)) return 'duplicate'
  const limit = await limitFor({ req, address: to.address })
  if (limit === 'siteLimit') await noteSiteLimit(req, args.mailbox.id)
  return limit
}

/** One acknowledgement for one mail, however many of our mailboxes it was sent to; and one for a ticket. */
const uniqueKeyOf = ({ ticket, to, messageId }: AcknowledgeArgs): string => {
  const hash = messageIdHash(messageId)
  return hash ? `ack:mail:${messageIdHash(`${hash} ${addressKey(to.address)}`)}` : `ack:${ticket.id}`
}

const bracketed = (id: string): string => (/^<[^<>\s]{1,500}>$/.test(id.trim()) ? id.trim() : '')

/**
 * Queues the answer that a new ticket gets at once, where the mailbox sends one: writes an outbox row, in the
 * transaction of the ticket. Never to machines, for old mail, or beyond the limits of automatic mail.
 */
export const queueAcknowledgement = async (args: AcknowledgeArgs): Promise<AcknowledgeResult> => {
  const refused = await refusal(args)
  if (refused) return refused
  const { req, ticket, mailbox, to, verified } = args
  const inReplyTo = bracketed(args.messageId)
  const isNew = await queueMail({
    req,
    kind: 'acknowledgement',
    event: 'ticketReceived',
    verified,
    mailbox,
    ticket: ticket.id,
    to: { name: verified ? to.name : '', address: to.address },
    subject: ticket.subject,
    inReplyTo,
    references: inReplyTo ? [inReplyTo] : [],
    uniqueKey: uniqueKeyOf(args),
  })
  if (!isNew) return 'duplicate'
  return 'queued'
}
