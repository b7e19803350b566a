import type { PayloadRequest } from 'payload'
import { scopeSQL, type TicketScope, ticketScope } from '../../collections/access/scope.js'
import { searchedMessage } from '../../collections/indexes.js'
import { now } from '../../core/clock.js'
import { sqlOf } from '../../core/database.js'
import { inTransaction } from '../../core/transaction.js'
import { type View, type ViewName, views } from '../../rules/views.js'
import type { TicketPage } from '../api.js'
import { fromCursor, toCursor } from './cursor.js'
import { type SearchStep, searchHits } from './searchHits.js'
import { readSearch, type SearchTerms } from './searchTerms.js'
import { binder, tablesOf } from './tables.js'
import { type RawRow, rowColumns, toTicketRow } from './ticketRows.js'
import { filterConditions, type TicketFilters, ticketSource, viewConditions } from './ticketSources.js'

export type SearchArgs = {
  req: PayloadRequest
  search: string
  /** Everything the caller sees, spam included, where no view is named. */
  view?: ViewName
  filters?: TicketFilters
  after?: string
  limit: number
}

/** Nobody pages further; the next word is quicker. */
const maxResults = 300

/** Reading one costs as much as ten hits of the index. */
const maxNewest = 4000
const maxFurther = 20_000
const window = 20_000
const wideWindow = 200_000

/** So many rows the index may lead to before the answer takes too long. */
const maxHits = 5000

/** Beyond, a look into the index takes longer than reading thousands of messages: it visits all hits of each word. */
const maxWalked = 150_000

/** More get more memory: of rows that do not fit into 4 MB Postgres keeps the pages, and reads all on them again. */
const fewHits = 2000

type Found = { rows: RawRow[]; isComplete: boolean; inWindow: number }

/**
 * Tickets whose subject, people, number or messages match, the newest hit first. Every page is found anew, up to a
 * fixed time and bounded in number, so that it shows what the caller may see now.
 */
export const searchTickets = async (args: SearchArgs): Promise<TicketPage> => {
  const { req, limit, after } = args
  const terms = readSearch(args.search)
  if (!terms) return { tickets: [], next: null }
  const scope = await ticketScope(req)
  if (scope.sees === 'nothing') return { tickets: [], next: null }
  const [until, skip] = after ? fromCursor(after, 2) : [now().toISOString(), 0]
  const place = {
    until: String(until),
    skip: Math.min(maxResults, Math.max(0, Math.floor(Number(skip) || 0))),
  }
  const rows = await lookBack({ ...args, terms, scope, ...place })
  const page = rows.slice(0, limit)
  const end = place.skip + limit
  const more = rows.length > limit && end < maxResults
  return { tickets: page.map(toTicketRow), next: more ? toCursor([place.until, end]) : null }
}

type LookArgs = SearchArgs & {
  terms: SearchTerms
  scope: TicketScope
  until: string
  skip: number
  /** The words that the index is asked for, where not for all. */
  led?: string
}

/**
 * Most words lead to few messages, which the index gives at once; that they do, the planner knows without looking.
 * What stands in a large part of all mail is looked for among the newest first.
 */
const lookBack = async (args: LookArgs): Promise<RawRow[]> => {
  const { expected, isParallel } = await expectHits(args)
  const mayBeMany = expected > fewHits || args.terms.lexemes.length > 1
  const among = mayBeMany ? await countMessages(args.req) : 0
  const each = await expectEach(args, { expected, among })
  const isDear = each.reduce((sum, rows) => sum + rows, 0) > maxWalked
  const lookAtAll = async (own: LookArgs) => (await look(own, { reach: 'all' })).rows
  const led = isDear ? rareOf(args, { each, among }) : ''
  if (led) return lookAtAll({ ...args, led })
  const askIndex = (own: LookArgs) => isRare(own, { expected, among })
  if (expected <= fewHits || (!isDear && (await withSetting(args, { setting: roomy, run: askIndex }))))
    return isParallel ? withSetting(args, { setting: alone, run: lookAtAll }) : lookAtAll(args)
  if (expected <= maxHits) return withSetting(args, { setting: roomy, run: lookAtAll })
  const wanted = args.skip + args.limit + 1
  const isEnough = (found: Found) => found.isComplete || found.rows.length > args.limit
  // So many hold enough hits, also for somebody who sees a quarter of the tickets; who sees all may need a third of it.
  const reads = (times: number) =>
    Math.min(maxNewest, Math.max(1, Math.ceil((times * wanted * among) / expected)))
  const messages = reads(6)
  const isFiltered =
    args.view || filterConditions({ req: args.req, values: [], filters: args.filters }).length
  if (args.scope.sees === 'all' && !isFiltered && reads(2) < messages) {
    const quick = await look(args, { reach: 'newest', messages: reads(2) })
    if (isEnough(quick)) return quick.rows
  }
  const first = await look(args, { reach: 'newest', messages })
  if (isEnough(first)) return first.rows
  // What was found so far tells how many more have to be read; where the index is dear, that is the quicker way.
  const found = first.rows.length && args.skip + first.rows.length
  const further = Math.ceil((1.5 * messages * wanted) / found)
  if (isDear && found && further <= 2 * maxFurther) {
    const more = await look(args, { reach: 'newest', messages: Math.min(further, maxFurther) })
    if (isEnough(more)) return more.rows
  }
  const byIndex = async (own: LookArgs) => {
    const second = await look(own, { reach: 'window', messages: window })
    if (isEnough(second)) return second.rows
    if ((second.inWindow / window) * among <= maxHits) return (await look(own, { reach: 'all' })).rows
    const third = await look(own, { reach: 'window', messages: wideWindow })
    if (isEnough(third) || args.scope.sees === 'all') return third.rows
    const fourth = await look(own, { reach: 'tickets', source: '' })
    return fourth.rows.length > third.rows.length ? fourth.rows : third.rows
  }
  return withSetting(args, { setting: roomy, run: byIndex })
}

/** For much that is found. */
const roomy = `set local work_mem = '64MB'`

/** Without other processes, which take longer to start than to find the little there is. */
const alone = 'set local max_parallel_workers_per_gather = 0'

type SettingArgs<T> = { setting: string; run: (own: LookArgs) => Promise<T> }

const withSetting = <T>(args: LookArgs, { setting, run }: SettingArgs<T>): Promise<T> =>
  inTransaction(args.req, async (req) => {
    await sqlOf(req).query(setting)
    return run({ ...args, req })
  })

type Explained = { 'QUERY PLAN': { Plan: { 'Plan Rows': number; 'Node Type': string } }[] }

type Expectation = { expected: number; isParallel: boolean }

/** To how many messages the words lead, as the planner expects, and whether it would have other processes help. */
const expectHits = async ({ req, terms }: LookArgs): Promise<Expectation> => {
  const { rows, node } = await planOf(req, terms.words)
  return { expected: rows, isParallel: node === 'Gather' }
}

/** As many as words can be typed; of unspaced scripts the first pairs say enough. */
const maxPlans = 8

/** To how many messages each of the words leads, whose places in the index are all visited. */
const expectEach = async (
  { req, terms: { lexemes } }: LookArgs,
  { expected, among }: { expected: number; among: number },
): Promise<number[]> => {
  if (lexemes.length === 1) return [expected]
  if (lexemes.length * among <= maxWalked) return []
  const plans = await Promise.all(lexemes.slice(0, maxPlans).map((lexeme) => planOf(req, lexeme)))
  return plans.map(({ rows }) => rows)
}

const planOf = async (req: PayloadRequest, words: string): Promise<{ rows: number; node: string }> => {
  const { rows } = await sqlOf(req).query<Explained>(
    `explain (format json) select 1 from ${tablesOf(req.payload).messages} m
     where ${searchedMessage('m').words} @@ to_tsquery('simple', $1)`,
    [words],
  )
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan
  return { rows: plan?.['Plan Rows'] ?? 0, node: plan?.['Node Type'] ?? '' }
}

/** The planner never takes the beginning of a word to stand in less of all rows (`DEFAULT_TS_MATCH_SEL`). */
const leastShare = 0.005

/** Among common words the rare ones, for the index; the common ones are looked for in what they lead to. */
const rareOf = (
  { terms: { lexemes } }: LookArgs,
  { each, among }: { each: number[]; among: number },
): string =>
  lexemes
    .filter((_, index) => (each[index] ?? among) <= Math.max(maxHits, 1.1 * leastShare * among))
    .join(' & ')

/**
 * Where the planner expects as many as it does of any word it does not know, the index is asked whether there are more
 * than a few, and no further.
 */
const isRare = async (
  { req, terms }: LookArgs,
  { expected, among }: { expected: number; among: number },
): Promise<boolean> => {
  if (expected > 1.1 * leastShare * among) return false
  const { rows } = await sqlOf(req).query<{ hits: number }>(
    `select count(*)::int hits from (
       select 1 from ${tablesOf(req.payload).messages} m
       where ${searchedMessage('m').words} @@ to_tsquery('simple', $1) limit ${fewHits + 1}
     ) x`,
    [terms.words],
  )
  return rows[0]!.hits <= fewHits
}

/** The planner's own estimate. */
const countMessages = async (req: PayloadRequest): Promise<number> => {
  const { rows } = await sqlOf(req).query<{ count: number }>(
    'select reltuples::float8 count from pg_class where oid = $1::regclass',
    [tablesOf(req.payload).messages],
  )
  return Math.max(0, rows[0]?.count ?? 0)
}

const markers = 'StartSel=\u0002, StopSel=\u0003, MaxWords=24, MinWords=10, MaxFragments=1'

type PassageArgs = { words: string; unspaced: string | null; messages: string }

/**
 * The passage that matched: of the message's text, else of the subject. Postgres marks words; where there are no
 * spaces between them, the signs are looked for as they were typed.
 */
const passage = ({ words, unspaced, messages }: PassageArgs): string => {
  const marked = (text: string) => {
    if (!unspaced) return `ts_headline('simple', ${text}, ${words}, '${markers}')`
    return `(select substr(s.text, greatest(1, f.at - 20), least(20, f.at - 1)) || e'\\x02' || substr(s.text, f.at, length(${unspaced}))
        || e'\\x03' || substr(s.text, f.at + length(${unspaced}), 60)
      from (select ${text} text) s cross join lateral (select strpos(lower(s.text), lower(${unspaced})) at) f where f.at > 0)`
  }
  const body = `(select left(coalesce(m.text, ''), 20000) from ${messages} m where m.id = p.message_id)`
  return `left join lateral (select ${marked(body)} body, ${marked(`left(coalesce(t.subject, ''), 20000)`)} subject) h on true`
}

const look = async (args: LookArgs, step: SearchStep): Promise<Found> => {
  const { req, terms, scope, limit, skip } = args
  const { tickets, messages } = tablesOf(req.payload)
  const values: unknown[] = []
  const bind = binder(values)
  const words = `to_tsquery('simple', ${bind(terms.words)})`
  const led = args.led && `to_tsquery('simple', ${bind(args.led)})`
  const shown = [
    scopeSQL({ req, scope, alias: 't', values }),
    ...(args.view ? viewConditions(views[args.view]) : []),
    ...filterConditions({ req, values, filters: ofView(args.view) }),
    ...filterConditions({ req, values, filters: args.filters }),
  ].join(' and ')
  const hits = searchHits({ req, values, terms, words, led, shown, step: withSource(args, { step, values }) })
  const me = bind(req.user!.id)
  const [first] = terms.unspaced
  const unspaced = first ? `${bind(first)}::text` : null
  // Hits are sorted first and then looked at one by one until the page is full; `offset 0` keeps the planner to it.
  const { rows } = await sqlOf(req).query<RawRow>(
    `with ${hits},
     page as materialized (
       select g.ticket_id, g.at, g.message_id from (
         select h.ticket_id, max(h.at) at, (array_agg(h.message_id order by h.at desc) filter (where h.message_id is not null))[1] message_id
         from hits h where h.at <= ${bind(args.until)} or h.at = 'infinity'
         group by h.ticket_id order by 2 desc, 1 desc offset 0
       ) g cross join lateral (
         select 1 from ${tickets} t where t.id = g.ticket_id and ${shown} offset 0
       ) t order by g.at desc, g.ticket_id desc limit ${limit + 1} offset ${skip}
     )
     select f.is_complete, f.in_window, x.* from (
       select (select at is null from bound) is_complete, (select count(*)::int from by_message) in_window
     ) f left join lateral (
       select ${rowColumns(req, me)}, p.at,
         case when strpos(h.body, e'\\x02') > 0 then h.body when strpos(h.subject, e'\\x02') > 0 then h.subject end hit
       from page p join ${tickets} t on t.id = p.ticket_id
       ${passage({ words, unspaced, messages })}
     ) x on true
     order by x.at desc, x.id desc`,
    values,
  )
  return {
    rows: rows.filter((row) => row.id != null),
    isComplete: Boolean(rows[0]?.['is_complete']),
    inWindow: Number(rows[0]?.['in_window'] ?? 0),
  }
}

/** Tickets that the caller sees, a bounded number of each kind. */
const withSource = (
  args: LookArgs,
  { step, values }: { step: SearchStep; values: unknown[] },
): SearchStep => {
  if (step.reach !== 'tickets') return step
  const { req, scope, view, filters } = args
  const source = ticketSource({ req, scope, values, view, filters, limit: 2000 })
  return { reach: 'tickets', source: source ?? 'select null as id where false' }
}

const ofView = (view: ViewName | undefined): TicketFilters | undefined => {
  const assignee = view && (views[view] as View).assignee
  return assignee && { assignee }
}
