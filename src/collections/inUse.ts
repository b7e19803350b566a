import type { CollectionBeforeDeleteHook } from 'payload'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'

/** Mailboxes and contacts are archived, not deleted, while tickets point to them. */
export const refuseDeleteInUse =
  (by: 'contact' | 'mailbox'): CollectionBeforeDeleteHook =>
  async ({ id, req }) => {
    const tickets = tableOf(req.payload, getHelpdesk(req.payload).slugs.tickets)
    const { rows } = await sqlOf(req).query(`select 1 from ${tickets} where ${by}_id = $1 limit 1`, [id])
    if (rows.length) throw new HelpdeskError(by === 'contact' ? 'contactInUse' : 'mailboxInUse')
  }
