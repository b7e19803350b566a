import type { PayloadRequest } from 'payload'
import {
  type Searched,
  searchedContact,
  searchedMessage,
  searchedSubject,
} from '../../collections/indexes.js'
import { beginningOf, type SearchTerms } from './searchTerms.js'
import { binder, tablesOf } from './tables.js'

/**
 * How far back a step of the search looks. Sorting all messages with a common word by time would mean reading a
 * large part of the table, so each step asks for less than the one before found wanting: the newest messages are
 * read one by one (a common word shows up among them at once), then the index is asked within a window, then as a
 * whole, which a word that is rare in the window can afford.
 */
export type SearchStep =
  | { reach: 'newest'; messages: number }
  | { reach: 'window'; messages: number }
  | { reach: 'all' }
  /** Only these tickets: for somebody who sees few of many. */
  | { reach: 'tickets'; source: string }

export type HitsArgs = {
  req: PayloadRequest
  values: unknown[]
  terms: SearchTerms
  /** The terms as a `tsquery`, in SQL. */
  words: string
  /** Some of them, likewise, which the index is asked for; the others are looked for in the rows it leads to. */
  led?: string
  /** What a ticket `t` that is shown meets, in SQL. */
  shown: string
  step: SearchStep
}

/** So many tickets more than messages are read one by one: some change without a message. */
const moreTickets = 10_000

/** People and numbers are bounded by themselves. */
const maxPeople = 300

type MatchArgs = {
  in: Searched
  values: unknown[]
  terms: SearchTerms
  words: string
  led?: string
  /** Rows are read one by one: no index has to be led by the words. */
  isRead?: boolean
}

/**
 * That a row matches. What was typed of unspaced scripts is looked for as it stands too: two pairs of signs may occur
 * apart from each other. That is also the cheaper look at a row, as its pairs would have to be made first.
 */
export const matches = (args: MatchArgs): string => {
  const { words: indexed } = args.in
  const { words, led, isRead } = args
  // The index is not offered what stands within `is true`.
  const byIndex = led
    ? [`${indexed} @@ ${led}`, `(${indexed} @@ ${words}) is true`]
    : [`${indexed} @@ ${words}`]
  // Postgres makes the words of a text last, of those rows that are left.
  const here = isRead || led ? mayMatch(args) : asTyped(args)
  return [...here, ...(isRead && args.terms.isUnspaced ? [] : byIndex)].join(' and ')
}

const asTyped = ({ in: { text }, values, terms }: MatchArgs): string[] => {
  const bind = binder(values)
  return terms.unspaced.map((run) => `strpos(${text}, ${bind(run)}) > 0`)
}

/** What a row that matches meets too, looked at ten times quicker than to make the words of its text. */
const mayMatch = (args: MatchArgs): string[] => {
  const bind = binder(args.values)
  return [...asTyped(args), ...args.terms.plain.map((word) => holds(args.in.whole, { word, bind }))]
}

/** ASCII in whatever case needs no rules of a language. */
const holds = (text: string, { word, bind }: { word: string; bind: (value: unknown) => string }): string => {
  const collation = /^\p{ASCII}*$/u.test(word) ? 'collate "C"' : ''
  return `strpos(lower((${text}) ${collation}), lower(${bind(word)}::text ${collation})) > 0`
}

/**
 * Common table expressions that end in `hits (ticket_id, at, message_id)`, unsorted and with doubles. `bound` is
 * the time the step reaches back to; null = it has seen everything.
 */
export const searchHits = ({ req, values, terms, words, led, shown, step }: HitsArgs): string => {
  const { tickets, messages } = tablesOf(req.payload)
  const back = step.reach === 'newest' || step.reach === 'window' ? step.messages : null
  const isRead = step.reach === 'newest'
  const bound =
    back === null
      ? 'null::timestamptz'
      : `(select created_at from ${messages} order by created_at desc offset ${back} limit 1)`
  const since = (column: string) => (back !== null ? `and ${after('bound')(column)}` : '')
  const ofTickets = step.reach === 'tickets' ? 'and m.ticket_id in (select s.id from only_tickets s)' : ''
  const among = step.reach === 'tickets' ? 'and t.id in (select s.id from only_tickets s)' : ''
  const message: MatchArgs = { in: searchedMessage('m'), values, terms, words, led, isRead }
  const inSubject = matches({ in: searchedSubject('t'), values, terms, words, led, isRead })
  const byMessage = isRead
    ? readExactly({ ...message, req })
    : `select m.ticket_id, m.created_at, m.id from ${messages} m
       where ${matches(message)} ${since('m.created_at')} ${ofTickets}`
  const bySubject = `select t.id, t.last_activity_at, null::${idOf(req)} from ${isRead ? 'recent' : tickets} t
    where ${inSubject} ${isRead ? '' : since('t.last_activity_at')} ${among}`
  const people = { req, values, terms, words, led, since, among, isRead }
  return `${step.reach === 'tickets' ? `only_tickets as materialized (${step.source}),` : ''}
    ${step.reach === 'newest' ? newest({ ...message, req, shown, bound, count: step.messages }) : `bound as materialized (select ${bound} at),`}
    by_message as materialized (${byMessage}),
    by_subject as materialized (${bySubject}),
    ${peopleHits(people)}
    hits (ticket_id, at, message_id) as (
      select * from by_message union all select * from by_subject union all select * from by_person
    )`
}

/** That a time lies behind the one that a common table expression found, if any. */
const after = (place: string) => (column: string) =>
  `${column} > coalesce((select at from ${place}), '-infinity')`

const idOf = (req: PayloadRequest) => tablesOf(req.payload).idType

type Since = (column: string) => string
type NewestArgs = MatchArgs & { req: PayloadRequest; shown: string; bound: string; count: number }

/**
 * What is read one by one: of the newest messages those that may match, which is soon said, and whose tickets are shown;
 * and the tickets shown of which there is news as new. Where too many tickets were changed, nothing before the last of
 * those that are read is seen.
 */
const newest = ({ req, shown, bound, count, ...match }: NewestArgs): string => {
  const { tickets, messages } = tablesOf(req.payload)
  const most = count + moreTickets
  return `back as materialized (select ${bound} at),
    changed as materialized (
      select * from ${tickets} where ${after('back')('last_activity_at')}
      order by last_activity_at desc limit ${most}
    ),
    bound as materialized (
      select greatest(at, (select min(last_activity_at) from changed having count(*) = ${most})) at from back
    ),
    likely as materialized (
      select m.id, m.ticket_id, m.created_at from
        (select * from ${messages} order by created_at desc limit ${count}) m
      where ${[after('bound')('m.created_at'), ...mayMatch(match)].join(' and ')}
    ),
    read as materialized (
      select l.* from likely l
      cross join lateral (select 1 from ${tickets} t where t.id = l.ticket_id and ${shown} offset 0) t
    ),
    recent as materialized (
      select t.id, t.subject, t.contact_id, t.last_activity_at from changed t
      where ${after('bound')('t.last_activity_at')} and ${shown}
    ),`
}

/** Of the messages read those that do match: making the words of a text is dear. */
const readExactly = ({ req, ...match }: MatchArgs & { req: PayloadRequest }): string => {
  const exactly = `select 1 from ${tablesOf(req.payload).messages} m
    where m.id = r.id and (${match.in.words} @@ ${match.words}) is true offset 0`
  return `select r.ticket_id, r.created_at, r.id from read r
    ${match.terms.isUnspaced ? '' : `cross join lateral (${exactly}) m`}`
}

type PeopleArgs = Omit<HitsArgs, 'step' | 'shown'> & { since: Since; among: string; isRead: boolean }

/** Tickets of contacts found by name, of addresses by their beginning, and the one with the number. */
const peopleHits = ({ req, values, terms, words, led, since, among, isRead }: PeopleArgs): string => {
  const bind = binder(values)
  const { contacts, contactAddresses, participants, tickets } = tablesOf(req.payload)
  const id = idOf(req)
  const found = [
    `select c.id from ${contacts} c where ${matches({ in: searchedContact('c'), values, terms, words, led })} limit ${maxPeople}`,
  ]
  const direct: string[] = []
  if (terms.address) {
    const beginning = bind(beginningOf(terms.address))
    found.push(
      `select a.contact_id from ${contactAddresses} a where a.address like ${beginning} limit ${maxPeople}`,
    )
    direct.push(
      `select p.ticket_id from (select ticket_id from ${participants} where address like ${beginning} limit ${maxPeople}) p`,
    )
  }
  const contact = `select k.id from (${found.map((sql) => `(${sql})`).join(' union ')}) k`
  const from = `select t.id, t.last_activity_at, null::${id} from`
  const byContact = isRead
    ? `${from} recent t where t.contact_id in (${contact})`
    : `${from} (${contact}) k cross join lateral (
        select t.id, t.last_activity_at from ${tickets} t
        where t.contact_id = k.id ${since('t.last_activity_at')} ${among}
        order by t.last_activity_at desc limit ${maxPeople}
      ) t`
  const directly = direct.length
    ? `union all ${from} ${isRead ? 'recent' : tickets} t
       where t.id in (${direct.join(' union ')}) ${isRead ? '' : since('t.last_activity_at')} ${among}`
    : ''
  // Who types a number means that ticket, however old it is.
  const byNumber =
    terms.number === null
      ? ''
      : `union all select t.id, 'infinity', null::${id} from ${tickets} t where t.number = ${bind(terms.number)}`
  return `by_person as materialized (${byContact} ${directly} ${byNumber}),`
}
