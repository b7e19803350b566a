import type { DocID, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { checkMailbox } from './checkMailbox.js'
import { writeTicket } from './readTicket.js'
import { onTicket } from './runVerb.js'

/**
 * Moves the ticket to another mailbox, which answers it from then on; replies to the old address still thread.
 * Writes the mailbox and the activity `mailboxChanged`. For those who see the ticket and work in the other mailbox.
 * Throws `ticketGone`, `notFound`, `mailboxArchived`.
 */
export const moveTicket = (args: VerbArgs & { ticket: DocID; mailbox: DocID }): Promise<{ ticket: Ticket }> =>
  onTicket(args, async (req, ticket) => {
    const target = await checkMailbox({ req, mailbox: args.mailbox, overrideAccess: args.overrideAccess })
    if (String(ticket.mailbox) === String(target.id)) return { ticket }
    const after = { ...ticket, mailbox: target.id, lastActivityAt: now().toISOString() }
    await writeTicket({
      req,
      ticket: ticket.id,
      data: { mailbox: target.id, lastActivityAt: after.lastActivityAt },
    })
    await writeActivity({
      req,
      kind: 'mailboxChanged',
      ticket: after,
      before: ticket,
      data: { name: target.name },
    })
    return { ticket: after }
  })
