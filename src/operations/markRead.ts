import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { missingRelation, sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { agentOrRefuse } from './agentOf.js'
import type { VerbArgs } from './args.js'
import { readTicket } from './readTicket.js'

/**
 * Remembers that the caller has read the ticket, or takes it back. Writes their read state and nothing of the
 * ticket. For agents who see the ticket. Throws `ticketGone`, `notSignedIn`, `notAllowed`.
 */
export const markRead = async ({
  req,
  ticket,
  read,
}: VerbArgs & { ticket: DocID; read: boolean }): Promise<void> => {
  const agent = agentOrRefuse(req)
  await readTicket({ req, ticket })
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.readStates)
  if (!read) {
    await sqlOf(req).query(`delete from ${table} where agent_id = $1 and ticket_id = $2`, [agent, ticket])
    return
  }
  try {
    await sqlOf(req).query(
      `insert into ${table} (agent_id, ticket_id, read_at) values ($1, $2, $3)
       on conflict (agent_id, ticket_id) do update set read_at = excluded.read_at`,
      [agent, ticket, now().toISOString()],
    )
  } catch (error) {
    // Deleted since it was read above.
    throw missingRelation(error)?.includes('_ticket_id_') ? new HelpdeskError('ticketGone') : error
  }
}
