import type { PayloadRequest } from 'payload'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { inTransaction } from '../core/transaction.js'

/** Whether anybody holds a role. Always true where the site gives roles itself. */
export const someRoleExists = async (req: PayloadRequest): Promise<boolean> => {
  const { usersSlug, access } = getHelpdesk(req.payload)
  if (access.role) return true
  const { rows } = await sqlOf(req).query(
    `select 1 from ${tableOf(req.payload, usersSlug)} where coalesce(helpdesk_role, '') <> '' limit 1`,
  )
  return rows.length > 0
}

/** Whether the caller is of the admin collection and may update other users than themselves. */
export const mayClaim = async (req: PayloadRequest): Promise<boolean> => {
  const { usersSlug, disabled } = getHelpdesk(req.payload)
  if (disabled || !req.user || req.user.collection !== usersSlug) return false
  const { update } = req.payload.collections[usersSlug]!.config.access
  const result = await update({ req, data: {} } as never)
  if (result === true) return true
  if (!result) return false
  const { totalDocs } = await req.payload.count({
    collection: usersSlug as never,
    where: { and: [result, { id: { not_equals: req.user.id } }] },
    overrideAccess: true,
    req,
  })
  return totalDocs > 0
}

/**
 * Makes the caller the first administrator of the help desk, as long as nobody holds a role. Writes the role. For
 * users who may update other users. Throws `notAllowed`, `rolesExist`.
 */
export const claimRole = async ({ req }: { req: PayloadRequest }): Promise<{ claimed: true }> => {
  if (!(await mayClaim(req))) throw new HelpdeskError(req.user ? 'notAllowed' : 'notSignedIn')
  return inTransaction(req, async (own) => {
    // Two may press the button at once: the second waits here, and then finds a role.
    await sqlOf(own).query("select pg_advisory_xact_lock(hashtext('payload-helpdesk:claim'))")
    if (await someRoleExists(own)) throw new HelpdeskError('rolesExist')
    await sqlOf(own).query(
      `update ${tableOf(own.payload, getHelpdesk(own.payload).usersSlug)} set helpdesk_role = 'administrator' where id = $1`,
      [own.user!.id],
    )
    return { claimed: true as const }
  })
}
