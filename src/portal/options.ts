import type { PayloadRequest, TypedUser } from 'payload'
import type { DocID } from '../collections/types.js'

/** Who a customer of the site is. */
export type PortalCustomer = {
  /** Their address, by which their tickets are found. */
  email: string
  name?: string
  /**
   * Whether the site has made sure that the address is theirs (a confirmed registration, `_verified` of Payload's own
   * verification). As long as it has not, they see no tickets and are asked for a sign-in link.
   */
  verified: boolean
}

/** The customers' side. */
export type PortalOptions = {
  /**
   * The page on which the portal stands, as a path or a whole address; a function where several mailboxes have pages
   * of their own. Links in mails lead there; without it mails carry none. A path needs `serverURL` in the Payload config.
   * @default ''
   * @example url: '/support'
   * @example url: ({ language }) => `/${language === 'de' ? 'de' : 'en'}/support`
   */
  url?:
    | string
    | ((args: {
        mailbox: { id: DocID; address: string; name: string }
        /** Of whoever gets the link, e.g. `de`; '' where nobody knows it. */
        language: string
      }) => string)
  /**
   * Days after closing for which the links in mails still open their ticket.
   * @default 30
   */
  guestLinkDays?: number
  /**
   * Makes a customer of somebody who is signed in to the site. Asked for users of any auth collection who have no role in
   * the help desk; null where they are none. Sites that keep customers and colleagues in one collection tell them apart here.
   * @default () => null
   * @example
   * // `_verified` stays true when somebody changes their address: let customers change neither by themselves.
   * customer: ({ user }) =>
   *   user.collection === 'customers' ? { email: user.email, name: user.name, verified: user._verified === true } : null
   */
  customer?: (args: {
    user: TypedUser
    req: PayloadRequest
  }) => PortalCustomer | null | Promise<PortalCustomer | null>
  /**
   * Days for which somebody stays signed in who has used a sign-in link.
   * @default 30
   */
  sessionDays?: number
  /** Files that customers send. */
  attachments?: {
    /**
     * The largest file, in bytes.
     * @default 10485760 (10 MB)
     */
    maxSize?: number
    /**
     * Files of one message.
     * @default 5
     */
    maxCount?: number
    /**
     * Types that are taken, as in the `accept` attribute of a file field: `image/*`, `application/pdf`, `.txt`. Empty
     * means all.
     * @default []
     */
    types?: string[]
  }
  /**
   * Ticket fields of your own that customers fill when they open a request, by name. Others they cannot write. A
   * relationship is a choice among the newest 50 documents that your access rules let whoever asks read: a customer's own
   * orders.
   * @default []
   * @example fields: ['orderNumber']
   */
  fields?: string[]
  /**
   * Who may open a request: `anyone`, or only those who have `signedIn` by a link or at the site.
   * @default 'anyone'
   */
  requests?: 'anyone' | 'signedIn'
  /**
   * Looks at what a stranger sends, before a request is opened or a sign-in link is mailed: false refuses it. For a
   * captcha, whose widget `HelpdeskPortal` shows by its prop `challenge`.
   * @default () => true
   * @example challenge: ({ values }) => isHuman(values['cf-turnstile-response'])
   */
  challenge?: (args: { req: PayloadRequest; values: Record<string, unknown> }) => boolean | Promise<boolean>
  /**
   * Lets customers choose a priority.
   * @default false
   */
  priority?: boolean
  /** How often strangers may ask for something. Sign-in links and requests beyond it are refused with a sentence. */
  limits?: {
    /**
     * Sign-in links to one address within an hour.
     * @default 5
     */
    linksPerAddress?: number
    /**
     * Requests of one address that nobody has proven, within an hour.
     * @default 10
     */
    requestsPerAddress?: number
    /**
     * Requests and answers of one customer, or of the address that a link was mailed to, within an hour.
     * @default 60
     */
    perCustomer?: number
    /**
     * Sign-in links and requests of unproven addresses of the whole site within an hour.
     * @default 500
     */
    perHour?: number
    /**
     * The network address of whoever asks, where a proxy of yours tells it: each gets a tenth of `perHour`. A header
     * that anybody can write must not be trusted.
     * @default () => null
     * @example clientAddress: ({ headers }) => headers.get('cf-connecting-ip')
     */
    clientAddress?: (args: { headers: Headers }) => string | null
  }
}

declare module '../core/config.js' {
  interface Helpdesk {
    portal: ReturnType<typeof sanitizePortal>
  }
}

/** Completes the portal's options. */
export const sanitizePortal = (options: PortalOptions) => ({
  url: options.url ?? '',
  guestLinkDays: options.guestLinkDays ?? 30,
  customer: options.customer ?? (() => null),
  sessionDays: options.sessionDays ?? 30,
  attachments: {
    maxSize: options.attachments?.maxSize ?? 10 * 1024 * 1024,
    maxCount: options.attachments?.maxCount ?? 5,
    types: options.attachments?.types ?? [],
  },
  fields: options.fields ?? [],
  requests: options.requests ?? ('anyone' as const),
  challenge: options.challenge ?? (() => true),
  priority: options.priority ?? false,
  limits: {
    linksPerAddress: options.limits?.linksPerAddress ?? 5,
    requestsPerAddress: options.limits?.requestsPerAddress ?? 10,
    perCustomer: options.limits?.perCustomer ?? 60,
    perHour: options.limits?.perHour ?? 500,
    clientAddress: options.limits?.clientAddress ?? (() => null),
  },
})
