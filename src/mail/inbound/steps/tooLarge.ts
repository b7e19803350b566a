import type { Step } from '../step.js'

/** A mail of which only the beginning was fetched waits for a person, who can fetch it whole. */
export const tooLarge: Step = {
  name: 'tooLarge',
  when: 'before',
  run: ({ journal, decision }) => {
    if (journal.reason !== 'tooLarge') return
    decision.verdict = 'tooLarge'
    decision.reason = 'tooLarge'
  },
}
