import type { DocID, Mailbox, Ticket } from '../collections/types.js'
import { inTransaction } from '../core/transaction.js'
import type { Priority } from '../rules/priority.js'
import type { Status } from '../rules/status.js'
import type { VerbArgs, Written } from './args.js'
import { assignTicket } from './assignTicket.js'
import { checkMailbox } from './checkMailbox.js'
import { ensureContact } from './contact.js'
import { followTicket } from './followTicket.js'
import { openTicket } from './openTicket.js'
import { readTicket } from './readTicket.js'
import { frozenRecipients } from './recipients.js'
import { earlierReply } from './repeatedTry.js'
import { replyToTicket } from './replyToTicket.js'
import { nextTicketNumber } from './ticketNumber.js'

export type StartTicketArgs = VerbArgs &
  Written & {
    mailbox: DocID
    requester: Mailbox
    subject: string
    cc?: Mailbox[]
    /** @default 'pending' */
    status?: Status
    assignee?: DocID | null
    priority?: Priority
    undoWindowMs?: number
  }

/**
 * Opens a ticket on behalf of a customer and writes them its first mail, all or nothing: `openTicket`, then
 * `replyToTicket`. For those who work in the mailbox. Throws what the two throw.
 */
export const startTicket = async (
  args: StartTicketArgs,
): Promise<{ ticket: Ticket; message: DocID; undoUntil: string }> => {
  const { req, requester, overrideAccess, requestKey } = args
  await checkMailbox({ req, mailbox: args.mailbox, overrideAccess, toSend: true })
  await frozenRecipients({ req, to: [requester], cc: args.cc })
  const { contact } = await ensureContact({ req, ...requester })
  const number = await nextTicketNumber(req)
  return inTransaction(req, async (own) => {
    const earlier = await earlierReply({ req: own, requestKey })
    if (earlier) {
      const { ticket, message, undoUntil } = earlier
      return { ticket: await readTicket({ req: own, ticket, overrideAccess: true }), message, undoUntil }
    }
    const { ticket } = await openTicket({
      req: own,
      overrideAccess,
      mailbox: args.mailbox,
      contact,
      requester,
      requesterVerified: true,
      subject: args.subject,
      source: 'manual',
      priority: args.priority,
      cc: args.cc,
      number,
      // Its first mail tells it.
      silent: true,
    })
    await followTicket(own, ticket.id)
    // Before the reply: what follows it would keep it from being taken back whole.
    if (args.assignee != null)
      await assignTicket({ req: own, overrideAccess: true, ticket: ticket.id, assignee: args.assignee })
    const reply = await replyToTicket({
      req: own,
      overrideAccess: true,
      ticket: ticket.id,
      source: args.source,
      text: args.text,
      requestKey,
      attachments: args.attachments,
      to: [requester],
      cc: args.cc,
      status: args.status,
      undoWindowMs: args.undoWindowMs,
    })
    return {
      ticket: await readTicket({ req: own, ticket: ticket.id, overrideAccess: true }),
      message: reply.message,
      undoUntil: reply.undoUntil,
    }
  })
}
