import type { DocID, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { HelpdeskError } from '../core/errors.js'
import { eventOfStatus, isFinished, isStatus, type Status } from '../rules/status.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { queueNotification } from './queueNotification.js'
import { writeTicket } from './readTicket.js'
import { changed } from './receiveMessage.js'
import { onTicket } from './runVerb.js'

/** A ticket's facts with another status. */
export const withStatus = (ticket: Ticket, status: Status): Ticket => {
  const at = now().toISOString()
  const done = isFinished(status)
  return {
    ...ticket,
    status,
    waitingSince: at,
    lastActivityAt: at,
    resolvedAt: done ? (ticket.resolvedAt ?? at) : null,
    closedAt: status === 'closed' ? at : null,
    deliveryProblem: done ? false : ticket.deliveryProblem,
  }
}

export type ChangeStatusArgs = VerbArgs & {
  ticket: DocID
  status: Status
  /**
   * Tells the customer nothing, whatever the mailbox says.
   * @default false
   */
  silent?: boolean
}

/**
 * Sets the status: writes the ticket's facts and the activity `statusChanged`; queues the mail that tells the customer,
 * where the mailbox tells it and the act is not silent. The same status again changes nothing. For those who see the
 * ticket. Throws `ticketGone`, `unknownStatus`.
 */
export const changeStatus = (args: ChangeStatusArgs): Promise<{ ticket: Ticket }> =>
  onTicket(args, async (req, ticket) => {
    if (!isStatus(args.status)) throw new HelpdeskError('unknownStatus')
    if (ticket.status === args.status) return { ticket }
    const after = withStatus(ticket, args.status)
    await writeTicket({ req, ticket: ticket.id, data: changed(ticket, after) })
    await writeActivity({ req, kind: 'statusChanged', ticket: after, before: ticket })
    const event = args.silent ? null : eventOfStatus(ticket.status, after.status)
    if (event) await queueNotification({ req, event, ticket: after })
    return { ticket: after }
  })
