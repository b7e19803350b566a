/** A mail that the customer received or sent, as the mail program shows it. */
export type ShownMail = {
  /** Unique among the customer's mails. */
  key: string
  date: string
  from: { name: string; address: string }
  to: string
  /** Whether the customer wrote it. */
  isOwn: boolean
  replyTo: string
  subject: string
  preview: string
  messageId: string
  references: string[]
  text: string
  /** A whole document for a frame without scripts. */
  html: string
  attachments: { filename: string; contentType: string; size: number; url: string }[]
}

/** What the mail program asks to send. */
export type MailToSend = {
  from: string
  to: string
  subject: string
  text: string
  inReplyTo?: string
  references?: string[]
}
