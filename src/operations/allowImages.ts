import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { addressKey } from '../rules/address.js'
import type { VerbArgs } from './args.js'
import { readWithTicket } from './readMessage.js'

/**
 * Lets remote images of a message's sender load from now on, or blocks them again. Writes the sender's address. For
 * those who see the ticket. Throws `messageGone`.
 */
export const allowImages = async (args: VerbArgs & { message: DocID; allowed: boolean }): Promise<void> => {
  const { req } = args
  const { message } = await readWithTicket(args)
  await sqlOf(req).query(
    `update ${tableOf(req.payload, getHelpdesk(req.payload).slugs.contactAddresses)} set images_allowed = $2
     where address = $1`,
    [addressKey(message.fromAddress), args.allowed],
  )
}
