import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { insertRows } from '../core/database.js'

/** Whoever writes in a ticket goes on seeing it, whoever it is assigned to. */
export const followTicket = async (req: PayloadRequest, ticket: DocID): Promise<void> => {
  const { slugs, usersSlug } = getHelpdesk(req.payload)
  if (!req.user || req.user.collection !== usersSlug) return
  await insertRows({
    req,
    slug: slugs.followers,
    rows: [{ ticket, agent: req.user.id, createdAt: now().toISOString() }],
    onConflict: 'nothing',
  })
}
