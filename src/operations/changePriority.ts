import type { DocID, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { HelpdeskError } from '../core/errors.js'
import { isPriority, type Priority } from '../rules/priority.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { writeTicket } from './readTicket.js'
import { onTicket } from './runVerb.js'

/**
 * Sets the priority: writes it and the activity `priorityChanged`. For those who see the ticket. Throws
 * `ticketGone`, `unknownPriority`.
 */
export const changePriority = (
  args: VerbArgs & { ticket: DocID; priority: Priority },
): Promise<{ ticket: Ticket }> =>
  onTicket(args, async (req, ticket) => {
    if (!isPriority(args.priority)) throw new HelpdeskError('unknownPriority')
    if (ticket.priority === args.priority) return { ticket }
    const after = { ...ticket, priority: args.priority, lastActivityAt: now().toISOString() }
    await writeTicket({
      req,
      ticket: ticket.id,
      data: { priority: after.priority, lastActivityAt: after.lastActivityAt },
    })
    await writeActivity({
      req,
      kind: 'priorityChanged',
      ticket: after,
      data: { from: ticket.priority, to: args.priority },
    })
    return { ticket: after }
  })
