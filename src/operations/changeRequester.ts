import type { DocID, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { addressKey, isValidAddress } from '../rules/address.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { ensureContact } from './contact.js'
import { joinTicket } from './participants.js'
import { readTicket, writeTicket } from './readTicket.js'
import { ownAddresses } from './recipients.js'
import { onTicket } from './runVerb.js'

export type ChangeRequesterArgs = VerbArgs & { ticket: DocID; address: string; name?: string }

/**
 * Makes somebody else the requester: writes the ticket's contact and address, keeps the former requester as a
 * participant, and the activity `requesterChanged`. Mail never does this. For those who see the ticket. Throws
 * `ticketGone`, `badAddress`, `ownAddress`.
 */
export const changeRequester = async (args: ChangeRequesterArgs): Promise<{ ticket: Ticket }> => {
  const address = args.address.trim()
  if (!isValidAddress(address)) throw new HelpdeskError('badAddress', { fields: { address } })
  if ((await ownAddresses(args.req)).has(addressKey(address))) throw new HelpdeskError('ownAddress')
  await readTicket({ req: args.req, ticket: args.ticket, overrideAccess: args.overrideAccess })
  const { contact } = await ensureContact({ req: args.req, name: args.name ?? '', address })
  return onTicket(args, async (req, ticket) => {
    const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.participants)
    await joinTicket({
      req,
      ticket: ticket.id,
      people: [{ name: args.name ?? '', address, role: 'cc', accepted: true, contact }],
    })
    await sqlOf(req).query(
      `update ${table} set role = case when address = $2 then 'requester' else 'cc' end where ticket_id = $1`,
      [ticket.id, addressKey(address)],
    )
    const after = {
      ...ticket,
      contact,
      requesterAddress: address,
      requesterVerified: true,
      lastActivityAt: now().toISOString(),
    }
    await writeTicket({
      req,
      ticket: ticket.id,
      data: {
        contact,
        requesterAddress: address,
        requesterVerified: true,
        lastActivityAt: after.lastActivityAt,
      },
    })
    await writeActivity({
      req,
      kind: 'requesterChanged',
      ticket: after,
      contact,
      data: { from: ticket.requesterAddress, to: address },
    })
    return { ticket: after }
  })
}
