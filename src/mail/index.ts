import type { Helpdesk } from '../core/config.js'
import type { Part } from '../core/part.js'
import { inboundWork } from './inbound/work.js'
import { outboundWork } from './outbound/deliver.js'

export type { TestStep } from './connection/steps.js'
export {
  type ConnectionTest,
  type MailboxValues,
  testConnection,
} from './connection/test.js'
export { findDoor } from './inbound/parserPool.js'
export { parsersOf } from './inbound/parsers.js'
export {
  discardMail,
  fetchAnyway,
  type QuarantineArgs,
  retryMail,
  ticketFromMail,
} from './inbound/quarantine.js'
export { readRaw } from './inbound/raw.js'
export { type RawPartArgs, readRawPart } from './inbound/rawPart.js'
export type { Carrier, Decision, InboundMailbox, Step } from './inbound/step.js'
export { type LetterPreview, newestTicket, type PreviewLetterArgs, previewLetter } from './letters/preview.js'
export { sendTestLetter } from './letters/sendTest.js'
export { type ShippedLetters, shippedLetters } from './letters/shipped.js'
export { parseAuthResults } from './rules/auth.js'
export { resolveInlineImages } from './rules/inlineImage.js'

/** What mail gives the roof. */
export const mailPart = (helpdesk: Helpdesk): Part => ({
  work: [...inboundWork(helpdesk), ...outboundWork(helpdesk)],
})
