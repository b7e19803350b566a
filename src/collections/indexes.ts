import type { SlugKey } from '../core/slugs.js'

const words = (text: string) => `to_tsvector('simple', ${text})`

const column = (alias: string) => (name: string) => (alias ? `${alias}."${name}"` : `"${name}"`)

/**
 * The words of a message by which a ticket is found: subject, text and, where a customer wrote it, who that was.
 * Cut, because Postgres refuses a row whose words take more than 1 MB. The index and the search have to use the
 * very same expression.
 */
export const messageWords = (alias = ''): string => {
  const of = column(alias)
  const sender = `case when ${of('kind')} = 'customer' then coalesce(${of('from_name')}, '') || ' ' || coalesce(${of('from_address')}, '') else '' end`
  return words(
    `left(coalesce(${of('subject')}, '') || ' ' || ${sender} || ' ' || coalesce(${of('text')}, ''), 100000)`,
  )
}

/** The words of a ticket's subject, which agents may have changed. */
export const subjectWords = (alias = ''): string =>
  words(`left(coalesce(${column(alias)('subject')}, ''), 10000)`)

/** The words of a contact's name and company. */
export const contactWords = (alias = ''): string => {
  const of = column(alias)
  return words(`left(coalesce(${of('name')}, '') || ' ' || coalesce(${of('company')}, ''), 10000)`)
}

/** Every view but the one for spam leaves spam out. */
export const notSpam = (alias = ''): string => `${column(alias)('spam')} is not true`

/** An index that Payload's own `indexes` cannot say. */
export type ExtraIndex = {
  name: string
  on: SlugKey
  using: 'btree' | 'gin'
  /** Columns or expressions, as SQL. */
  keys: string[]
  /** Only rows for which this holds. */
  where?: string
}

/** What the inbox, its search and the worker's queues are fast by. All of them work, slower, without. */
export const extraIndexes: ExtraIndex[] = [
  {
    name: 'helpdesk_tickets_active',
    on: 'tickets',
    using: 'btree',
    keys: ['"status"', '"waiting_since"', '"id"'],
    where: `"status" <> 'closed' and ${notSpam()}`,
  },
  {
    name: 'helpdesk_tickets_unassigned',
    on: 'tickets',
    using: 'btree',
    keys: ['"mailbox_id"', '"status"', '"waiting_since"', '"id"'],
    where: `"assignee_id" is null and ${notSpam()}`,
  },
  {
    name: 'helpdesk_tickets_problems',
    on: 'tickets',
    using: 'btree',
    keys: ['"status"', '"waiting_since"', '"id"'],
    where: '"delivery_problem"',
  },
  {
    name: 'helpdesk_tickets_spam',
    on: 'tickets',
    using: 'btree',
    keys: ['"waiting_since"', '"id"'],
    where: '"spam"',
  },
  { name: 'helpdesk_tickets_subject', on: 'tickets', using: 'gin', keys: [subjectWords()] },
  { name: 'helpdesk_messages_words', on: 'messages', using: 'gin', keys: [messageWords()] },
  { name: 'helpdesk_messages_created', on: 'messages', using: 'btree', keys: ['"created_at"'] },
  { name: 'helpdesk_contacts_words', on: 'contacts', using: 'gin', keys: [contactWords()] },
  {
    name: 'helpdesk_addresses_prefix',
    on: 'contactAddresses',
    using: 'btree',
    keys: ['"address" text_pattern_ops'],
  },
  {
    name: 'helpdesk_participants_prefix',
    on: 'participants',
    using: 'btree',
    keys: ['"address" text_pattern_ops'],
  },
  {
    name: 'helpdesk_outbound_due',
    on: 'outboundEmails',
    using: 'btree',
    keys: ['"due_at"', '"id"'],
    where: `"state" in ('held', 'queued', 'sending')`,
  },
  {
    name: 'helpdesk_inbound_waiting',
    on: 'inboundEmails',
    using: 'btree',
    keys: ['"mailbox_id"', '"next_try_at"', '"id"'],
    where: `"state" = 'received'`,
  },
]
