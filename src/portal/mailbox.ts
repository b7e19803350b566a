import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf, toID } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'

/** A mailbox by its id or its address; null where it is neither. Throws `notFound` where there is none of that address. */
export const namedMailbox = async (req: PayloadRequest, given: unknown): Promise<DocID | null> => {
  if (given === null || given === undefined || given === '') return null
  if (typeof given !== 'string' || !given.includes('@')) {
    const id = toID(req, given)
    if (id === null) throw new HelpdeskError('notFound')
    return id
  }
  const { rows } = await sqlOf(req).query<{ id: DocID }>(
    `select id from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.mailboxes)} where address = $1`,
    [given.trim().toLowerCase()],
  )
  if (!rows[0]) throw new HelpdeskError('notFound', { message: `No mailbox has the address ${given}.` })
  return rows[0].id
}

/** What a portal's address may depend on; null where there is no such mailbox. */
export const portalMailbox = async (
  req: PayloadRequest,
  id: DocID,
): Promise<{ id: DocID; address: string; name: string } | null> => {
  const { rows } = await sqlOf(req).query<{ id: DocID; address: string; name: string }>(
    `select id, address, name from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.mailboxes)} where id = $1`,
    [id],
  )
  return rows[0] ?? null
}

/** The mailbox of a portal that names none: the site's oldest that is in use. Throws `notFound`. */
export const defaultMailbox = async (req: PayloadRequest): Promise<DocID> => {
  const { rows } = await sqlOf(req).query<{ id: DocID }>(
    `select id from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.mailboxes)}
     where archived is not true order by created_at, id limit 1`,
  )
  if (!rows[0]) throw new HelpdeskError('notFound', { message: 'This site has no mailbox yet.' })
  return rows[0].id
}
