import type { PayloadRequest, User } from 'payload'
import { roleOf } from '../collections/access/role.js'
import type { DocID, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { HelpdeskError } from '../core/errors.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { writeTicket } from './readTicket.js'
import { onTicket } from './runVerb.js'

/**
 * Gives the ticket to an agent, or back to the shared queue with `assignee: null`: writes the assignee and the
 * activity `assigned`; queues nothing. For those who see the ticket. Throws `ticketGone`, `notAnAgent`.
 */
export const assignTicket = (
  args: VerbArgs & { ticket: DocID; assignee: DocID | null },
): Promise<{ ticket: Ticket }> =>
  onTicket(args, async (req, ticket) => {
    if (args.assignee !== null) await checkAgent(req, args.assignee)
    if (String(ticket.assignee ?? '') === String(args.assignee ?? '')) return { ticket }
    const after = { ...ticket, assignee: args.assignee, lastActivityAt: now().toISOString() }
    await writeTicket({
      req,
      ticket: ticket.id,
      data: { assignee: after.assignee, lastActivityAt: after.lastActivityAt },
    })
    await writeActivity({ req, kind: 'assigned', ticket: after, before: ticket })
    return { ticket: after }
  })

/** Refuses whoever has no role: a ticket given to them would be seen by nobody. */
const checkAgent = async (req: PayloadRequest, id: DocID): Promise<void> => {
  const { usersSlug } = getHelpdesk(req.payload)
  const found = await req.payload.find({
    collection: usersSlug as never,
    where: { id: { equals: id } },
    limit: 1,
    pagination: false,
    depth: 0,
    overrideAccess: true,
    req,
  })
  const user = found.docs[0] as User | undefined
  if (!user || !roleOf({ payload: req.payload, user: { ...user, collection: usersSlug } as never })) {
    throw new HelpdeskError('notAnAgent')
  }
}
