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
  step: SearchStep
}

/** Of tickets as of messages; more of them change without a message than there are messages read for a common word. */
const newestTickets = 4000

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
export const matches = ({
  in: { words: indexed, text, whole },
  values,
  terms,
  words,
  led,
  isRead,
}: MatchArgs): string => {
  const bind = binder(values)
  const asTyped = terms.unspaced.map((run) => `strpos(${text}, ${bind(run)}) > 0`)
  if (isRead && terms.isUnspaced) return asTyped.join(' and ')
  // Ten times quicker than to make the words of a text, which Postgres does last, of those that are left.
  const somewhere = isRead || led ? terms.plain.map((word) => holds(whole, { word, bind })) : []
  // The index is not offered what stands within `is true`.
  const byIndex = led
    ? [`${indexed} @@ ${led}`, `(${indexed} @@ ${words}) is true`]
    : [`${indexed} @@ ${words}`]
  return [...asTyped, ...somewhere, ...byIndex].join(' and ')
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
export const searchHits = ({ req, values, terms, words, led, step }: HitsArgs): string => {
  const { tickets, messages } = tablesOf(req.payload)
  const back = step.reach === 'newest' || step.reach === 'window' ? step.messages : null
  const bound =
    back !== null
      ? `(select created_at from ${messages} order by created_at desc offset ${back} limit 1)`
      : 'null::timestamptz'
  const since = (column: string) =>
    back !== null ? `and ${column} > coalesce((select at from bound), '-infinity')` : ''
  const ofTickets = step.reach === 'tickets' ? 'and m.ticket_id in (select s.id from only_tickets s)' : ''
  const among = step.reach === 'tickets' ? 'and t.id in (select s.id from only_tickets s)' : ''
  const isRead = step.reach === 'newest'
  const inMessage = matches({ in: searchedMessage('m'), values, terms, words, led, isRead })
  const inSubject = matches({ in: searchedSubject('t'), values, terms, words, led, isRead })
  const byMessage =
    step.reach === 'newest'
      ? `select m.ticket_id, m.created_at, m.id from
           (select * from ${messages} order by created_at desc limit ${step.messages}) m
         where ${inMessage}`
      : `select m.ticket_id, m.created_at, m.id from ${messages} m
         where ${inMessage} ${since('m.created_at')} ${ofTickets}`
  const bySubject =
    step.reach === 'newest'
      ? `select t.id, t.last_activity_at, null::${idOf(req)} from
           (select * from ${tickets} n where true ${since('n.last_activity_at')}
            order by last_activity_at desc limit ${newestTickets}) t
         where ${inSubject}`
      : `select t.id, t.last_activity_at, null::${idOf(req)} from ${tickets} t
         where ${inSubject} ${since('t.last_activity_at')} ${among}`
  return `${step.reach === 'tickets' ? `only_tickets as materialized (${step.source}),` : ''}
    bound as materialized (select ${bound} at),
    by_message as materialized (${byMessage}),
    by_subject as materialized (${bySubject}),
    ${peopleHits({ req, values, terms, words, led, since, among })}
    hits (ticket_id, at, message_id) as (
      select * from by_message union all select * from by_subject union all select * from by_person
    )`
}

const idOf = (req: PayloadRequest) => tablesOf(req.payload).idType

type PeopleArgs = Omit<HitsArgs, 'step'> & {
  since: (column: string) => string
  among: string
}

/** Tickets of contacts found by name, of addresses by their beginning, and the one with the number. */
const peopleHits = ({ req, values, terms, words, led, since, among }: PeopleArgs): string => {
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
  const byContact = `select t.id, t.last_activity_at, null::${id} from (${found.map((sql) => `(${sql})`).join(' union ')}) k
      cross join lateral (
        select t.id, t.last_activity_at from ${tickets} t
        where t.contact_id = k.id ${since('t.last_activity_at')} ${among}
        order by t.last_activity_at desc limit ${maxPeople}
      ) t`
  const directly = direct.length
    ? `union all select t.id, t.last_activity_at, null::${id} from ${tickets} t
       where t.id in (${direct.join(' union ')}) ${since('t.last_activity_at')} ${among}`
    : ''
  // Who types a number means that ticket, however old it is.
  const byNumber =
    terms.number === null
      ? ''
      : `union all select t.id, 'infinity', null::${id} from ${tickets} t where t.number = ${bind(terms.number)}`
  return `by_person as (${byContact} ${directly} ${byNumber}),`
}
