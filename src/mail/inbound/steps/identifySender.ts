import { isVerified } from '../../rules/auth.js'
import { isBounce } from '../bounced.js'
import type { Step } from '../step.js'

/**
 * Who wrote: the address of From, never its display name. Where From holds none, Reply-To or Sender. Proven only
 * where the mailbox's own receiving server says so.
 */
export const identifySender: Step = {
  name: 'identifySender',
  when: 'before',
  run: ({ lookups, mail, mailbox, decision }) => {
    if (mail.from && !decision.sender) {
      decision.sender = { ...mail.from, byForm: false }
      decision.verified = isVerified({
        results: mail.auth,
        trustedAuthservId: mailbox.trustedAuthservId,
        fromDomain: mail.from.address,
      })
    }
    const other = [...mail.replyTo, mail.sender].find(
      (person) => person && !lookups.isOwnAddress(person.address),
    )
    if (!decision.sender && other) decision.sender = { ...other, byForm: false }
    if (decision.sender || isBounce({ lookups, mail })) return
    decision.verdict = 'quarantined'
    decision.reason = 'noSender'
  },
}
