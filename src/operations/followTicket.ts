import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { insertRows } from '../core/database.js'
import { agentOf } from './agentOf.js'

/** Whoever writes in a ticket goes on seeing it, whoever it is assigned to. */
export const followTicket = async (req: PayloadRequest, ticket: DocID): Promise<void> => {
  const agent = agentOf(req)
  if (agent === null) return
  await insertRows({
    req,
    slug: getHelpdesk(req.payload).slugs.followers,
    rows: [{ ticket, agent, createdAt: now().toISOString() }],
    onConflict: 'nothing',
  })
}
