import type { PayloadRequest } from 'payload'
import type { DocID, Message, RecipientState, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf, updateRow } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { inTransaction } from '../core/transaction.js'
import { hint, writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { readWithTicket } from './readMessage.js'
import { writeTicket } from './readTicket.js'

/** Whether another reply came back too, and none has got through since. */
const hasOther = async (
  req: PayloadRequest,
  { message, ticket }: { message: Pick<Message, 'id'>; ticket: Pick<Ticket, 'id'> },
): Promise<boolean> => {
  const messages = tableOf(req.payload, getHelpdesk(req.payload).slugs.messages)
  const { rowCount } = await sqlOf(req).query(
    `select 1 from ${messages} m where m.ticket_id = $1 and m.id <> $2 and m.delivery in ('failed', 'bounced')
       and not exists (select from ${messages} l where l.ticket_id = $1 and l.created_at > m.created_at and l.delivery = 'sent') limit 1`,
    [ticket.id, message.id],
  )
  return Boolean(rowCount)
}

const undelivered = (recipient: RecipientState): boolean =>
  recipient.state !== 'sent' && recipient.state !== 'cancelled'

/**
 * Sends a reply that failed or bounced again, the same mail under the same Message-ID, to those who did not get it.
 * Writes the outbox row, the message's delivery and the activity `deliveryChanged`. For those who see the ticket.
 * Throws `messageGone`, `notRetryable`.
 */
export const retryDelivery = (args: VerbArgs & { message: DocID }): Promise<void> =>
  inTransaction(args.req, async (req) => {
    const { message, ticket } = await readWithTicket({ ...args, req, lock: true })
    const { slugs } = getHelpdesk(req.payload)
    const { rows } = await sqlOf(req).query<{ id: DocID; state: string; recipients: RecipientState[] }>(
      `select id, state, recipients from ${tableOf(req.payload, slugs.outboundEmails)}
       where message_id = $1 and state in ('failed', 'bounced', 'sent', 'queued') for update`,
      [message.id],
    )
    const row = rows[0]
    if (!row || (row.state === 'sent' && !row.recipients.some(undelivered)))
      throw new HelpdeskError('notRetryable')
    await updateRow({
      req,
      slug: slugs.outboundEmails,
      id: row.id,
      data: {
        state: 'queued',
        dueAt: now().toISOString(),
        attempts: 0,
        sendingAttempts: 0,
        error: '',
        errorCode: '',
        leaseToken: null,
        leaseUntil: null,
        recipients: row.recipients.map((recipient) =>
          undelivered(recipient) ? { ...recipient, state: 'queued', response: '' } : recipient,
        ),
      },
    })
    await updateRow({
      req,
      slug: slugs.messages,
      id: message.id,
      data: { delivery: 'queued', deliveryError: '' },
    })
    await writeTicket({
      req,
      ticket: ticket.id,
      data: { deliveryProblem: await hasOther(req, { message, ticket }) },
    })
    await writeActivity({
      req,
      kind: 'deliveryChanged',
      ticket,
      message: message.id,
      data: { state: 'queued', retried: true },
    })
    await hint(req, 'outbox')
  })
