import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { agentOf } from './agentOf.js'

export type RefuseIfNewerArgs = { req: PayloadRequest; ticket: DocID; seen: DocID }

/** Refuses to send into a ticket in which something stands that the agent has not seen: `newerArrived`. */
export const refuseIfNewer = async ({ req, ticket, seen }: RefuseIfNewerArgs): Promise<void> => {
  const messages = tableOf(req.payload, getHelpdesk(req.payload).slugs.messages)
  const { rows } = await sqlOf(req).query(
    `select 1 from ${messages} m, ${messages} s
     where s.id = $2 and s.ticket_id = $1 and m.ticket_id = $1 and (m.created_at, m.id) > (s.created_at, s.id)
       and (m.kind = 'customer' or m.author_id is distinct from $3) and m.delivery is distinct from 'cancelled' limit 1`,
    [ticket, seen, agentOf(req)],
  )
  if (rows.length) throw new HelpdeskError('newerArrived')
}
