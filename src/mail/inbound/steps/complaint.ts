import { recordComplaint } from '../../../operations/recordComplaint.js'
import { bouncedId } from '../bounced.js'
import type { Carrier, Step } from '../step.js'

/** Reports of machines that are nobody's matter and would fill the list of tickets day after day. */
const isReport = ({ decision, mail }: Carrier): boolean =>
  decision.automaticReason === 'feedbackReport' ||
  decision.automaticReason === 'readReceipt' ||
  (decision.automaticReason === 'dmarcReport' && mail.attachments.length > 0)

/**
 * A complaint about a mail of ours stops what nobody writes by hand to that address. It, receipts and reports on
 * authentication stay in the journal; a receipt that belongs to a ticket goes there.
 */
export const complaint: Step = {
  name: 'complaint',
  run: async (carrier) => {
    const { req, decision, lookups, mail } = carrier
    if (!isReport(carrier)) return
    const id = bouncedId({ lookups, mail })
    if (decision.automaticReason === 'readReceipt' && id) return
    decision.verdict = 'ignored'
    decision.reason = decision.automaticReason ?? 'feedbackReport'
    if (!mail.complaint || !id) return
    const result = await recordComplaint({
      req,
      originalMessageId: id,
      recipients: mail.complaint.recipients,
    })
    if (!result.matched) return
    decision.reason = 'complaint'
    if (result.ticket !== null) decision.ticket = result.ticket
    if (result.message !== null) decision.message = result.message
  },
}
