import type { Step } from '../step.js'

/** Mail of a sender whom an agent has blocked. */
export const blockedSender: Step = {
  name: 'blockedSender',
  when: 'before',
  run: ({ lookups, mail, decision }) => {
    if (!mail.from || !lookups.isBlocked(mail.from.address)) return
    decision.verdict = 'ignored'
    decision.reason = 'blockedSender'
  },
}
