import type { DocID, Ticket } from '../collections/types.js'
import { randomKey } from '../core/secret.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { writeTicket } from './readTicket.js'
import { onTicket } from './runVerb.js'

/**
 * Gives the ticket another reply key, for when the old one has come into wrong hands: mail to the old address, or with
 * the old line at its foot, no longer finds the ticket by it. Answers to mails of ours go on finding it by their
 * headers, and the next mail carries the new key. Writes the activity `replyKeyRenewed`. For those who see the ticket.
 * Throws `ticketGone`.
 */
export const renewReplyKey = (args: VerbArgs & { ticket: DocID }): Promise<{ ticket: Ticket }> =>
  onTicket(args, async (req, ticket) => {
    const after = { ...ticket, replyKey: randomKey(128) }
    await writeTicket({ req, ticket: ticket.id, data: { replyKey: after.replyKey } })
    await writeActivity({ req, kind: 'replyKeyRenewed', ticket: after })
    return { ticket: after }
  })
