import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { addressKey } from '../rules/address.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { onTicket } from './runVerb.js'

export type RevokeGuestLinksArgs = VerbArgs & {
  ticket: DocID
  /**
   * Of the participant whose links are meant.
   * @default all of the ticket's
   */
  address?: string
}

/**
 * Makes every guest link worthless that participants have been mailed so far; the next mail brings a new one. Activity
 * `guestLinksRevoked`. For those who see the ticket. Throws `ticketGone`, `notFound`.
 */
export const revokeGuestLinks = (args: RevokeGuestLinksArgs): Promise<void> =>
  onTicket(args, async (req, ticket) => {
    const { rowCount } = await sqlOf(req).query(
      `update ${tableOf(req.payload, getHelpdesk(req.payload).slugs.participants)}
       set link_version = coalesce(link_version, 1) + 1
       where ticket_id = $1 and ($2::text is null or address = $2)`,
      [ticket.id, args.address === undefined ? null : addressKey(args.address)],
    )
    if (!rowCount) throw new HelpdeskError('notFound')
    await writeActivity({
      req,
      kind: 'guestLinksRevoked',
      ticket,
      data: args.address === undefined ? {} : { address: addressKey(args.address) },
    })
  })
