/** One person of an address header: the display name as the sender wrote it and the bare addr-spec. */
export type MailAddress = { name: string; address: string }

/** A file of a mail. Everything but `content` is plain JSON. */
export type ParsedAttachment = {
  filename: string | null
  contentType: string
  /** Bytes after decoding. */
  size: number
  /** Lower-case hex of the decoded bytes. */
  sha256: string
  /** Without angle brackets. */
  contentId: string | null
  contentLocation: string | null
  /** An image that the HTML shows by Content-ID, or that the sender placed in the text. */
  inline: boolean
  /** Position among the leaves of the mail: stable for the same bytes, so that a retry names the same file. */
  partIndex: number
  /** Absent in a mail that went through JSON. */
  content?: Buffer
}

/** Why a mail counts as written by a machine; stable keys, stored with the verdict. */
export type AutomaticReason =
  | 'bounce'
  | 'autoSubmitted'
  | 'nullReturnPath'
  | 'precedence'
  | 'list'
  | 'autoReplyHeader'
  | 'responseSuppressed'
  | 'feedbackReport'
  | 'readReceipt'
  | 'calendarReply'
  | 'dmarcReport'
  | 'systemSender'
  | 'noReplySender'
  | 'outOfOfficeSubject'
  | 'loopHeader'

export type AutomaticVerdict = { is: boolean; reason: AutomaticReason | null }

export type BounceAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded'

export type BounceRecipient = {
  address: string
  /** What the mail was sent to, where a server has sent it on to `address` (RFC 3464 §2.3.1). */
  original?: string
  /** RFC 3463, such as `5.1.1`; null where the report gives none. */
  status: string | null
  action: BounceAction
  /** The other server's words, at most 500 characters. */
  diagnostic: string | null
}

export type BounceVerdict = {
  is: boolean
  recipients: BounceRecipient[]
  /** In angle brackets; null where the report does not carry the mail that bounced. */
  originalMessageId: string | null
  /** False for a delay or a 4.x.x status: the server still tries, or a later mail may pass. */
  permanent: boolean
  /** No report in the standard's form: its words and its sender are all that speak for a bounce. */
  isFreeForm?: boolean
}

/** A complaint (RFC 5965): somebody has marked a mail of ours as unwanted. */
export type ComplaintVerdict = {
  /** Whom the mail had gone to, as far as the report says it. */
  recipients: string[]
  /** In angle brackets; null where the report does not carry the mail. */
  originalMessageId: string | null
}

/** One Authentication-Results header, from the top of the mail down. */
export type AuthResult = {
  authservId: string
  dmarc: string | null
  spf: string | null
  dkim: string | null
  /** Domain that the DMARC verdict speaks of (`header.from`). */
  headerFrom: string | null
}

/** The headers that rules and agents ask for. `returnPath` is '' for `<>` and null where there is no header. */
export type MailHeaders = {
  returnPath: string | null
  listId: string | null
  listUnsubscribe: string | null
  precedence: string | null
  autoSubmitted: string | null
  autoReply: string | null
  responseSuppress: string | null
  loop: string | null
  mailer: string | null
  contentType: string
  /** Of `multipart/report`, such as `delivery-status`. */
  reportType: string | null
  originalFrom: string | null
}

/** What a mail says, before anybody decides what becomes of it. JSON, apart from the attachments' bytes. */
export type ParsedMail = {
  /** Null where the header holds no valid address. */
  from: MailAddress | null
  sender: MailAddress | null
  to: MailAddress[]
  cc: MailAddress[]
  bcc: MailAddress[]
  replyTo: MailAddress[]
  /** Bare addresses of Delivered-To, X-Original-To, Envelope-To and their kin, top first. */
  deliveredTo: string[]
  subject: string
  /** The Date header as ISO time; shown only, never used for order. */
  date: string | null
  /** In angle brackets. */
  messageId: string | null
  inReplyTo: string[]
  /** Oldest first; at most the first and the last ones of an endless chain. */
  references: string[]
  /** The whole text, from the text part or else made from the HTML. */
  text: string
  reply: string
  quoted: string
  signature: string
  /** The whole HTML, sanitised; null where the mail has none. */
  html: string | null
  replyHtml: string | null
  quotedHtml: string | null
  /** Images that would be fetched from elsewhere. */
  remoteImages: number
  attachments: ParsedAttachment[]
  automatic: AutomaticVerdict
  /** Null where it is none. */
  complaint: ComplaintVerdict | null
  bounce: BounceVerdict
  auth: AuthResult[]
  headers: MailHeaders
  /** Sentences for the agent: what was cut, unreadable or left out. */
  errors: string[]
}

/** Bounds of one parse. */
export type ParseOptions = {
  /** Characters of text kept. @default 1_000_000 */
  maxTextLength?: number
  /** Characters of HTML kept, besides embedded pictures. @default 1_000_000 */
  maxHtmlLength?: number
  /** MIME parts read. @default 1000 */
  maxParts?: number
  /** Files kept. @default 500 */
  maxAttachments?: number
  /** People kept of each address header. @default 200 */
  maxRecipients?: number
}
