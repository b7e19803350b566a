import type { ComplaintVerdict, MailHeaders } from '../inbound/parsedMail.js'
import { bareAddress, field, originalId } from './bounce.js'

export type ComplaintFacts = {
  headers: Pick<MailHeaders, 'reportType'>
  text: string
  /** Texts of the report's parts. */
  parts: { contentType: string; text: string }[]
}

/** What no recipient complains with: a server's word on its own filters. */
const noComplaint = /^(?:not-spam|virus|auth-failure)$/i

/** What a provider passes on of somebody who has marked a mail as unwanted (RFC 5965); null where it is none. */
export const readComplaint = ({ headers, text, parts }: ComplaintFacts): ComplaintVerdict | null => {
  const report = parts.find((part) => part.contentType === 'message/feedback-report')?.text
  if (headers.reportType !== 'feedback-report' || report === undefined) return null
  const type = field(report, 'feedback-type')
  if (!type || noComplaint.test(type)) return null
  const named = [...report.slice(0, 20_000).matchAll(/^original-rcpt-to[ \t]*:(.*)$/gim)].slice(0, 100)
  return {
    recipients: named.flatMap(([, value]) => bareAddress(value!) ?? []),
    originalMessageId: originalId({ parts, text: '' }) ?? originalId({ parts: [], text }),
  }
}
