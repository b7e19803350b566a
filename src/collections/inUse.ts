import type { CollectionBeforeDeleteHook } from 'payload'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import type { SlugKey } from '../core/slugs.js'

/** A contact is archived, not deleted, while tickets point to it; otherwise its addresses are free again. */
export const refuseContactInUse: CollectionBeforeDeleteHook = async ({ id, req }) => {
  const { slugs } = getHelpdesk(req.payload)
  const { rows } = await sqlOf(req).query(
    `select 1 from ${tableOf(req.payload, slugs.tickets)} where contact_id = $1 limit 1`,
    [id],
  )
  if (rows.length) throw new HelpdeskError('contactInUse')
  await sqlOf(req).query(
    `delete from ${tableOf(req.payload, slugs.contactAddresses)} where contact_id = $1`,
    [id],
  )
}

/** A mailbox is archived, not deleted, while tickets, mail to handle or mail to send belong to it. */
export const refuseMailboxInUse: CollectionBeforeDeleteHook = async ({ id, req }) => {
  const { slugs } = getHelpdesk(req.payload)
  const table = (key: SlugKey) => tableOf(req.payload, slugs[key])
  const { rows } = await sqlOf(req).query<{ tickets: boolean; mail: boolean }>(
    `select exists (select 1 from ${table('tickets')} where mailbox_id = $1) tickets,
       exists (select 1 from ${table('inboundEmails')} where mailbox_id = $1 and state in ('received', 'quarantined'))
       or exists (select 1 from ${table('outboundEmails')} where mailbox_id = $1 and state in ('held', 'queued', 'sending'))
         mail`,
    [id],
  )
  if (rows[0]?.tickets) throw new HelpdeskError('mailboxInUse')
  if (rows[0]?.mail) throw new HelpdeskError('mailboxHasMail')
}
