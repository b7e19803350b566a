import type { NotificationEvent } from '../rules/notifications.js'
import type { Priority } from '../rules/priority.js'
import type { Status } from '../rules/status.js'
import type { MessageKind, Visibility } from '../rules/visibility.js'

/** An id of the site's database: a number, or a string where the site uses uuids. */
export type DocID = number | string

/** A name and an address as a mail header carries them. */
export type Mailbox = { name: string; address: string }

/** How a mail came to where it is; a stable key, its sentence in the translations under `reason:`. */
export type Reason = string

export type Ticket = {
  id: DocID
  number: number
  subject: string
  status: Status
  priority: Priority
  mailbox: DocID
  contact: DocID
  assignee: DocID | null
  source: 'email' | 'portal' | 'webhook' | 'form' | 'manual'
  /** The address the requester wrote from in this ticket; replies go there. */
  requesterAddress: string
  requesterVerified: boolean
  /** Opened by automatic mail. */
  automatic: boolean
  spam: boolean
  /** A reply failed or bounced and nobody has dealt with it yet. */
  deliveryProblem: boolean
  replyKey: string
  /** Opened because the older ticket was closed too long ago. */
  followUpOf: DocID | null
  /** Possibly the same matter: a stranger wrote into another ticket's thread. */
  relatedTo: DocID | null
  waitingSince: string
  lastActivityAt: string
  lastCustomerMessageAt: string | null
  lastAgentMessageAt: string | null
  firstResponseAt: string | null
  resolvedAt: string | null
  closedAt: string | null
  messageCount: number
  hasAttachments: boolean
  preview: string
  createdAt: string
  updatedAt: string
}

export type Contact = { id: DocID; name: string; locale: string }

/** State of a reply on its way: `held` = in the undo window. */
export type DeliveryState = 'held' | 'queued' | 'sending' | 'sent' | 'failed' | 'bounced' | 'cancelled'

export type Recipient = Mailbox & {
  /** `replyTo`: not written to, but where the sender of a mail wants answers to go. */
  role: 'to' | 'cc' | 'bcc' | 'replyTo'
}

export type Message = {
  id: DocID
  ticket: DocID
  kind: MessageKind
  visibility: Visibility
  /** The agent who wrote it. */
  author: DocID | null
  /** The contact who wrote it. */
  contact: DocID | null
  fromName: string
  fromAddress: string
  recipients: Recipient[]
  subject: string
  html: string
  text: string
  /** The editor's own document, of replies and notes. */
  source: unknown
  quotedHtml: string
  quotedText: string
  signature: string
  messageId: string
  messageIdHash: string
  references: string[]
  inboundEmail: DocID | null
  automatic: boolean
  /** The sender has not been accepted by an agent yet. */
  unverified: boolean
  /** Why the message is in this ticket. */
  reason: Reason
  delivery: DeliveryState | null
  deliveryError: string
  hasAttachments: boolean
  remoteImages: number
  sentDate: string | null
  createdAt: string
}

export type Verdict = 'opened' | 'appended' | 'bounce' | 'ignored' | 'duplicate' | 'tooLarge' | 'quarantined'

/** `received` waits, `done` has its verdict, `quarantined` waits for a person. */
export type InboundState = 'received' | 'done' | 'quarantined'

export type InboundEmail = {
  id: DocID
  mailbox: DocID
  /** Raised each time the mailbox is pointed at another account or folder. */
  epoch: number
  folder: string
  uidValidity: number
  uid: number
  size: number
  internalDate: string | null
  /** Lay there when the server had given its mails other numbers, so that all were read again. */
  rescanned: boolean
  state: InboundState
  verdict: Verdict | null
  reason: Reason
  /** The sentence why. */
  explanation: string
  attempts: number
  nextTryAt: string | null
  error: string
  fromAddress: string
  subject: string
  /** The Message-ID header; named apart from the column of the relation `message`. */
  internetMessageId: string
  sha256: string
  ticket: DocID | null
  message: DocID | null
  createdAt: string
  doneAt: string | null
}

/** One state a recipient; `mail` is the state of the whole row. */
export type RecipientState = Recipient & { state: DeliveryState; response?: string }

/** What is sent, byte for byte the same on every try. */
export type RenderedMail = {
  from: Mailbox
  /** Every other header but the recipients, which stand in the row. */
  headers: { key: string; value: string }[]
  html: string
  text: string
  date: string
  boundary: string
  attachments: { attachment: DocID; filename: string; contentType: string; contentId?: string }[]
}

export type OutboundEmail = {
  id: DocID
  mailbox: DocID
  ticket: DocID | null
  message: DocID | null
  kind: 'reply' | 'acknowledgement' | 'notification' | 'signIn'
  event: NotificationEvent | null
  /** Whether the address is proven to be the one's who wrote to us. */
  verified: boolean
  /** Whose act it tells. */
  agent: DocID | null
  /** Of a sign-in link. */
  data: { url?: string; language?: string } | null
  automatic: boolean
  state: DeliveryState
  dueAt: string
  attempts: number
  /** How often sending began; 2 without an answer = may have been delivered. */
  sendingAttempts: number
  leaseToken: string | null
  leaseUntil: string | null
  recipients: RecipientState[]
  subject: string
  /** The Message-ID header; named apart from the column of the relation `message`. */
  internetMessageId: string
  messageIdHash: string
  inReplyTo: string
  references: string[]
  rendered: RenderedMail | null
  error: string
  errorCode: string
  sentAt: string | null
  uniqueKey: string
  createdAt: string
}

export type ActivityKind =
  | 'ticketOpened'
  | 'customerReplied'
  | 'agentReplied'
  | 'replyHeld'
  | 'replyUndone'
  | 'noteAdded'
  | 'statusChanged'
  | 'assigned'
  | 'priorityChanged'
  | 'subjectChanged'
  | 'requesterChanged'
  | 'mailboxChanged'
  | 'participantAdded'
  | 'participantRemoved'
  | 'messageAccepted'
  | 'markedSpam'
  | 'unmarkedSpam'
  | 'senderBlocked'
  | 'addressDeliverable'
  | 'ticketDeleted'
  | 'deliveryChanged'
  | 'deliveryFailed'
  | 'mailBounced'
  | 'fieldsChanged'
  | 'replyKeyRenewed'
  | 'guestLinksRevoked'

export type Participant = {
  id: DocID
  ticket: DocID
  contact: DocID | null
  address: string
  name: string
  role: 'requester' | 'cc'
  /** False until an agent accepts them: they have written here, but are sent nothing. */
  accepted: boolean
}
