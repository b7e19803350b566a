import type { PayloadRequest } from 'payload'
import type { DocID, Ticket } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { isAmong, isValidAddress } from '../rules/address.js'
import { isOnByDefault, type MailboxTemplates, type NotificationEvent } from '../rules/notifications.js'
import { agentOf } from './agentOf.js'
import { canSendSQL } from './checkMailbox.js'
import { takesNoMail } from './contact.js'
import { queueMail } from './queueMail.js'
import { ownAddresses } from './recipients.js'
import { threadReferences } from './threadReferences.js'

/** What an act of ours tells the requester. */
export type ToldEvent = Exclude<NotificationEvent, 'ticketReceived' | 'agentReplied'>

type MailboxFacts = { address: string; canSend: boolean; archived: boolean; templates: MailboxTemplates }

const readMailbox = async (req: PayloadRequest, id: DocID): Promise<MailboxFacts | null> => {
  const { rows } = await sqlOf(req).query<MailboxFacts>(
    `select address, ${canSendSQL(req.payload)} "canSend", coalesce(archived, false) archived,
       coalesce(templates, '{}'::jsonb) templates
     from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.mailboxes)} where id = $1`,
    [id],
  )
  return rows[0] ?? null
}

/** Whether a mailbox tells its customers of something. */
export const isNotified = (templates: MailboxTemplates, event: NotificationEvent): boolean =>
  templates[event]?.on ?? isOnByDefault[event]

const mayReach = async (req: PayloadRequest, address: string): Promise<boolean> =>
  isValidAddress(address) && !isAmong(await ownAddresses(req), address) && !(await takesNoMail(req, address))

export type NotifyArgs = {
  /** Within the transaction of the act. */
  req: PayloadRequest
  event: ToldEvent
  /** As the act left it. */
  ticket: Ticket
}

/**
 * Queues what an act of ours tells the requester, where the mailbox tells it: writes an outbox row, in the transaction of
 * the act, and so once. Nothing goes to machines, spam or addresses that take no mail. True where something was queued.
 */
export const queueNotification = async ({ req, event, ticket }: NotifyArgs): Promise<boolean> => {
  if (ticket.automatic || ticket.spam) return false
  const mailbox = await readMailbox(req, ticket.mailbox)
  if (!mailbox?.canSend || mailbox.archived || !isNotified(mailbox.templates, event)) return false
  if (!(await mayReach(req, ticket.requesterAddress))) return false
  return queueMail({
    req,
    kind: 'notification',
    event,
    // An agent who has opened or answered it has seen to whom it goes, and what its words are.
    verified: ticket.requesterVerified || ticket.source === 'manual' || ticket.firstResponseAt !== null,
    agent: agentOf(req),
    mailbox: { id: ticket.mailbox, address: mailbox.address },
    ticket: ticket.id,
    to: { name: '', address: ticket.requesterAddress },
    subject: ticket.subject,
    ...(await threadReferences(req, ticket.id)),
    uniqueKey: `${event}:${ticket.id}:${ticket.lastActivityAt}`,
  })
}
