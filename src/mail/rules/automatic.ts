import type { AutomaticReason, AutomaticVerdict, MailHeaders } from '../inbound/parsedMail.js'
import { outOfOfficePhrases } from './automaticWords.js'
import { stripSubject } from './subject.js'

export type AutomaticFacts = {
  fromAddress: string | null
  subject: string
  headers: MailHeaders
  isBounce: boolean
  /** Types of all parts, lower-case. */
  partTypes: string[]
  /** The iCalendar text of the mail, if any. */
  calendar: string | null
  /** Names of the files. */
  filenames: string[]
}

const systemSender =
  /^(?:mailer-daemon|mailerdaemon|postmaster|mail-daemon|double-bounce|bounces?|abuse-autoreply)(?:[+=-].*)?@/i
const noReplySender =
  /^(?:.*[._+-])?(?:no-?reply|do-?not-?reply|no_reply|do_not_reply|noreplies|nicht-?antworten|ne-?pas-?repondre|no-?responder|nao-?responda|non-?rispondere)(?:[._+\-\d].*)?@/i
const dmarcReport = /^[^!]+![^!]+!\d+!\d+.*\.(?:xml\.gz|zip|xml|gz)$/i

const isAutoSubmitted = (value: string | null): boolean => {
  if (value === null) return false
  const word = value.split(/[;\s]/)[0]!.toLowerCase()
  return word !== '' && word !== 'no'
}

const isOutOfOffice = (subject: string): boolean => {
  const whole = subject.trim().toLowerCase()
  // A person's answer bears the subject of what it answers: "Re: On vacation next week" is no absence note.
  const answered = stripSubject(subject).subject.trim().toLowerCase()
  return outOfOfficePhrases.some((phrase) => whole.startsWith(phrase) || answered === phrase)
}

const hasValue = (value: string | null): boolean =>
  value !== null && !/^(?:|no|none|false|0)$/i.test(value.trim())

// From the surest to the vaguest: the first that holds is the reason.
const reasons: readonly [AutomaticReason, (facts: AutomaticFacts) => boolean][] = [
  ['bounce', (facts) => facts.isBounce],
  [
    'feedbackReport',
    (facts) =>
      facts.headers.reportType === 'feedback-report' || facts.partTypes.includes('message/feedback-report'),
  ],
  [
    'readReceipt',
    (facts) =>
      /^disposition-notification/.test(facts.headers.reportType ?? '') ||
      facts.partTypes.includes('message/disposition-notification'),
  ],
  [
    'dmarcReport',
    (facts) =>
      facts.filenames.some((name) => dmarcReport.test(name)) ||
      /^report domain:\s.*\bsubmitter:/i.test(facts.subject),
  ],
  [
    'calendarReply',
    (facts) =>
      facts.calendar !== null &&
      /^METHOD:\s*(?:REPLY|COUNTER|REFRESH)\s*$/im.test(facts.calendar.slice(0, 20_000)),
  ],
  ['autoSubmitted', (facts) => isAutoSubmitted(facts.headers.autoSubmitted)],
  ['autoReplyHeader', (facts) => hasValue(facts.headers.autoReply)],
  ['loopHeader', (facts) => hasValue(facts.headers.loop)],
  ['precedence', (facts) => /\b(?:bulk|junk|list|auto_?reply)\b/i.test(facts.headers.precedence ?? '')],
  ['list', (facts) => hasValue(facts.headers.listId) || hasValue(facts.headers.listUnsubscribe)],
  ['nullReturnPath', (facts) => facts.headers.returnPath === ''],
  ['systemSender', (facts) => systemSender.test(facts.fromAddress ?? '')],
  ['outOfOfficeSubject', (facts) => isOutOfOffice(facts.subject)],
  // RFC-less habit of Exchange: a person's Outlook sends `None` or nothing, machines ask for silence.
  [
    'responseSuppressed',
    (facts) => /\b(?:all|oof|autoreply|dr|rn|nrn)\b/i.test(facts.headers.responseSuppress ?? ''),
  ],
  ['noReplySender', (facts) => noReplySender.test(facts.fromAddress ?? '')],
]

/** Whether a machine wrote the mail, and by what one knows it (RFC 3834 and the habits around it). Such mail is kept; it is only never answered by a machine. */
export const classifyAutomatic = (facts: AutomaticFacts): AutomaticVerdict => {
  const found = reasons.find(([, holds]) => holds(facts))
  return found ? { is: true, reason: found[0] } : { is: false, reason: null }
}
