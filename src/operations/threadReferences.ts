import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'

const longestChain = 20

const bracketed = (id: string): string => (id.startsWith('<') ? id : `<${id}>`)

/**
 * In-Reply-To and References for the next mail of a ticket (RFC 5322 §3.6.4): the newest message that both sides
 * know, and the chain that leads to it. Of long chains the first and the newest ids, by which clients thread.
 */
export const threadReferences = async (
  req: PayloadRequest,
  ticket: DocID,
): Promise<{ inReplyTo: string; references: string[] }> => {
  const { rows } = await sqlOf(req).query<{ id: string }>(
    `select message_id id from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.messages)}
     where ticket_id = $1 and visibility = 'customer' and kind <> 'note' and message_id <> ''
       and length(message_id) < 500 and coalesce(delivery, '') not in ('held', 'cancelled') and not automatic
     order by created_at, id`,
    [ticket],
  )
  const ids = [...new Set(rows.map((row) => bracketed(row.id)))]
  const references = ids.length > longestChain ? [ids[0]!, ...ids.slice(1 - longestChain)] : ids
  return { inReplyTo: references.at(-1) ?? '', references }
}
