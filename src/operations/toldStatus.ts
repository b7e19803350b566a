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
 * The status as those outside the team may be told it, as SQL: that of replies which can still be taken back is the
 * team's alone. Where several wait, it is the one before the first of those that led to it.
 */
export const toldStatusSQL = ({ req, ticket, status }: ToldStatusArgs): string => {
  const { slugs } = getHelpdesk(req.payload)
  const activities = tableOf(req.payload, slugs.activities)
  return `(with recursive told(status, id) as (
    select ${status}, (select id from ${activities} where false)
    union
    select a.status_before::text, a.id from told join ${activities} a on a.status::text = told.status
    join ${tableOf(req.payload, slugs.messages)} held on held.id = a.message_id
    where a.ticket_id = ${ticket} and a.kind = 'replyHeld' and held.delivery = 'held'
      and (told.id is null or a.id < told.id)
  ) select told.status from told order by told.id nulls last limit 1)`
}
