/**
 * The slug of every collection the plugin brings. The five documents that a site works with have the trade's
 * plain names; everything internal starts with `helpdesk-`. Each can be renamed by the `slugs` option.
 */
export const defaultSlugs = {
  tickets: 'tickets',
  messages: 'messages',
  mailboxes: 'mailboxes',
  contacts: 'contacts',
  deals: 'deals',
  activities: 'helpdesk-activities',
  attachments: 'helpdesk-attachments',
  participants: 'helpdesk-participants',
  contactAddresses: 'helpdesk-contact-addresses',
  followers: 'helpdesk-followers',
  readStates: 'helpdesk-read-states',
  drafts: 'helpdesk-drafts',
  inboundEmails: 'helpdesk-inbound-emails',
  outboundEmails: 'helpdesk-outbound-emails',
  mailKeys: 'helpdesk-mail-keys',
  rawSources: 'helpdesk-raw',
  mailboxState: 'helpdesk-mailbox-state',
  blockedSenders: 'helpdesk-blocked-senders',
  leases: 'helpdesk-leases',
  counters: 'helpdesk-counters',
  heartbeats: 'helpdesk-heartbeats',
  events: 'helpdesk-events',
  webhookKeys: 'helpdesk-webhook-keys',
  webhookCalls: 'helpdesk-webhook-calls',
  portalKeys: 'helpdesk-portal-keys',
  formSubmissions: 'helpdesk-form-submissions',
  webhooks: 'helpdesk-webhooks',
  webhookSecrets: 'helpdesk-webhook-secrets',
  webhookDeliveries: 'helpdesk-webhook-deliveries',
} as const

/** The names by which the code knows the collections, whatever a site calls them. */
export type SlugKey = keyof typeof defaultSlugs

/** The slugs in use at a site. */
export type Slugs = Record<SlugKey, string>

/** Root endpoints under a collection's slug would never be reached. */
const endpointsUnder = 'helpdesk'

/** The name that a slug has in Postgres; slugs with the same share a table. */
export const snakeCase = (slug: string): string =>
  slug
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/-/g, '_')
    .toLowerCase()

type SanitizeSlugsArgs = {
  /** The option. */
  slugs: Partial<Record<SlugKey, string | undefined>> | undefined
  /** The site's own slugs, and what they belong to (`a collection of your site`). */
  taken: Iterable<readonly [slug: string, by: string]>
}

/** Completes the option `slugs`; throws with the option's name where two would be one. */
export const sanitizeSlugs = ({ slugs: given = {}, taken }: SanitizeSlugsArgs): Slugs => {
  const unknown = Object.keys(given).find((key) => !(key in defaultSlugs))
  if (unknown)
    throw new Error(
      `payload-helpdesk: the option slugs has no "${unknown}"; it has ${Object.keys(defaultSlugs).join(', ')}.`,
    )
  const owners = new Map([[endpointsUnder, 'the endpoints of the help desk']])
  for (const [slug, by] of taken) {
    if (slug === endpointsUnder)
      throw new Error(
        `payload-helpdesk: ${by} has the slug "${slug}", under which the endpoints of the help desk are. Rename it.`,
      )
    owners.set(snakeCase(slug), by)
  }
  const slugs = { ...defaultSlugs } as Slugs
  for (const key of Object.keys(defaultSlugs) as SlugKey[]) {
    const slug = given[key] ?? defaultSlugs[key]
    const option = `helpdeskPlugin({ slugs: { ${key}: 'another-slug' } })`
    if (!/^[a-z][a-z0-9_-]*$/i.test(slug))
      throw new Error(
        `payload-helpdesk: the slug "${slug}" is not letters, digits and dashes. Set ${option}.`,
      )
    const by = /^payload[-_]/.test(slug) ? 'Payload itself' : owners.get(snakeCase(slug))
    if (by) throw new Error(`payload-helpdesk: the slug "${slug}" is taken by ${by}. Set ${option}.`)
    owners.set(snakeCase(slug), `helpdesk's ${key}`)
    slugs[key] = slug
  }
  return slugs
}
