import { isManager } from '../collections/access/role.js'
import { asVerb } from '../collections/managed.js'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { asHooks } from '../core/transaction.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { onTicket } from './runVerb.js'

/**
 * Erases a ticket: its messages, files, drafts, history, queued mail and the sources of its mails. What stays are
 * its mail keys, so that nothing of it comes back from the server, and one activity `ticketDeleted` with its number.
 * Files leave the storage a little later. For managers. Throws `ticketGone`, `notAllowed`.
 */
export const deleteTicket = (args: VerbArgs & { ticket: DocID }): Promise<void> =>
  onTicket(args, async (req, ticket) => {
    if (!args.overrideAccess && !isManager({ req })) throw new HelpdeskError('notAllowed')
    const { slugs } = getHelpdesk(req.payload)
    const sql = sqlOf(req)
    const t = (key: keyof typeof slugs) => tableOf(req.payload, slugs[key])
    await sql.query(
      `update ${t('attachments')} set ticket_id = null, message_id = null, draft_id = null, uploaded_by_id = null,
         state = 'pending', sweep_after = $2 where ticket_id = $1
         or draft_id in (select id from ${t('drafts')} where ticket_id = $1)`,
      [ticket.id, now().toISOString()],
    )
    await sql.query(
      `delete from ${t('rawSources')} where inbound_email_id in (select id from ${t('inboundEmails')} where ticket_id = $1)`,
      [ticket.id],
    )
    await sql.query(
      `update ${t('inboundEmails')} set subject = '', from_address = '', internet_message_id = '', error = '' where ticket_id = $1`,
      [ticket.id],
    )
    const { rows } = await sql.query<{ agent: DocID }>(
      `select agent_id agent from ${t('followers')} where ticket_id = $1`,
      [ticket.id],
    )
    for (const key of [
      'outboundEmails',
      'drafts',
      'readStates',
      'followers',
      'participants',
      'activities',
      'messages',
    ] as const) {
      await sql.query(`delete from ${t(key)} where ticket_id = $1`, [ticket.id])
    }
    await writeActivity({
      req,
      kind: 'ticketDeleted',
      ticket,
      data: { id: ticket.id, number: ticket.number, followers: rows.map(({ agent }) => agent) },
    })
    await asHooks(() =>
      req.payload.delete({
        collection: slugs.tickets as never,
        id: ticket.id as never,
        depth: 0,
        overrideAccess: true,
        req: asVerb(req),
      }),
    )
  })
