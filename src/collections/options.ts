import type { CollectionConfig, Field, PayloadRequest, User } from 'payload'
import type { SlugKey } from '../core/slugs.js'

/** What somebody may do in the help desk. */
export const roles = ['administrator', 'manager', 'agent'] as const
export type Role = (typeof roles)[number]

/** Which tickets an agent sees, besides those they follow. Managers and administrators see all. */
export type AgentScope = 'own' | 'ownAndUnassigned' | 'mailboxes' | 'all'

/** A site's changes to one of the plugin's collections. */
export type CollectionOverride = {
  /**
   * The fields of the collection, e.g. to add your own. Keep the default ones: the verbs write them. A required field
   * needs a `defaultValue`.
   * @default the plugin's own fields
   * @example fields: ({ defaultFields }) => [...defaultFields, { name: 'orderNumber', type: 'text' }]
   */
  fields?: (args: { defaultFields: Field[] }) => Field[]
  /**
   * The whole collection, after `fields`. The slug is changed by the `slugs` option instead; the plugin's own hooks and
   * indexes stay, and versions stay off.
   * @default the plugin's own collection
   */
  collection?: (args: { defaultCollection: CollectionConfig }) => CollectionConfig
}

export type CollectionsOptions = {
  /**
   * Other slugs for the plugin's collections, where a site has collections of these names already.
   * @default { tickets: 'tickets', messages: 'messages', mailboxes: 'mailboxes', contacts: 'contacts', deals: 'deals', … }
   * @example slugs: { contacts: 'support-contacts' }
   */
  slugs?: Partial<Record<SlugKey, string>>
  /**
   * Changes to the plugin's collections, by their default names.
   * @default {}
   */
  overrides?: Partial<Record<SlugKey, CollectionOverride>>
  /** Who may do what. */
  access?: {
    /**
     * Gives the role of a user of the admin collection, for sites with roles of their own. Without it, the field
     * `helpdeskRole` on the user decides and is added to the admin collection. Asked about any user, not only about the
     * caller, also while no request is under way (a list of agents, a stream of news): `req` holds Payload and the user
     * who is asked about, and nothing else.
     * @default the user's `helpdeskRole`
     * @example role: ({ user }) => (user.roles?.includes('support') ? 'agent' : null)
     */
    role?: (args: { user: User; req: Pick<PayloadRequest, 'payload' | 'user'> }) => Role | null
    /**
     * Which tickets an agent sees, besides those they follow.
     * @default 'ownAndUnassigned'
     */
    agentScope?: AgentScope
  }
  /** How tickets behave. */
  tickets?: {
    /**
     * Days after closing within which a customer's message reopens the ticket; later ones open a new, linked one.
     * @default 30
     */
    reopenWithinDays?: number
    /**
     * The first ticket's number.
     * @default 1001
     */
    firstNumber?: number
    /**
     * Milliseconds for which a reply is held so that its agent can take it back.
     * @default 10000
     */
    undoWindowMs?: number
  }
  /** What mailboxes may do. */
  mailboxes?: {
    /**
     * Lets mailboxes use mail servers in private networks (loopback, 10.x, 192.168.x, …). Off, so that nobody with
     * access to mailbox settings can reach into the server's own network.
     * @default false
     */
    allowPrivateHosts?: boolean
  }
  /** Where files are kept, and how large they may be. */
  attachments?: {
    /**
     * Where files are kept on disk when no storage adapter takes the collection, absolute or from the working folder.
     * @default 'helpdesk-attachments'
     */
    directory?: string
    /**
     * The largest file an agent can attach, in bytes.
     * @default 20971520 (20 MB)
     */
    maxSize?: number
  }
}

declare module '../core/config.js' {
  interface Helpdesk {
    access: { role?: NonNullable<CollectionsOptions['access']>['role']; agentScope: AgentScope }
    tickets: {
      reopenWithinDays: number
      firstNumber: number
      extraFields: string[]
      /** Of the site's own fields, those that a webhook or a customer may fill. */
      fillableFields: string[]
    }
    mailboxes: { allowPrivateHosts: boolean }
    attachments: { directory: string; maxSize: number }
    undoWindowMs: number
  }
}

/** Completes the options of the schema. */
export const sanitizeCollections = (options: CollectionsOptions) => ({
  access: {
    role: options.access?.role,
    agentScope: options.access?.agentScope ?? ('ownAndUnassigned' as const),
  },
  tickets: {
    reopenWithinDays: options.tickets?.reopenWithinDays ?? 30,
    firstNumber: options.tickets?.firstNumber ?? 1001,
    extraFields: [] as string[],
    fillableFields: [] as string[],
  },
  undoWindowMs: options.tickets?.undoWindowMs ?? 10_000,
  mailboxes: { allowPrivateHosts: options.mailboxes?.allowPrivateHosts ?? false },
  attachments: {
    directory: options.attachments?.directory ?? 'helpdesk-attachments',
    maxSize: options.attachments?.maxSize ?? 20 * 1024 * 1024,
  },
})
