import type { PayloadRequest } from 'payload'
import type { DeliveryState, DocID, RecipientState, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf, updateRow } from '../core/database.js'
import { inTransaction } from '../core/transaction.js'
import { nextStatus } from '../rules/status.js'
import { writeActivity } from './activity.js'
import { withStatus } from './changeStatus.js'
import { readTicket, writeTicket } from './readTicket.js'
import { changed } from './receiveMessage.js'

export type RecordDeliveryArgs = {
  req: PayloadRequest
  outboundEmail: DocID
  state: Extract<DeliveryState, 'queued' | 'sending' | 'sent' | 'failed' | 'bounced'>
  recipients?: RecipientState[]
  /** In plain words; shown on the message. */
  error?: string
  errorCode?: string
  /** When it is tried again, for `queued`. */
  dueAt?: string
  attempts?: number
  /** Set: nothing is written unless the row still carries this token. */
  leaseToken?: string
}

/**
 * Stores what became of a mail: the outbox row, the message's delivery, and on failure the ticket, which opens,
 * shows under "Delivery problems" and is unread to the reply's author; activities `deliveryChanged` or `deliveryFailed`. For the worker. False where
 * another worker has taken the mail over.
 */
export const recordDelivery = (args: RecordDeliveryArgs): Promise<boolean> =>
  inTransaction(args.req, async (req) => {
    const { slugs } = getHelpdesk(req.payload)
    const { rows } = await sqlOf(req).query<{ message: DocID | null; ticket: DocID | null }>(
      `select message_id message, ticket_id ticket from ${tableOf(req.payload, slugs.outboundEmails)}
       where id = $1 and ($2::text is null or lease_token = $2) for update`,
      [args.outboundEmail, args.leaseToken ?? null],
    )
    const row = rows[0]
    if (!row) return false
    const settled = args.state !== 'sending'
    await updateRow({
      req,
      slug: slugs.outboundEmails,
      id: args.outboundEmail,
      data: {
        state: args.state,
        error: args.error ?? '',
        errorCode: args.errorCode ?? '',
        ...(args.recipients && { recipients: args.recipients }),
        ...(args.dueAt && { dueAt: args.dueAt }),
        ...(args.attempts !== undefined && { attempts: args.attempts }),
        ...(args.state === 'sent' && { sentAt: now().toISOString() }),
        ...(settled && { leaseToken: null, leaseUntil: null }),
      },
    })
    if (row.message === null || row.ticket === null) return true
    await updateRow({
      req,
      slug: slugs.messages,
      id: row.message,
      data: { delivery: args.state, deliveryError: args.error ?? '' },
    })
    const ticket = await readTicket({ req, ticket: row.ticket, overrideAccess: true, lock: true })
    const partly = args.recipients?.some(
      (recipient) => recipient.state === 'failed' || recipient.state === 'bounced',
    )
    const failed = args.state === 'failed' || args.state === 'bounced' || (args.state === 'sent' && partly)
    const after = failed ? await comeBack({ req, ticket, message: row.message }) : ticket
    await writeActivity({
      req,
      kind: failed ? 'deliveryFailed' : 'deliveryChanged',
      ticket: after,
      before: ticket,
      actorKind: 'system',
      message: row.message,
      data: { state: args.state, error: args.error ?? '', errorCode: args.errorCode ?? '' },
    })
    return true
  })

export type ComeBackArgs = { req: PayloadRequest; ticket: Ticket; message: DocID }

/** The ticket returns to the inbox, unread by the reply's author: whoever waits for an answer has not got it. */
export const comeBack = async ({ req, ticket, message }: ComeBackArgs): Promise<Ticket> => {
  const status = nextStatus(ticket.status, { kind: 'deliveryFailed' }) as Ticket['status']
  const opened = status === ticket.status ? ticket : withStatus(ticket, status)
  const after = { ...opened, deliveryProblem: true, lastActivityAt: now().toISOString() }
  await writeTicket(req, ticket.id, changed(ticket, after))
  const { slugs } = getHelpdesk(req.payload)
  await sqlOf(req).query(
    `delete from ${tableOf(req.payload, slugs.readStates)} where ticket_id = $1
       and agent_id = (select author_id from ${tableOf(req.payload, slugs.messages)} where id = $2)`,
    [ticket.id, message],
  )
  return after
}
