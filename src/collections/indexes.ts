import type { SlugKey } from '../core/slugs.js'

/**
 * Signs of scripts that put no spaces between words: Han, kana, Hangul. They stand in brackets of regular expressions,
 * in SQL and in JavaScript.
 */
export const unspacedSigns = '々-〇぀-ヿ㐀-䶿一-鿿가-힯豈-﫿ｦ-ﾟ\u{20000}-\u{3fffd}'

/** As many of them as have, all in different pairs, room among the words of one row. */
const maxUnspaced = 50_000

// Named by its number: a migration's SQL stands in a template literal, which reads backslashes itself.
const backslash = 'chr(92)'

const everyTwo = (text: string) =>
  `regexp_replace(${text}, '([${unspacedSigns}]{1,2})', ${backslash} || '1 ', 'g')`

/**
 * A text's words, and of unspaced scripts every two signs that stand side by side: trigrams would leave out words of
 * two signs, which most are, and need an extension. Only texts with such signs pay for it.
 */
const words = (text: string): string => {
  const signs = `[${unspacedSigns}]`
  const some = `left(${text}, ${maxUnspaced})`
  const runs = `' ' || regexp_replace(${some}, '[^${unspacedSigns}]+', ' ', 'g')`
  const fromTheSecond = `regexp_replace(${runs}, ' ${signs}', ' ', 'g')`
  const pairs = `regexp_replace(${some}, '${signs}+', ' ', 'g') || ' ' || ${everyTwo(runs)} || ' ' || ${everyTwo(fromTheSecond)}`
  const isSpaced = `octet_length(${text}) = length(${text}) or ${text} !~ '${signs}'`
  return `to_tsvector('simple', case when ${isSpaced} then ${text} else ${pairs} end)`
}

const column = (alias: string) => (name: string) => (alias ? `${alias}."${name}"` : `"${name}"`)

/** What a text is found by: in SQL, its words as they are indexed, the text they are taken from, and that uncut. */
export type Searched = { words: string; text: string; whole: string }

const searched = (whole: string, length: number): Searched => {
  const text = `left(${whole}, ${length})`
  return { words: words(text), text, whole }
}

/**
 * A message by which a ticket is found: subject, text and, where a customer wrote it, who that was. Cut, because
 * Postgres refuses a row whose words take more than 1 MB. The index and the search have to use the very same
 * expression.
 */
export const searchedMessage = (alias = ''): Searched => {
  const of = column(alias)
  const sender = `case when ${of('kind')} = 'customer' then coalesce(${of('from_name')}, '') || ' ' || coalesce(${of('from_address')}, '') else '' end`
  return searched(
    `coalesce(${of('subject')}, '') || ' ' || ${sender} || ' ' || coalesce(${of('text')}, '')`,
    100_000,
  )
}

/** A ticket's subject, which agents may have changed. */
export const searchedSubject = (alias = ''): Searched =>
  searched(`coalesce(${column(alias)('subject')}, '')`, 10_000)

/** A contact's name and company. */
export const searchedContact = (alias = ''): Searched => {
  const of = column(alias)
  return searched(`coalesce(${of('name')}, '') || ' ' || coalesce(${of('company')}, '')`, 10_000)
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
  { name: 'helpdesk_tickets_search', on: 'tickets', using: 'gin', keys: [searchedSubject().words] },
  { name: 'helpdesk_messages_search', on: 'messages', using: 'gin', keys: [searchedMessage().words] },
  { name: 'helpdesk_messages_created', on: 'messages', using: 'btree', keys: ['"created_at"'] },
  { name: 'helpdesk_contacts_search', on: 'contacts', using: 'gin', keys: [searchedContact().words] },
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
