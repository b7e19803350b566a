import type { Step } from '../step.js'

/**
 * Says of a mail that there is another one with its Message-ID: a broken program gives one twice, and whoever wants to
 * pass for somebody takes theirs. Both are kept.
 */
export const sharedId: Step = {
  name: 'sharedId',
  run: ({ contentHash, decision, lookups, mail, mailbox }) => {
    if (!mail.messageId || lookups.knownElsewhere(mailbox.id, contentHash)) return
    const isTaken =
      lookups.isOurMessageId(mail.messageId) || lookups.ticketsOfMessageId(mail.messageId).length > 0
    if (isTaken) decision.detail = 'Another mail, of other content, has the same Message-ID.'
  },
}
