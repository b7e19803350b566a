import { queueAcknowledgement } from '../../../operations/queueAcknowledgement.js'
import type { Step } from '../step.js'

/** Tells the customer that the mail has arrived, where the mailbox does that and the limits of automatic mail allow. */
export const acknowledge: Step = {
  name: 'acknowledge',
  when: 'after',
  run: async ({ req, decision, journal, mail, mailbox }) => {
    const { opened, sender, ticket } = decision
    if (!opened || !sender || ticket === undefined || decision.reason === 'alsoReceived') return
    await queueAcknowledgement({
      req,
      ticket: { id: ticket, ...opened },
      mailbox,
      to: { name: sender.name, address: sender.address },
      verified: decision.verified,
      automatic: decision.automatic,
      messageId: mail.messageId ?? '',
      arrivedAt: oldest(journal.internalDate, mail.date),
    })
  },
}

// Old mail that was moved or restored has a new date at the server.
const oldest = (one: string | null, other: string | null): string | null =>
  one && other ? (one < other ? one : other) : (one ?? other)
