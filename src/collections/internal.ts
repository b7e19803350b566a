import type { CollectionConfig } from 'payload'
import type { SlugKey } from '../core/slugs.js'
import type { SchemaContext } from './context.js'
import { area, date, flag, internal, json, num, relation, text } from './fields.js'

type InternalKey = Extract<
  SlugKey,
  | 'participants'
  | 'contactAddresses'
  | 'followers'
  | 'readStates'
  | 'drafts'
  | 'mailKeys'
  | 'rawSources'
  | 'mailboxState'
  | 'blockedSenders'
  | 'leases'
  | 'counters'
  | 'heartbeats'
  | 'events'
  | 'webhookKeys'
  | 'webhookCalls'
  | 'portalKeys'
  | 'formSubmissions'
  | 'webhookSecrets'
  | 'webhookDeliveries'
>

type Shape = Pick<CollectionConfig, 'fields' | 'indexes' | 'timestamps'>

const shapes = ({ slugs, usersSlug }: SchemaContext): Record<InternalKey, Shape> => ({
  // Rows, not an array on the ticket: Payload deletes and inserts array rows anew on every save.
  participants: {
    indexes: [{ fields: ['ticket', 'address'], unique: true }],
    fields: [
      relation('ticket', { to: slugs.tickets, index: false }),
      relation('contact', { to: slugs.contacts }),
      text('address', { index: true }),
      text('name'),
      text('role', { values: ['requester', 'cc'] }),
      flag('accepted'),
      // Raised to make every guest link of this participant worthless.
      num('linkVersion', { defaultValue: 1 }),
      date('createdAt'),
    ],
  },
  contactAddresses: {
    fields: [
      relation('contact', { to: slugs.contacts }),
      // The normal form, by which an address is one: lower case, IDN as punycode.
      text('address', { unique: true, index: true }),
      // As its owner writes it.
      text('display'),
      text('state', { values: ['ok', 'bouncing', 'blocked'], defaultValue: 'ok' }),
      // Begins with the time as an ISO date, by which a bounce is told from what was written since.
      text('stateReason'),
      flag('verified'),
      flag('imagesAllowed'),
      date('createdAt'),
    ],
  },
  followers: {
    indexes: [{ fields: ['ticket', 'agent'], unique: true }],
    fields: [
      relation('ticket', { to: slugs.tickets, index: false }),
      relation('agent', { to: usersSlug }),
      date('createdAt'),
    ],
  },
  readStates: {
    indexes: [{ fields: ['agent', 'ticket'], unique: true }],
    fields: [
      relation('agent', { to: usersSlug, index: false }),
      relation('ticket', { to: slugs.tickets }),
      date('readAt'),
    ],
  },
  drafts: {
    indexes: [{ fields: ['agent', 'ticket', 'kind'], unique: true }],
    fields: [
      relation('agent', { to: usersSlug, index: false }),
      relation('ticket', { to: slugs.tickets }),
      text('kind', { values: ['reply', 'note'] }),
      json('source'),
      json('recipients'),
      date('updatedAt'),
    ],
  },
  mailKeys: {
    indexes: [{ fields: ['mailbox', 'hash'], unique: true }],
    fields: [
      relation('mailbox', { to: slugs.mailboxes, index: false }),
      text('hash'),
      relation('message', { to: slugs.messages }),
      date('createdAt'),
    ],
  },
  rawSources: {
    indexes: [{ fields: ['inboundEmail', 'part'], unique: true }],
    fields: [
      relation('inboundEmail', { to: slugs.inboundEmails, index: false }),
      num('part'),
      // A piece of the deflated mail, base64, at most 4 MB.
      area('data'),
      // Kept until somebody has dealt with the mail when null.
      date('keepUntil', { index: true }),
    ],
  },
  mailboxState: {
    fields: [
      { ...relation('mailbox', { to: slugs.mailboxes }), unique: true } as never,
      // The account and folder that the place below is of.
      text('source'),
      // Raised with every other account or folder.
      num('epoch', { defaultValue: 0 }),
      text('folder'),
      num('uidValidity'),
      num('lastUid'),
      date('startedAt'),
      // The INTERNALDATE of the newest mail that lay there then: by the server's clock, what is older came before.
      date('newestBefore'),
      // The last mail that was there when the server had given its mails other numbers: up to it all are read again.
      num('rescanUid', { defaultValue: 0 }),
      text('health', { values: ['new', 'ok', 'warning', 'failing', 'needsPassword'], defaultValue: 'new' }),
      num('failures', { defaultValue: 0 }),
      date('lastTryAt'),
      // The mailbox as it was at that try: once it is saved anew, it is tried at once.
      date('settingsAt'),
      date('lastSuccessAt'),
      date('nextTryAt'),
      text('errorCode'),
      area('error'),
      text('sendHealth', {
        values: ['new', 'ok', 'warning', 'failing', 'needsPassword'],
        defaultValue: 'new',
      }),
      date('lastSentAt'),
      num('sendFailures', { defaultValue: 0 }),
      date('lastSendTryAt'),
      date('sendNextTryAt'),
      // The mailbox as it was when sending failed: once it is saved anew, sending is tried at once.
      date('sendSettingsAt'),
      text('sendErrorCode'),
      area('sendError'),
      flag('plusAddressWorks'),
      text('plusProbe'),
    ],
  },
  blockedSenders: {
    fields: [
      text('address', { unique: true, index: true }),
      relation('blockedBy', { to: usersSlug }),
      date('createdAt'),
    ],
  },
  leases: {
    fields: [
      text('key', { unique: true, index: true }),
      text('token'),
      text('holder'),
      date('expiresAt'),
      date('updatedAt'),
    ],
  },
  counters: {
    fields: [text('key', { unique: true, index: true }), num('value', { defaultValue: 0 })],
  },
  // When each kind of background work last ran anywhere, and what stopped it.
  heartbeats: {
    fields: [
      text('slice', { unique: true, index: true }),
      text('worker'),
      date('lastRunAt'),
      date('failingSince'),
      num('failures', { defaultValue: 0 }),
      area('error'),
    ],
  },
  // What the worker still has to tell, written in the transaction of the act that it tells of.
  events: {
    indexes: [{ fields: ['state', 'dueAt'] }],
    fields: [
      text('name'),
      // Who is told: the site's own code, or other systems.
      text('audience', { values: ['site', 'webhooks'], defaultValue: 'site' }),
      relation('ticket', { to: slugs.tickets, index: false }),
      relation('message', { to: slugs.messages, index: false }),
      text('actorKind', { values: ['agent', 'customer', 'system'] }),
      relation('actor', { to: usersSlug, index: false }),
      json('data'),
      // How many events led to it, one of another.
      num('depth', { defaultValue: 0 }),
      text('state', { values: ['queued', 'telling', 'failed'] }),
      date('dueAt'),
      num('attempts', { defaultValue: 0 }),
      text('leaseToken'),
      date('leaseUntil'),
      area('error'),
      date('createdAt'),
    ],
  },
  // What calls of a mailbox's webhook are signed with: of a signing key its secret, encrypted, of a URL's token the hash.
  webhookKeys: {
    fields: [
      relation('mailbox', { to: slugs.mailboxes }),
      text('kind', { values: ['signing', 'url'] }),
      text('secret'),
      text('hint'),
      date('createdAt'),
      date('lastUsedAt'),
    ],
  },
  // What the portal holds by a key: sign-in links, who is signed in, tries that were made, how often somebody asked.
  portalKeys: {
    fields: [
      text('key', { unique: true, index: true }),
      text('kind', { values: ['link', 'session', 'request', 'limit'] }),
      text('address', { index: true }),
      num('count', { defaultValue: 0 }),
      json('data'),
      date('expiresAt', { index: true }),
      date('createdAt'),
    ],
  },
  // What a call was answered, by the hash of each name that it has, so that it brings the same once.
  webhookCalls: {
    indexes: [{ fields: ['mailbox', 'key'], unique: true }],
    fields: [
      relation('mailbox', { to: slugs.mailboxes, index: false }),
      text('kind', { values: ['id', 'external'] }),
      text('key'),
      json('answer'),
      date('createdAt'),
    ],
  },
  // What became of what was sent in by forms: the row of a submission is what keeps it from opening a second ticket.
  formSubmissions: {
    indexes: [{ fields: ['state', 'dueAt'] }],
    fields: [
      // The id of a document of the site's, whose kind of id this is not the place to know.
      text('submission', { unique: true, index: true }),
      text('state', { values: ['waiting', 'opened', 'ignored', 'failed'] }),
      relation('ticket', { to: slugs.tickets, index: false }),
      date('dueAt'),
      num('attempts', { defaultValue: 0 }),
      area('error'),
      date('createdAt'),
    ],
  },
  // What calls to other systems are signed with, encrypted; the one before holds a day longer.
  webhookSecrets: {
    fields: [
      relation('webhook', { to: slugs.webhooks }),
      text('secret'),
      text('hint'),
      date('expiresAt'),
      date('createdAt'),
    ],
  },
  // What other systems are told, each of them on its own: the queue, and what became of it.
  webhookDeliveries: {
    indexes: [{ fields: ['webhook', 'key'], unique: true }, { fields: ['state', 'dueAt'] }],
    fields: [
      relation('webhook', { to: slugs.webhooks, index: false }),
      // The header webhook-id: the same at each try, so that the receiver knows it again.
      text('key'),
      text('event'),
      relation('ticket', { to: slugs.tickets }),
      // The bytes that are signed and sent, at each try.
      area('body'),
      text('state', { values: ['queued', 'sending', 'delivered', 'failed'] }),
      date('dueAt'),
      num('attempts', { defaultValue: 0 }),
      text('leaseToken'),
      date('leaseUntil'),
      // What the receiver answered: the status alone.
      num('status'),
      text('errorCode'),
      text('error'),
      date('lastTryAt'),
      date('deliveredAt'),
      date('createdAt', { index: true }),
    ],
  },
})

/** The collections that no API reaches and no screen lists. */
export const internalCollections = (context: SchemaContext): Record<InternalKey, CollectionConfig> => {
  const made = Object.entries(shapes(context)).map(([key, shape]) => [
    key,
    { slug: context.slugs[key as InternalKey], timestamps: false, ...internal, ...shape },
  ])
  return Object.fromEntries(made)
}
