import type { DocID, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { HelpdeskError } from '../core/errors.js'
import { writeActivity } from './activity.js'
import type { VerbArgs } from './args.js'
import { writeTicket } from './readTicket.js'
import { onTicket } from './runVerb.js'

/**
 * Renames the ticket: writes the subject, on one line, and the activity `subjectChanged`. Mails that follow carry
 * the new one. For those who see the ticket. Throws `ticketGone`, `badInput`.
 */
export const changeSubject = (
  args: VerbArgs & { ticket: DocID; subject: string },
): Promise<{ ticket: Ticket }> =>
  onTicket(args, async (req, ticket) => {
    const subject = args.subject
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim()
      .slice(0, 998)
    if (!subject) throw new HelpdeskError('badInput', { fields: { subject: 'Write a subject.' } })
    if (subject === ticket.subject) return { ticket }
    const after = { ...ticket, subject, lastActivityAt: now().toISOString() }
    await writeTicket({ req, ticket: ticket.id, data: { subject, lastActivityAt: after.lastActivityAt } })
    await writeActivity({
      req,
      kind: 'subjectChanged',
      ticket: after,
      data: { from: ticket.subject, to: subject },
    })
    return { ticket: after }
  })
