import type { PayloadRequest } from 'payload'
import type { DocID, Ticket } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { inTransaction } from '../core/transaction.js'
import type { MailboxTemplates } from '../rules/notifications.js'
import { writeActivity } from './activity.js'
import { holdTicketOf } from './holdTicket.js'
import { isNotified } from './queueNotification.js'
import { readMessage } from './readMessage.js'
import { readTicket } from './readTicket.js'

type ReplyFacts = { message: DocID; status: Ticket['status'] }

/** The status before the reply, where it is still the one that the reply has set: now others may hear of it. */
const beforeReply = async (
  req: PayloadRequest,
  { message, status }: ReplyFacts,
): Promise<Ticket['status']> => {
  const { rows } = await sqlOf(req).query<{ before: Ticket['status'] }>(
    `select status_before before from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.activities)}
     where message_id = $1 and ticket_id = (select ticket_id from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.messages)} where id = $1)
       and kind = 'replyHeld' and status = $2 limit 1`,
    [message, status],
  )
  return rows[0]?.before ?? status
}

/**
 * Lets a held reply go: its undo window has passed. Moves the outbox row and the message from held to queued (where
 * the mailbox mails no answers, the row is cancelled and the message stands on the site alone) and writes the activity `agentReplied`, from which everybody but the team learns of the reply. For the worker. False
 * where it was taken back in the last moment.
 */
export const releaseReply = ({
  req,
  outboundEmail,
}: {
  req: PayloadRequest
  outboundEmail: DocID
}): Promise<boolean> =>
  inTransaction(req, async (own) => {
    const { slugs } = getHelpdesk(own.payload)
    await holdTicketOf({ req: own, where: 'id = $1', value: outboundEmail })
    const outbox = tableOf(own.payload, slugs.outboundEmails)
    const { rows } = await sqlOf(own).query<{ message: DocID | null; templates: MailboxTemplates | null }>(
      `update ${outbox} o set state = 'queued' where o.id = $1 and o.state = 'held'
       returning o.message_id message,
         (select templates from ${tableOf(own.payload, slugs.mailboxes)} where id = o.mailbox_id) templates`,
      [outboundEmail],
    )
    if (!rows[0]) return false
    if (rows[0].message === null) return true
    const isMailed = isNotified(rows[0].templates ?? {}, 'agentReplied')
    if (!isMailed)
      await sqlOf(own).query(
        `update ${outbox} set state = 'cancelled', error_code = 'notificationOff' where id = $1`,
        [outboundEmail],
      )
    const message = await readMessage(own, rows[0].message)
    // One that is not mailed is read on the site.
    await sqlOf(own).query(`update ${tableOf(own.payload, slugs.messages)} set delivery = $2 where id = $1`, [
      message.id,
      isMailed ? 'queued' : null,
    ])
    const ticket = await readTicket({ req: own, ticket: message.ticket, overrideAccess: true })
    await writeActivity({
      req: own,
      kind: 'agentReplied',
      ticket,
      heldBack: await beforeReply(own, { message: message.id, status: ticket.status }),
      message: message.id,
      data: { author: message.author },
    })
    return true
  })
