import type { PayloadRequest, User } from 'payload'
import { getHelpdesk } from '../../core/config.js'
import type { Role } from '../options.js'
import { roles } from '../options.js'

/**
 * The caller's role in the help desk, or null. Only users of the admin collection can have one: a customer who is
 * signed in to the site is nobody here.
 */
export const roleOf = ({ payload, user }: Pick<PayloadRequest, 'payload' | 'user'>): Role | null => {
  const helpdesk = getHelpdesk(payload)
  if (helpdesk.disabled || !user || user.collection !== helpdesk.usersSlug) return null
  const role = helpdesk.access.role
    ? helpdesk.access.role({ user: user as User, req: { payload, user } })
    : (user as unknown as { helpdeskRole?: unknown }).helpdeskRole
  return roles.includes(role as Role) ? (role as Role) : null
}

type Requester = { req: PayloadRequest }

export const isAgent = ({ req }: Requester): boolean => roleOf(req) !== null

export const isManager = ({ req }: Requester): boolean => {
  const role = roleOf(req)
  return role === 'administrator' || role === 'manager'
}

export const nobody = (): boolean => false
