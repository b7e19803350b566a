import type { PayloadRequest } from 'payload'
import type { DocID, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { inTransaction } from '../core/transaction.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { unlinkAttachments } from './attachments.js'
import { type Joined, leaveTicket } from './participants.js'
import { readWithTicket } from './readMessage.js'
import { writeTicket } from './readTicket.js'
import { joinSources, writeDraft } from './saveDraft.js'

/**
 * Takes a held reply back: cancels its outbox row, marks the message cancelled, gives the agent the draft back with
 * its files (before what was begun since), lets those go again whom it made take part, and restores the ticket's facts
 * if nothing followed; activity `replyUndone`. For its author. Throws `messageGone`, `tooLateToUndo`.
 */
export const undoReply = (args: VerbArgs & { message: DocID }): Promise<{ ticket: DocID }> =>
  inTransaction(args.req, async (req) => {
    const { message, ticket } = await readWithTicket({ ...args, req, lock: true })
    const mine = args.overrideAccess || (req.user && String(message.author) === String(req.user.id))
    if (message.kind !== 'reply' || !mine) throw new HelpdeskError('messageGone')
    const { slugs } = getHelpdesk(req.payload)
    const { rowCount } = await sqlOf(req).query(
      `update ${tableOf(req.payload, slugs.outboundEmails)} set state = 'cancelled', unique_key = 'cancelled:' || id
       where message_id = $1 and state = 'held' and due_at > $2`,
      [message.id, now().toISOString()],
    )
    if (!rowCount) throw new HelpdeskError('tooLateToUndo')
    await sqlOf(req).query(
      `update ${tableOf(req.payload, slugs.messages)} set delivery = 'cancelled' where id = $1`,
      [message.id],
    )
    if (message.author !== null) {
      const draft = await writeDraft({
        req,
        agent: message.author,
        ticket: ticket.id,
        kind: 'reply',
        source: joinSources(
          message.source ?? { text: message.text },
          await begunSince(req, message.author, ticket.id),
        ),
        recipients: message.recipients,
      })
      await unlinkAttachments(req, message.id, draft)
    }
    const restored = await restore(req, ticket, message.id)
    await writeActivity({ req, kind: 'replyUndone', ticket: restored, before: ticket, message: message.id })
    return { ticket: ticket.id }
  })

const begunSince = async (req: PayloadRequest, agent: DocID, ticket: DocID): Promise<unknown> => {
  const { rows } = await sqlOf(req).query<{ source: unknown }>(
    `select source from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.drafts)}
     where agent_id = $1 and ticket_id = $2 and kind = 'reply'`,
    [agent, ticket],
  )
  return rows[0]?.source ?? null
}

/** Puts the ticket's facts back as they were before the reply, unless something has happened in it since. */
const restore = async (req: PayloadRequest, ticket: Ticket, message: DocID): Promise<Ticket> => {
  const activities = tableOf(req.payload, getHelpdesk(req.payload).slugs.activities)
  const { rows } = await sqlOf(req).query<{
    data: { restore?: Partial<Ticket>; joined?: Joined }
    followed: boolean
  }>(
    `select a.data, exists (
       select 1 from ${activities} b where b.ticket_id = a.ticket_id and (b.created_at, b.id) > (a.created_at, a.id)
         and b.kind not in ('fieldsChanged', 'deliveryChanged')
     ) followed
     from ${activities} a where a.message_id = $1 and a.kind = 'replyHeld'`,
    [message],
  )
  const joined = rows[0]?.data.joined
  if (joined) await leaveTicket({ req, ticket: ticket.id, message, joined })
  const before = rows[0]?.data.restore
  if (!before || rows[0]!.followed) return ticket
  await writeTicket(req, ticket.id, before)
  return { ...ticket, ...before }
}
