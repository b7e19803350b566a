import type { Step } from '../step.js'

/** Mail of a sender whom an agent has blocked, also through a form of the site. */
export const blockedSender: Step = {
  name: 'blockedSender',
  when: 'before',
  run: ({ lookups, mail, decision }) => {
    const people = [mail.from, decision.sender].filter((person) => person != null)
    if (!people.some(({ address }) => lookups.isBlocked(address))) return
    decision.verdict = 'ignored'
    decision.reason = 'blockedSender'
  },
}
