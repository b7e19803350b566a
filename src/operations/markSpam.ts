import type { DocID, Ticket } from '../collections/types.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { withStatus } from './changeStatus.js'
import { writeTicket } from './readTicket.js'
import { changed } from './receiveMessage.js'
import { onTicket } from './runVerb.js'

/**
 * Puts the ticket into the spam view and closes it, or takes it out again and opens it. Writes the facts and the
 * activity `markedSpam` or `unmarkedSpam`; blocks nobody and tells nobody. For those who see the ticket. Throws
 * `ticketGone`.
 */
export const markSpam = (args: VerbArgs & { ticket: DocID; spam: boolean }): Promise<{ ticket: Ticket }> =>
  onTicket(args, async (req, ticket) => {
    if (ticket.spam === args.spam) return { ticket }
    const after = { ...withStatus(ticket, args.spam ? 'closed' : 'open'), spam: args.spam }
    await writeTicket({ req, ticket: ticket.id, data: changed(ticket, after) })
    await writeActivity({
      req,
      kind: args.spam ? 'markedSpam' : 'unmarkedSpam',
      ticket: after,
      before: ticket,
    })
    return { ticket: after }
  })
