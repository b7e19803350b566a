import type { PayloadRequest } from 'payload'
import type { DocID, Mailbox, Reason } from '../collections/types.js'
import type { Status } from '../rules/status.js'
import type { Visibility } from '../rules/visibility.js'

/** What every verb takes. */
export type VerbArgs = {
  /** Who asks (`req.user`) and on which site. A verb joins the transaction of `inTransaction`, or opens one. */
  req: PayloadRequest
  /**
   * Skips the caller's rights, for the worker and a site's own server code.
   * @default false
   */
  overrideAccess?: boolean
}

/** The words of a message that came in, as the parser left them. HTML is sanitised already. */
export type MessageContent = {
  subject: string
  html: string
  text: string
  quotedHtml: string
  quotedText: string
  signature: string
  /** The sender's Message-ID with its brackets, or '' where there is none. */
  messageId: string
  references: string[]
  recipients: (Mailbox & { role: 'to' | 'cc' | 'replyTo' })[]
  remoteImages: number
  /** The Date header; shown, never sorted by. */
  sentDate: string | null
}

/** How a message came to be here. */
export type Arrival = {
  /** A key of `reason:` in the translations. */
  reason: Reason
  /** The journal row, for mail. */
  inboundEmail: DocID | null
  automatic: boolean
  visibility: Visibility
  /** Nobody has accepted the sender yet. */
  unverified: boolean
  /** Attachments stored before, in state `pending`. */
  attachments: DocID[]
  /** When it reached us (the mail server's clock, never the sender's): since then the customer waits. */
  arrivedAt?: string
}

/** What an agent writes: the editor's document, or plain text where there is none. */
export type Written = {
  /** Lexical's editor state. */
  source?: unknown
  text?: string
  /** Own uploads that are not part of a message yet. */
  attachments?: DocID[]
  /**
   * Names this try, 8 to 64 characters, so that the same try made again (a double click, an answer that was lost on
   * its way) writes nothing and gives the first result. Counts within its author.
   */
  requestKey?: string
}

export type ReplyArgs = VerbArgs &
  Written & {
    ticket: DocID
    to: Mailbox[]
    cc?: Mailbox[]
    bcc?: Mailbox[]
    /** @default 'pending' */
    status?: Status
    /**
     * The newest message the agent has seen. When something newer stands in the ticket the reply is refused
     * (`newerArrived`), unless this is left out.
     */
    seen?: DocID
    /**
     * Milliseconds in which the reply can be taken back.
     * @default the option `tickets.undoWindowMs`
     */
    undoWindowMs?: number
  }

export type ReplyResult = {
  message: DocID
  outboundEmail: DocID
  /** ISO time until which `undoReply` works. */
  undoUntil: string
}
