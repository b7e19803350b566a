import type { PayloadRequest, Where } from 'payload'
import { roleOf } from './role.js'
import { scopeWhere, ticketScope } from './scope.js'

/**
 * Agents see the contacts of the tickets they see, and those they own; managers see all. A mailbox that an agent
 * does not work in thus keeps its customers to itself.
 */
export const contactScope = async (req: PayloadRequest): Promise<boolean | Where> => {
  const scope = await ticketScope(req)
  const where = scopeWhere(scope, 'tickets.')
  if (typeof where === 'boolean' || !roleOf(req) || !req.user) return where
  return { or: [{ owner: { equals: req.user.id } }, where] }
}
