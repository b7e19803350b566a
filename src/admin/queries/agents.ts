import type { PayloadRequest } from 'payload'
import { roleOf } from '../../collections/access/role.js'
import type { Role } from '../../collections/options.js'
import type { DocID } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf } from '../../core/database.js'
import type { Person } from '../api.js'
import { tablesOf } from './tables.js'

export type Agent = Person & { role: Role }

/** More than a desk has; a site whose own rule gives roles is asked about so many users at most. */
const maxUsers = 1000

/** Everybody who has a role in the help desk. */
export const readAgents = async (req: PayloadRequest): Promise<Agent[]> => {
  const { access } = getHelpdesk(req.payload)
  const { users, personName } = tablesOf(req.payload)
  const sql = sqlOf(req)
  const given = access.role ? await rolesOfSite(req) : null
  const { rows } = await sql.query<{ id: DocID; name: string; role: Role | null }>(
    given
      ? `select u.id, ${personName('u')} as name, null as role from ${users} u where u.id = any($1) order by 2`
      : `select u.id, ${personName('u')} as name, u.helpdesk_role as role from ${users} u
         where u.helpdesk_role in ('administrator', 'manager', 'agent') order by 2 limit ${maxUsers}`,
    given ? [[...given.keys()]] : [],
  )
  return rows.map(({ id, name, role }) => ({ id, name, role: role ?? given!.get(id)! }))
}

/** A site's own rule can look at anything in the user, so it is asked about each. */
const rolesOfSite = async (req: PayloadRequest): Promise<Map<DocID, Role>> => {
  const { usersSlug } = getHelpdesk(req.payload)
  const { docs } = await req.payload.find({
    collection: usersSlug as never,
    depth: 0,
    joins: false,
    limit: maxUsers,
    overrideAccess: true,
    pagination: false,
    req,
  })
  const roles = new Map<DocID, Role>()
  for (const doc of docs as { id: DocID }[]) {
    const role = roleOf({ payload: req.payload, user: { ...doc, collection: usersSlug } as never })
    if (role) roles.set(doc.id, role)
  }
  return roles
}
