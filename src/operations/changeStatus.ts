import type { DocID, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { HelpdeskError } from '../core/errors.js'
import { isStatus, type Status } from '../rules/status.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { writeTicket } from './readTicket.js'
import { changed } from './receiveMessage.js'
import { onTicket } from './runVerb.js'

/** A ticket's facts with another status. */
export const withStatus = (ticket: Ticket, status: Status): Ticket => {
  const at = now().toISOString()
  const done = status === 'resolved' || status === 'closed'
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

/**
 * Sets the status: writes the ticket's facts and the activity `statusChanged`; queues nothing. The same status again
 * changes nothing. For those who see the ticket. Throws `ticketGone`, `unknownStatus`.
 */
export const changeStatus = (
  args: VerbArgs & { ticket: DocID; status: Status },
): Promise<{ ticket: Ticket }> =>
  onTicket(args, async (req, ticket) => {
    if (!isStatus(args.status)) throw new HelpdeskError('unknownStatus')
    if (ticket.status === args.status) return { ticket }
    const after = withStatus(ticket, args.status)
    await writeTicket({ req, ticket: ticket.id, data: changed(ticket, after) })
    await writeActivity({ req, kind: 'statusChanged', ticket: after, before: ticket })
    return { ticket: after }
  })
