import type { PayloadRequest } from 'payload'
import { getHelpdesk } from '../core/config.js'
import { tableOf } from '../core/database.js'

type ToldStatusArgs = {
  req: PayloadRequest
  /** SQL of the ticket's id. */
  ticket: string
  /** SQL of its status, as text. */
  status: string
}

/**
 * The status as those outside the team may be told it, as SQL: that of a reply which can still be taken back is the
 * team's alone.
 */
export const toldStatusSQL = ({ req, ticket, status }: ToldStatusArgs): string => {
  const { slugs } = getHelpdesk(req.payload)
  return `coalesce((select a.status_before::text from ${tableOf(req.payload, slugs.activities)} a
    join ${tableOf(req.payload, slugs.messages)} held on held.id = a.message_id
    where a.ticket_id = ${ticket} and a.kind = 'replyHeld' and a.status::text = ${status}
      and held.delivery = 'held'
    order by a.id limit 1), ${status})`
}
