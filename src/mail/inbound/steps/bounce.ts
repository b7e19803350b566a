import { recordBounce } from '../../../operations/recordBounce.js'
import { pointedIds } from '../lookups.js'
import type { Step } from '../step.js'

/** A report that a mail of ours was not delivered goes to that mail; one of another mail stays in the journal. */
export const bounce: Step = {
  name: 'bounce',
  run: async ({ req, journal, lookups, mail, decision }) => {
    if (!mail.bounce.is) return
    decision.verdict = 'bounce'
    decision.reason = 'bounceUnmatched'
    const ids = [mail.bounce.originalMessageId ?? '', ...pointedIds(mail)]
    const originalMessageId = ids.find((id) => id && lookups.isOurMessageId(id))
    if (!originalMessageId) return
    const result = await recordBounce({
      req,
      originalMessageId,
      recipients: mail.bounce.recipients.map(({ address, status, diagnostic }) => ({
        address,
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
