import type { CollectionsOptions } from './collections/options.js'
import type { EventSubscribers, EventsOptions } from './events/options.js'
import type { Forms } from './forms/index.js'
import type { MailOptions } from './mail/options.js'
import type { PortalOptions } from './portal/options.js'
import type { WebhookOptions } from './webhook/options.js'
import type { WorkerOptions } from './worker/options.js'

/** Options of `helpdeskPlugin`: everything has a default. */
export type HelpdeskOptions = CollectionsOptions & {
  /**
   * Switches the help desk off. The schema stays, so that no migration takes the data away; endpoints, screens and
   * background work are gone.
   * @default false
   */
  disabled?: boolean
  /**
   * Keys from which mailbox passwords and links are encrypted and signed. Give an array to rotate: the first is
   * used, the others still open what they made.
   * @default the Payload secret
   */
  secret?: string | string[]
  /** Receiving and sending. */
  mail?: MailOptions
  /**
   * Your own code, told of what happens. It is run by the worker after the COMMIT, at least once for each event, and
   * again later where it throws.
   * @default {}
   * @example on: { ticketOpened: async ({ event }) => announceInChat(event.ticket.subject) }
   */
  on?: EventSubscribers
  /** How other systems are told what happens, by outgoing webhooks. */
  events?: EventsOptions
  /**
   * Forms of `@payloadcms/plugin-form-builder` that open tickets, by the form's title or its id. Only the mailbox must
   * be named: the rest is taken from fields of the usual names. What visitors filled in is written as in the form's own
   * emails, `{{field}}`. What was sent in before the option was there opens none.
   * @default {}
   * @example forms: { 'Contact us': { mailbox: 'help@acme.com', fields: { orderNumber: '{{order}}' } } }
   */
  forms?: Forms
  /** The page on which customers open, follow and answer their tickets. */
  portal?: PortalOptions
  /** The webhook by which other systems open tickets. */
  webhook?: WebhookOptions
  /** Background work. */
  worker?: WorkerOptions
}
