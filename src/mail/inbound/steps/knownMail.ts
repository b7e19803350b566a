import type { Step } from '../step.js'

/** A copy of a mail that was received before: under a new UIDVALIDITY, appended twice, or of a deleted ticket. */
export const knownMail: Step = {
  name: 'knownMail',
  when: 'before',
  run: ({ lookups, mailbox, contentHash, decision }) => {
    const known = lookups.knownIn(mailbox.id, contentHash)
    if (!known) return
    decision.verdict = 'duplicate'
    decision.reason = 'duplicate'
    if (known.ticket !== null) decision.ticket = known.ticket
    if (known.message !== null) decision.message = known.message
  },
}
