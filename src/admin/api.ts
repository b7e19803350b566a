import type { DeliveryState, DocID, Mailbox } from '../collections/types.js'
import type { Priority } from '../rules/priority.js'
import type { Status, ToldOfStatus } from '../rules/status.js'
import type { ViewName } from '../rules/views.js'
import type { MessageKind, Visibility } from '../rules/visibility.js'

export type { Delivery, DeliveryPage, WebhookSecret } from '../events/index.js'
export type { WebhookKey } from '../webhook/index.js'
export type * from './mailboxApi.js'

/**
 * What the desk's endpoints answer and take: the one contract of server and screens. Times are ISO strings. All
 * paths are under the site's API route. Errors: `{ error: { key, message, fields? } }`.
 */

export type Person = { id: DocID; name: string }

/** A line of the ticket list. */
export type TicketRow = {
  id: DocID
  number: number
  subject: string
  status: Status
  priority: Priority
  mailbox: DocID
  requester: { contact: DocID; name: string; address: string }
  requesterVerified: boolean
  assignee: Person | null
  preview: string
  waitingSince: string
  lastActivityAt: string
  unread: boolean
  automatic: boolean
  spam: boolean
  hasAttachments: boolean
  deliveryProblem: boolean
  possiblyRelated: boolean
  messageCount: number
  /** In search results: the passage that matched, with the hits between \u0002 and \u0003. */
  hit?: string
}

/** `GET /helpdesk/inbox/tickets?view&mailbox&assignee&priority&search&after&limit&where` */
export type TicketPage = {
  tickets: TicketRow[]
  /** Give it back as `after` for the next page; null at the end. Opaque. */
  next: string | null
}

/** `GET /helpdesk/inbox/overview` */
export type Overview = {
  /** Open tickets by view, capped: `countCap + 1` means more than `countCap`. */
  counts: Partial<Record<ViewName, number>>
  mailboxes: {
    id: DocID
    name: string
    address: string
    /** Open tickets, capped. */
    open: number
    archived: boolean
    canSend: boolean
    health: 'new' | 'ok' | 'warning' | 'failing' | 'needsPassword'
    /** In plain words, where something is wrong. Managers only. */
    problem: string | null
    /** Key of the advice for it (`mailAdvice`). Managers only. */
    problemCode: string | null
  }[]
  /** Everybody with a role, for assigning. */
  agents: (Person & { mailboxes: 'all' | DocID[] })[]
  /** Tickets with unread customer messages among mine and the unassigned, for the tab's title. */
  unread: number
  worker: {
    lastRunAt: string | null
    alive: boolean
    /** Slices of work that fail, and since when. Managers only. */
    failing: { slice: string; since: string }[]
  }
  quarantined: number
  me: Person & { role: 'administrator' | 'manager' | 'agent' }
  /** Nothing has arrived yet (for a manager), or no mailbox is there (for an agent): show the checklist. */
  firstRun: boolean
  undoWindowMs: number
  maxAttachmentSize: number
}

export type AttachmentView = {
  id: DocID
  name: string
  contentType: string
  bytes: number
  inline: boolean
  contentId: string
  /** Null where the file was refused and is no longer in the raw mail. */
  url: string | null
  /** Why storage refused it, where it did. */
  refusal: string
}

export type MessageView = {
  id: DocID
  kind: MessageKind
  visibility: Visibility
  createdAt: string
  sentDate: string | null
  from: { name: string; address: string; agent: Person | null }
  recipients: (Mailbox & { role: 'to' | 'cc' | 'bcc'; state?: DeliveryState; response?: string })[]
  /** Where a customer's mail wants answers to go, where that is not its sender. Nobody writes there by that alone. */
  replyTo?: Mailbox[]
  subject: string
  /** Sanitised. Inline images point to our attachment route; remote ones are still remote. Empty for plain mails. */
  html: string
  text: string
  quotedHtml: string
  quotedText: string
  signature: string
  attachments: AttachmentView[]
  remoteImages: number
  /** An agent has allowed remote images of this sender for good. */
  imagesAllowed: boolean
  automatic: boolean
  unverified: boolean
  /** Key of `reason:`; empty for what agents wrote. */
  reason: string
  /** Whether "Why is it here?" can show the raw mail. */
  hasSource: boolean
  delivery: {
    state: DeliveryState
    undoUntil: string | null
    /** Milliseconds left of the undo window when this was answered: the agent's own clock may be wrong. */
    undoMs: number | null
    sentAt: string | null
    error: string
    nextTryAt: string | null
    attempts: number
  } | null
}

/** A line of history between the messages. */
export type EventView = {
  id: DocID
  kind: string
  createdAt: string
  actor: Person | null
  actorKind: 'agent' | 'customer' | 'system'
  data: Record<string, unknown>
  status: string
  statusBefore: string
  assignee: Person | null
  assigneeBefore: Person | null
}

/** `GET /helpdesk/tickets/:id` and `?before=<message id>` for earlier messages. */
export type ThreadView = {
  ticket: TicketRow & {
    createdAt: string
    source: string
    firstResponseAt: string | null
    followUpOf: { id: DocID; number: number; subject: string } | null
    relatedTo: { id: DocID; number: number; subject: string } | null
    /** A site's own ticket fields: name, label, value as text. */
    extra: { name: string; label: string; value: string }[]
    /** Of which changes of status the customer would get a mail. */
    tells: Record<ToldOfStatus, boolean>
  }
  participants: {
    address: string
    name: string
    role: 'requester' | 'cc'
    accepted: boolean
    contact: DocID | null
  }[]
  /** The last `limit` (20) messages, oldest first. */
  messages: MessageView[]
  events: EventView[]
  /** How many earlier ones there are. */
  earlier: number
  drafts: { reply: Draft | null; note: Draft | null }
  contact: ContactView
  /** The ticket's mailbox, also where the agent does not work in it and the overview leaves it out. */
  mailbox: Pick<Overview['mailboxes'][number], 'id' | 'name' | 'address' | 'canSend'>
  /** What a reply would be sent to, own addresses left out. */
  replyTo: { to: Mailbox[]; cc: Mailbox[] }
  blocked: boolean
}

export type Draft = {
  source: unknown
  to?: Mailbox[]
  cc?: Mailbox[]
  attachments: AttachmentView[]
  updatedAt: string
}

export type ContactView = {
  id: DocID
  name: string
  company: string
  phone: string
  addresses: { address: string; verified: boolean; state: 'ok' | 'bouncing' | 'blocked' }[]
  tickets: { id: DocID; number: number; subject: string; status: Status }[]
  openTickets: number
}

/** Bodies of the verbs' endpoints: `POST /helpdesk/tickets/:id/<verb>`; each answers `ActResult` unless noted. */
export type Acts = {
  /**
   * Answers `{ message, undoUntil, undoMs }`; the first answer again where `requestKey` was used before. 409 `newerArrived`
   * when something newer is there.
   */
  reply: {
    source?: unknown
    text?: string
    to: Mailbox[]
    cc?: Mailbox[]
    bcc?: Mailbox[]
    status?: Status
    attachments?: DocID[]
    seen?: DocID
    requestKey?: string
  }
  /** Answers `{ message }`. */
  note: { source?: unknown; text?: string; attachments?: DocID[]; requestKey?: string }
  status: { status: Status; silent?: boolean }
  assign: { assignee: DocID | null }
  priority: { priority: Priority }
  subject: { subject: string }
  'reply-key': Record<string, never>
  /** Takes back that mail to an address of the ticket's contact bounces. 404 where it is not theirs. */
  deliverable: { address: string }
  'revoke-links': { address?: string }
  requester: { address: string; name?: string }
  mailbox: { mailbox: DocID }
  spam: { spam: boolean }
  /** Blocks or unblocks the requester's address. */
  block: { blocked: boolean }
  delete: Record<string, never>
  read: { read: boolean }
  /** Answers `{ updatedAt }`; an empty source with no files discards the draft. */
  draft: { kind: 'reply' | 'note'; source: unknown; to?: Mailbox[]; cc?: Mailbox[]; attachments?: DocID[] }
  /** Sets a site's own field. */
  field: { name: string; value: unknown }
  'participants/add': { address: string; name?: string }
  'participants/remove': { address: string }
}

/** The ticket as it is now. */
export type ActResult = { ticket: TicketRow }

/** `POST /helpdesk/messages/:id/<verb>` */
export type MessageActs = {
  /** Takes a held reply back. Answers `{ draft: Draft }`. 409 `tooLateToUndo`. */
  undo: Record<string, never>
  retry: Record<string, never>
  /** Accepts an unverified sender: the message counts, they take part. */
  accept: Record<string, never>
  /** Allows remote images of this message's sender from now on. */
  images: { allowed: boolean }
}

/** `POST /helpdesk/tickets` – on behalf of a customer. Answers `{ ticket: TicketRow, message, undoUntil, undoMs }`. */
export type NewTicket = {
  mailbox: DocID
  requester: Mailbox
  subject: string
  source?: unknown
  text?: string
  cc?: Mailbox[]
  attachments?: DocID[]
  status?: Status
  assignee?: DocID | null
  priority?: Priority
  requestKey?: string
}

/** `GET /helpdesk/messages/:id/why` */
export type WhyView = {
  reason: string
  explanation: string
  verdict: string | null
  mailbox: string
  receivedAt: string | null
  from: string
  messageId: string
  /** SPF, DKIM, DMARC as the topmost server says, as text. */
  auth: string
  attempts: number
}
/** `GET /helpdesk/messages/:id/source` → text/plain, the raw mail. */

/** `POST /helpdesk/attachments` (multipart, header `X-Helpdesk: 1`) → `{ attachment: AttachmentView }` */
/** `DELETE /helpdesk/attachments/:id` – an own upload that is in no message. */
/** `GET /helpdesk/attachments/:id` – the bytes; `?download=1` to save. */

/** `GET /helpdesk/contacts?search=` → for the requester field of a new ticket. */
export type ContactHits = { contacts: { id: DocID; name: string; address: string }[] }

/**
 * `GET /helpdesk/live?after` – `text/event-stream`. Each event's data is one of these. Sent back as `Last-Event-ID` (or
 * `after`), the id of the last event has what was missed since told first, within two hours.
 */
export type LiveEvent =
  /**
   * Something happened to a ticket this agent may see; `ticket` is its row as it is now. `undelivered`: a reply that
   * this agent wrote did not reach somebody.
   */
  | { type: 'ticket'; ticket: TicketRow; kinds: string[]; actor: DocID | null; undelivered: boolean }
  /** The ticket left the agent's sight or was deleted. */
  | { type: 'gone'; id: DocID }
  /** Counters changed; they come along. */
  | { type: 'counts'; counts: Overview['counts']; unread: number }
  /** Health or worker changed: read the overview again. */
  | { type: 'overview' }
  | { type: 'hello'; at: string }

/** `GET /helpdesk/quarantine?after=` (managers) */
export type QuarantinePage = {
  mails: {
    id: DocID
    mailbox: { id: DocID; name: string }
    from: string
    subject: string
    receivedAt: string
    verdict: string | null
    reason: string
    explanation: string
    error: string
    attempts: number
    size: number
    hasSource: boolean
  }[]
  next: string | null
}

/** Bodies of `POST /helpdesk/quarantine/:id/<act>`; `GET /helpdesk/quarantine/:id/source` → text/plain, the raw mail. */
export type QuarantineActs = {
  /** Tries it again from the beginning. */
  retry: Record<string, never>
  /** Fetches a mail whole in spite of its size. */
  fetch: Record<string, never>
  /** Sets it aside for good. */
  discard: Record<string, never>
  /** Makes a ticket of it; `requester` where the mail names nobody. Answers `{ ticket: TicketRow }`. */
  ticket: { requester?: Mailbox }
}

/** `POST /helpdesk/mailboxes/:id/test` (managers) – also with unsaved values: `{ receive?, send?, address? }`; `new` as
 * id for a mailbox that is not saved yet. */
export type ConnectionTest = {
  steps: {
    /** `resolve connect tls login folder send receive plus` on `receive` or `send`. */
    name: string
    side: 'receive' | 'send'
    ok: boolean
    /** The cause of a fault (`auth`, `tls`, `dns` …), `notArrived`, `plusWorks` or `plainOnly`. */
    code?: string
    /** What happened, in plain words. */
    message: string
    /** The server's own words. */
    response?: string
    ms: number
  }[]
  ok: boolean
}

/** `POST /helpdesk/claim` – while nobody holds a role: makes the caller the first administrator. */
export type Claim = { claimed: boolean }
