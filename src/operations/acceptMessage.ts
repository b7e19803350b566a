import type { DocID, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { inTransaction } from '../core/transaction.js'
import { isSameAddress } from '../rules/address.js'
import { nextStatus } from '../rules/status.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { joinTicket } from './participants.js'
import { readWithTicket } from './readMessage.js'
import { writeTicket } from './readTicket.js'
import { changed, factsAfterMessage } from './receiveMessage.js'

/**
 * Accepts a sender whom the ticket did not know: all their messages here count and are the customer's to see, they
 * take part from now on, and the ticket opens. Activity `messageAccepted`. For those who see the ticket. Throws
 * `messageGone`.
 */
export const acceptMessage = (args: VerbArgs & { message: DocID }): Promise<{ ticket: Ticket }> =>
  inTransaction(args.req, async (req) => {
    const { message, ticket } = await readWithTicket({ ...args, req, lock: true })
    if (message.kind !== 'customer') throw new HelpdeskError('messageGone')
    if (!message.unverified) return { ticket }
    const messages = tableOf(req.payload, getHelpdesk(req.payload).slugs.messages)
    const { rows: waiting } = await sqlOf(req).query<{ id: DocID; from: string | null }>(
      `select id, from_address "from" from ${messages} where ticket_id = $1 and unverified and kind = 'customer'`,
      [ticket.id],
    )
    const theirs = waiting.filter(({ from }) => isSameAddress(from ?? '', message.fromAddress))
    await sqlOf(req).query(
      `update ${messages} set unverified = false, visibility = 'customer' where id = any($1)`,
      [theirs.map(({ id }) => id)],
    )
    await joinTicket({
      req,
      ticket: ticket.id,
      people: [
        {
          name: message.fromName,
          address: message.fromAddress,
          role: 'cc',
          accepted: true,
          contact: message.contact,
        },
      ],
    })
    const at = now().toISOString()
    const status = nextStatus(ticket.status, {
      kind: 'customerMessage',
      automatic: message.automatic,
      sinceClosedMs: null,
      reopenWithinMs: 0,
    }) as Ticket['status']
    const after = { ...ticket, ...factsAfterMessage(ticket, { status, at, since: at }), lastActivityAt: at }
    await writeTicket({ req, ticket: ticket.id, data: changed(ticket, after) })
    await writeActivity({ req, kind: 'messageAccepted', ticket: after, before: ticket, message: message.id })
    return { ticket: after }
  })
