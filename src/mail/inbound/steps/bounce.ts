import { recordBounce } from '../../../operations/recordBounce.js'
import { bouncedId, isBounce } from '../bounced.js'
import type { Step } from '../step.js'

/**
 * A report that a mail of ours was not delivered goes to that mail; one of another mail stays in the journal, unless
 * only its words say that it is one: then it goes on, as automatic mail.
 */
export const bounce: Step = {
  name: 'bounce',
  run: async ({ req, journal, lookups, mail, decision }) => {
    if (!isBounce({ lookups, mail })) return
    decision.verdict = 'bounce'
    decision.reason = 'bounceUnmatched'
    const originalMessageId = bouncedId({ lookups, mail })
    if (!originalMessageId) return
    const result = await recordBounce({
      req,
      originalMessageId,
      recipients: mail.bounce.recipients.map(({ address, original, status, diagnostic }) => ({
        address,
        ...(original && { original }),
        status: status ?? '',
        diagnostic: diagnostic ?? '',
      })),
      permanent: mail.bounce.permanent,
      inboundEmail: journal.id,
    })
    if (!result.matched) return
    decision.reason = 'bounce'
    if (result.ticket !== null) decision.ticket = result.ticket
    if (result.message !== null) decision.message = result.message
  },
}
