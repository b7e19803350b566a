import { en } from '../../translations/en.js'
import type { Ending } from './journal.js'
import type { Carrier } from './step.js'

const waiting = new Set(['quarantined', 'tooLarge'])

/** The sentence of a reason, for the journal; screens show its translation. */
export const sentenceOf = (reason: string, detail?: string): string => {
  const sentence = (en.reason as Record<string, string>)[reason] ?? reason
  return detail ? `${sentence} ${detail}` : sentence
}

/** What the journal keeps of a mail whose way has ended. */
export const endingOf = ({ decision, journal, mail }: Carrier, files: boolean): Ending => {
  const verdict = decision.verdict ?? 'quarantined'
  const reason = decision.reason ?? 'siteStep'
  const state = waiting.has(verdict) ? 'quarantined' : 'done'
  return {
    id: journal.id,
    state,
    verdict,
    reason,
    explanation: sentenceOf(reason, decision.detail),
    error: '',
    fromAddress: (decision.sender?.address ?? mail.from?.address ?? '').slice(0, 254),
    subject: mail.subject.slice(0, 998),
    internetMessageId: (mail.messageId ?? '').slice(0, 998),
    ticket: decision.ticket ?? null,
    message: decision.message ?? null,
    toFile: files && state === 'done',
  }
}
