import type { PayloadRequest } from 'payload'
import type { DocID, InboundEmail, Mailbox, Verdict } from '../../collections/types.js'
import type { Threading } from '../rules/threading.js'
import type { Lookups } from './lookups.js'
import type { ParsedMail } from './parsedMail.js'

/** The mailbox a mail came in by, as far as a step needs it. */
export type InboundMailbox = {
  id: DocID
  name: string
  address: string
  subjectTag: boolean
  acknowledge: boolean
  trustedAuthservId: string
  /** When it was connected, ISO: nothing from before is imported. */
  startedAt: string | null
  /** The INTERNALDATE of the newest mail that lay there then, ISO, by the server's clock; null where none did. */
  newestBefore: string | null
  /** How many other accounts or folders it was connected to before. */
  epoch: number
  /** The word in the plus address of a test mail that is on its way to us. */
  plusProbe: string | null
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
  /** By which this mail is known, whatever number the server gives its next copy. */
  readonly contentHash: string
  /** What the database knows about the mails of this batch, read at once. */
  readonly lookups: Lookups
  /** The mail's files, stored before the steps that run within the transaction. */
  readonly attachments: DocID[]
  decision: Decision
}

export type Decision = {
  /** Set by the step that ends the way; only steps of `when: 'after'` run then. */
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
  sender?: Mailbox & { byForm: boolean }
  /** The sender's contact; there for the steps within the transaction. */
  contact?: DocID
  /** Which ticket the mail points to. */
  threading?: Threading
  /** The ticket that was closed too long ago to take the mail. */
  followUpOf?: DocID
  /** The ticket that was opened. */
  opened?: { number: number; subject: string }
  /** Taken before the transaction, for the step that opens a ticket. */
  number?: number
}

/** One decision about an incoming mail. */
export type Step = {
  /** Unique; shown in errors. */
  name: string
  /**
   * `before`: reads and decides, outside any transaction; what ends here costs no contact and stores no file.
   * `within`: inside the transaction that also stores the result. `after`: there too, once the verdict is known.
   * None may touch the network, and what a step throws leaves nothing behind: the mail is tried again and ends in
   * quarantine. All `before` steps run before the first `within` step, and those before the first `after` step.
   * @default 'within'
   */
  when?: 'before' | 'within' | 'after'
  run: (carrier: Carrier) => Promise<void> | void
}
