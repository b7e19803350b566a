import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { addressKey, isValidAddress } from '../rules/address.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { joinTicket } from './participants.js'
import { ownAddresses } from './recipients.js'
import { onTicket } from './runVerb.js'

export type ParticipantArgs = VerbArgs & { ticket: DocID; address: string; name?: string }

/**
 * Lets somebody take part: their mail threads here, and they can be answered. Activity `participantAdded`. For
 * those who see the ticket. Throws `ticketGone`, `badAddress`, `ownAddress`.
 */
export const addParticipant = (args: ParticipantArgs): Promise<void> =>
  onTicket(args, async (req, ticket) => {
    const address = args.address.trim()
    if (!isValidAddress(address)) throw new HelpdeskError('badAddress', { fields: { address } })
    if ((await ownAddresses(req)).has(addressKey(address))) throw new HelpdeskError('ownAddress')
    await joinTicket({
      req,
      ticket: ticket.id,
      people: [{ name: args.name ?? '', address, role: 'cc', accepted: true }],
    })
    await writeActivity({ req, kind: 'participantAdded', ticket, data: { address: addressKey(address) } })
  })

/**
 * Ends somebody's part: what they write next is a stranger's. The requester cannot be removed, only changed.
 * Activity `participantRemoved`. For those who see the ticket. Throws `ticketGone`, `notFound`.
 */
export const removeParticipant = (args: ParticipantArgs): Promise<void> =>
  onTicket(args, async (req, ticket) => {
    const { rowCount } = await sqlOf(req).query(
      `delete from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.participants)}
       where ticket_id = $1 and address = $2 and role <> 'requester'`,
      [ticket.id, addressKey(args.address)],
    )
    if (!rowCount) throw new HelpdeskError('notFound')
    await writeActivity({
      req,
      kind: 'participantRemoved',
      ticket,
      data: { address: addressKey(args.address) },
    })
  })
