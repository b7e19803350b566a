import type { DocID } from '../collections/types.js'
import type { NotificationEvent } from '../rules/notifications.js'

/** What the endpoints of a mailbox's form answer and take; part of the contract in `api.ts`. */

/** `GET /helpdesk/mailboxes/:id/health` (managers) */
export type MailboxHealth = {
  receive: {
    state: 'new' | 'ok' | 'warning' | 'failing' | 'needsPassword'
    lastTryAt: string | null
    lastSuccessAt: string | null
    nextTryAt: string | null
    error: string
    errorCode: string
    startedAt: string | null
    waiting: number
  }
  send: {
    state: 'new' | 'ok' | 'warning' | 'failing' | 'needsPassword'
    lastSentAt: string | null
    error: string
    errorCode: string
    queued: number
    failed: number
  }
  plusAddressWorks: boolean
  quarantined: number
}

/** `GET /helpdesk/mailboxes/:id/templates` (managers); `new` as id for a mailbox that is not saved yet. */
export type TemplateFacts = {
  languages: string[]
  /** Without their braces. */
  tokens: string[]
  /** The words of each mail as long as the mailbox has none of its own; not every language has all of them. */
  shipped: Record<string, Partial<Record<NotificationEvent, { subject: string; body: string }>>>
  /** Whose values a preview shows: the newest of the mailbox. */
  ticket: { id: DocID; number: number; subject: string } | null
}

/**
 * Body of `POST /helpdesk/mailboxes/:id/templates/preview`, which answers a `TemplatePreview`, and of `…/test`, which
 * sends it to the caller's own address and answers `{ address }` (managers).
 */
export type TemplateWords = {
  event: NotificationEvent
  language: string
  subject: string
  body: string
  /** As it stands in the form. */
  signature?: string
  ticket?: DocID
}

export type TemplatePreview = Pick<TemplateFacts, 'ticket'> & {
  subject: string
  html: string
  text: string
  /** Tokens that nobody knows. */
  unknown: string[]
}
