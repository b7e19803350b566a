import type { PayloadRequest } from 'payload'
import type { DocID, InboundEmail, Verdict } from '../../collections/types.js'
import type { ParsedMail } from './parsedMail.js'

/** The mailbox a mail came in by, as far as a step needs it. */
export type InboundMailbox = {
  id: DocID
  name: string
  address: string
  replyAddress: string
  subjectTag: boolean
  acknowledge: boolean
  trustedAuthservId: string
}

/**
 * What travels from step to step. The sender's words are in `mail` and stay as they came; what we make of them is
 * in `decision`. Never the other way round: a header of the sender cannot look like a verdict of ours.
 */
export type Carrier = {
  readonly req: PayloadRequest
  readonly journal: InboundEmail
  readonly mailbox: InboundMailbox
  readonly mail: ParsedMail
  decision: Decision
}

export type Decision = {
  /** Set by the step that ends the way; nothing runs after it. */
  verdict?: Verdict
  /** A stable key, its sentence in the translations under `reason:`. */
  reason?: string
  /** Free words for people, e.g. the error of the site's own step. */
  detail?: string
  ticket?: DocID
  message?: DocID
  /** Automatic mail is filed and folded, reopens nothing and answers nothing. */
  automatic: boolean
  automaticReason?: string
  /** The sender proved the address by DMARC, as a trusted server says. */
  verified: boolean
  /** Whose mail this is: From, or Reply-To of a site's own form. */
  sender?: { name: string; address: string; byForm: boolean }
  contact?: DocID
}

/**
 * One decision about an incoming mail. Runs inside the transaction that also stores the result: it must not touch
 * the network, and what it throws leaves nothing behind (the mail is tried again and ends in quarantine).
 */
export type Step = {
  /** Unique; shown in errors. */
  name: string
  run: (carrier: Carrier) => Promise<void>
}
