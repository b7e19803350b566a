import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { addressKey } from '../rules/address.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { onTicket } from './runVerb.js'

export type MarkDeliverableArgs = VerbArgs & {
  ticket: DocID
  /** An address of the ticket's contact. */
  address: string
}

/**
 * Takes back that mail to an address bounces: acknowledgements, notifications and sign-in links go there again. Writes
 * the address and the activity `addressDeliverable`; nothing where it does not bounce. For those who see the ticket.
 * Throws `ticketGone`, `notFound`.
 */
export const markDeliverable = (args: MarkDeliverableArgs): Promise<void> =>
  onTicket(args, async (req, ticket) => {
    const address = addressKey(args.address)
    const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.contactAddresses)
    const { rows } = await sqlOf(req).query<{ state: string }>(
      `select state from ${table} where address = $1 and contact_id = $2 for update`,
      [address, ticket.contact],
    )
    if (!rows[0]) throw new HelpdeskError('notFound')
    if (rows[0].state !== 'bouncing') return
    await sqlOf(req).query(`update ${table} set state = 'ok', state_reason = '' where address = $1`, [
      address,
    ])
    await writeActivity({ req, kind: 'addressDeliverable', ticket, data: { address } })
  })
