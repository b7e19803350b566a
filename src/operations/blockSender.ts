import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { insertRows, sqlOf, tableOf } from '../core/database.js'
import { addressKey } from '../rules/address.js'
import { writeActivity } from './activity.js'
import { agentOf } from './agentOf.js'
import type { VerbArgs } from './args.js'
import { onTicket } from './runVerb.js'

/**
 * Blocks the requester's address, or unblocks it: mail from it is received, kept in the journal with the verdict
 * `ignored`, and opens nothing. Writes the block and the activity `senderBlocked`. For those who see the ticket.
 * Throws `ticketGone`.
 */
export const blockSender = (args: VerbArgs & { ticket: DocID; blocked: boolean }): Promise<void> =>
  onTicket(args, async (req, ticket) => {
    const { slugs } = getHelpdesk(req.payload)
    const address = addressKey(ticket.requesterAddress)
    if (args.blocked) {
      await insertRows({
        req,
        slug: slugs.blockedSenders,
        rows: [{ address, blockedBy: agentOf(req), createdAt: now().toISOString() }],
        onConflict: 'nothing',
      })
    } else {
      await sqlOf(req).query(`delete from ${tableOf(req.payload, slugs.blockedSenders)} where address = $1`, [
        address,
      ])
    }
    // One that bounces is blocked first of all; whether it still bounces shows when it is blocked no more.
    await sqlOf(req).query(
      `update ${tableOf(req.payload, slugs.contactAddresses)} set state = $2, state_reason = ''
       where address = $1 and state = any($3)`,
      args.blocked ? [address, 'blocked', ['ok', 'bouncing']] : [address, 'ok', ['blocked']],
    )
    await writeActivity({ req, kind: 'senderBlocked', ticket, data: { address, blocked: args.blocked } })
  })

/** Whether an agent has blocked this address. */
export const isBlockedSender = async (req: PayloadRequest, address: string): Promise<boolean> => {
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.blockedSenders)
  const { rows } = await sqlOf(req).query(`select 1 from ${table} where address = $1`, [addressKey(address)])
  return rows.length > 0
}
