import type { Step } from '../step.js'

/** Mail that a machine wrote: it is kept and shown, but reopens nothing and is answered by nothing. */
export const classifyAutomatic: Step = {
  name: 'classifyAutomatic',
  when: 'before',
  run: ({ mail, decision }) => {
    decision.automatic = mail.automatic.is
    if (mail.automatic.reason) decision.automaticReason = mail.automatic.reason
  },
}
