import type { Mailbox } from '../../collections/types.js'

/** A mail as it leaves: nothing in it is decided by a transport. */
export type OutgoingMail = {
  /**
   * Who gets it, whatever the headers say. `from` is empty for automatic mail (RFC 3834 §3.3), so that no
   * machine answers it; `sender` is used instead by servers that take no mail without one.
   */
  envelope: { from: string; sender: string; to: string[] }
  from: Mailbox
  to: Mailbox[]
  cc: Mailbox[]
  /** Every other header, each one line. */
  headers: { key: string; value: string }[]
  /** ISO time. */
  date: string
  html: string
  text: string
  attachments: OutgoingFile[]
  /** The shared part of the MIME boundaries: fixed, so that a second try has the same bytes. */
  boundary: string
}

export type OutgoingFile = {
  filename: string
  contentType: string
  /** Without angle brackets; such a file is part of the HTML. */
  contentId?: string
  content: Buffer
}

/** A recipient whom the server did not take. */
export type Rejection = {
  address: string
  /** SMTP's reply code, 0 where there is none. */
  code: number
  /** The server's own words. */
  response: string
  /** Whether it may take them later (4xx). */
  retry: boolean
}

export type SendResult = {
  accepted: string[]
  rejected: Rejection[]
  response: string
  /** The mail's bytes, where the transport made them; for the copy in the Sent folder. */
  raw?: Buffer
}

/**
 * A way out. `send` resolves when the server has answered for each recipient, and throws a `MailError` otherwise,
 * whose code is one of `mailboxTrouble` where no mail of this mailbox can leave, `maybeDelivered` where the
 * answer to the mail was lost, else a reason against this mail.
 */
export type MailTransport = {
  send: (mail: OutgoingMail) => Promise<SendResult>
  /** Ends connections that are open. */
  close: () => void
}

/** Codes of a `MailError` that say something about the mailbox's way out, not about one mail. */
export const mailboxTrouble: ReadonlySet<string> = new Set([
  'auth',
  'needsPassword',
  'connect',
  'dns',
  'privateHost',
  'tls',
  'noEncryption',
  'timeout',
  'throttled',
])
