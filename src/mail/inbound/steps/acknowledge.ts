import { type AcknowledgeResult, queueAcknowledgement } from '../../../operations/queueAcknowledgement.js'
import { oldest } from '../oldest.js'
import type { Step } from '../step.js'

/** Said where the mail is shown: whoever wonders why the customer heard nothing finds it there. */
const limits: Partial<Record<AcknowledgeResult, string>> = {
  addressLimit:
    'It was not acknowledged: its sender has got as many automatic mails within 24 hours as the limit allows.',
  siteLimit:
    'It was not acknowledged: this site has sent as many automatic mails within an hour as the limit allows.',
}

/** Tells the customer that the mail has arrived, where the mailbox does that and the limits of automatic mail allow. */
export const acknowledge: Step = {
  name: 'acknowledge',
  when: 'after',
  run: async ({ req, decision, journal, mail, mailbox }) => {
    const { opened, sender, ticket } = decision
    if (!opened || !sender || ticket === undefined || decision.reason === 'alsoReceived') return
    const result = await queueAcknowledgement({
      req,
      ticket: { id: ticket, ...opened },
      mailbox,
      to: { name: sender.name, address: sender.address },
      verified: decision.verified,
      automatic: decision.automatic,
      messageId: mail.messageId ?? '',
      arrivedAt: oldest(journal.internalDate, mail.date),
    })
    const limit = limits[result]
    if (limit) decision.detail = [decision.detail, limit].filter(Boolean).join(' ')
  },
}
