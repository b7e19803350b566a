import type { DocID, Ticket } from '../collections/types.js'
import { isFinished } from '../rules/status.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { withStatus } from './changeStatus.js'
import { writeTicket } from './readTicket.js'
import { changed } from './receiveMessage.js'
import { onTicket } from './runVerb.js'

export type SolveTicketArgs = VerbArgs & {
  ticket: DocID
  /** The contact of whoever says so. */
  contact: DocID | null
}

/**
 * A customer says that their matter is done: the status becomes `resolved`, with the activity `statusChanged` of the
 * customer; queues nothing, as they know. One that is done already stays as it is. For the server's own code, which has
 * made sure that they take part. Throws `ticketGone`.
 */
export const solveTicket = (args: SolveTicketArgs): Promise<{ ticket: Ticket }> =>
  onTicket(args, async (req, ticket) => {
    if (isFinished(ticket.status)) return { ticket }
    const after = withStatus(ticket, 'resolved')
    await writeTicket({ req, ticket: ticket.id, data: changed(ticket, after) })
    await writeActivity({
      req,
      kind: 'statusChanged',
      ticket: after,
      before: ticket,
      actorKind: 'customer',
      contact: args.contact,
    })
    return { ticket: after }
  })
