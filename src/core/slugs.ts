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
} as const

/** The names by which the code knows the collections, whatever a site calls them. */
export type SlugKey = keyof typeof defaultSlugs

/** The slugs in use at a site. */
export type Slugs = Record<SlugKey, string>
