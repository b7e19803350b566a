import type { PayloadRequest } from 'payload'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'

export type HoldTicketArgs = {
  req: PayloadRequest
  /** Names the mail: a condition on the outbox, with `$1`. */
  where: 'id = $1' | 'message_id_hash = $1'
  value: unknown
}

/**
 * Locks the ticket of a mail before the mail itself, as the verbs on tickets do: two transactions that lock in another
 * order wait for each other until the database ends one of them.
 */
export const holdTicketOf = async ({ req, where, value }: HoldTicketArgs): Promise<void> => {
  const { slugs } = getHelpdesk(req.payload)
  await sqlOf(req).query(
    `select from ${tableOf(req.payload, slugs.tickets)} where id in
       (select ticket_id from ${tableOf(req.payload, slugs.outboundEmails)} where ${where}) order by id for update`,
    [value],
  )
}
