import type { PayloadRequest } from 'payload'
import type { DocID, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { inTransaction } from '../core/transaction.js'
import { writeActivity } from './activity.js'
import { agentOf } from './agentOf.js'
import type { VerbArgs } from './args.js'
import { unlinkAttachments } from './attachments.js'
import { leaveTicket } from './participants.js'
import { type MessageFacts, readWithTicket } from './readMessage.js'
import { writeTicket } from './readTicket.js'
import { changed } from './receiveMessage.js'
import { joinSources, writeDraft } from './saveDraft.js'
import { withoutReply } from './withoutReply.js'

/**
 * Takes a held reply back: cancels its outbox row, marks the message cancelled, gives the agent the draft back with
 * its files (before what was begun since), lets those go again whom it made take part, and takes it out of the ticket's
 * facts: the status too, unless a message or another status followed; activity `replyUndone`. For its author. Throws
 * `messageGone`, `tooLateToUndo`.
 */
export const undoReply = (args: VerbArgs & { message: DocID }): Promise<{ ticket: DocID }> =>
  inTransaction(args.req, async (req) => {
    const { message, ticket } = await readWithTicket({ ...args, req, lock: true })
    const agent = agentOf(req)
    const mine = args.overrideAccess || (agent !== null && String(message.author) === String(agent))
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
          await begunSince({ req, agent: message.author, ticket: ticket.id }),
        ),
        recipients: message.recipients,
      })
      await unlinkAttachments({ req, message: message.id, draft })
    }
    const restored = await restore({ req, ticket, message })
    await writeActivity({ req, kind: 'replyUndone', ticket: restored, before: ticket, message: message.id })
    return { ticket: ticket.id }
  })

type DraftArgs = { req: PayloadRequest; agent: DocID; ticket: DocID }

const begunSince = async ({ req, agent, ticket }: DraftArgs): Promise<unknown> => {
  const { rows } = await sqlOf(req).query<{ source: unknown }>(
    `select source from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.drafts)}
     where agent_id = $1 and ticket_id = $2 and kind = 'reply'`,
    [agent, ticket],
  )
  return rows[0]?.source ?? null
}

type RestoreArgs = { req: PayloadRequest; ticket: Ticket; message: MessageFacts }

/** Takes back what the reply made of the ticket and of those who take part. */
const restore = async ({ req, ticket, message }: RestoreArgs): Promise<Ticket> => {
  const { after, joined } = await withoutReply({ req, ticket, message })
  if (joined) await leaveTicket({ req, ticket: ticket.id, message: message.id, joined })
  await writeTicket({ req, ticket: ticket.id, data: changed(ticket, after) })
  return after
}
