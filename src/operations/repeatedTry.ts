import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { agentOf } from './agentOf.js'
import type { ReplyResult } from './args.js'

type Try = { req: PayloadRequest; requestKey?: string | undefined }

/** Whose tries have one key: an agent's own, those of a customer, or those of the site's own code. */
const whoTries = (req: PayloadRequest): string =>
  String(agentOf(req) ?? (req.user ? `${req.user.collection}/${req.user.id}` : ''))

/** The unique key of the outbox row that one try of a reply writes. */
export const replyKeyOf = ({ req, requestKey }: Try, message: DocID): string =>
  requestKey ? `reply:${whoTries(req)}:${requestKey}` : `reply:${message}`

/** What the first try of a reply has written; waits for one that is still on its way. */
export const earlierReply = async (args: Try): Promise<(ReplyResult & { ticket: DocID }) | null> => {
  const { req, requestKey } = args
  if (!requestKey) return null
  const key = replyKeyOf(args, '')
  await sqlOf(req).query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [key])
  const { rows } = await sqlOf(req).query<{ id: DocID; ticket: DocID; message: DocID; due: Date | string }>(
    `select id, ticket_id ticket, message_id message, due_at due
     from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.outboundEmails)} where unique_key = $1`,
    [key],
  )
  const [row] = rows
  return row
    ? {
        ticket: row.ticket,
        message: row.message,
        outboundEmail: row.id,
        undoUntil: new Date(row.due).toISOString(),
      }
    : null
}

/** The note that the first try has written, in a ticket that is locked. */
export const earlierNote = async ({ req, requestKey }: Try, ticket: DocID): Promise<DocID | null> => {
  if (!requestKey) return null
  const { rows } = await sqlOf(req).query<{ message: DocID }>(
    `select message_id message from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.activities)}
     where ticket_id = $1 and kind = 'noteAdded' and actor_id is not distinct from $2 and data->>'requestKey' = $3 limit 1`,
    [ticket, agentOf(req), requestKey],
  )
  return rows[0]?.message ?? null
}
