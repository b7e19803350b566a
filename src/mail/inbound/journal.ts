import type { Payload, PayloadRequest } from 'payload'
import type { DocID, InboundEmail, InboundState, Verdict } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'

const table = (payload: Payload) => tableOf(payload, getHelpdesk(payload).slugs.inboundEmails)

const columns = `id, mailbox_id mailbox, coalesce(epoch, 0)::int epoch, folder, uid_validity::float8 "uidValidity", uid::float8 uid, size::float8 size,
  internal_date "internalDate", coalesce(rescanned, false) rescanned, state, verdict, coalesce(reason, '') reason, coalesce(explanation, '') explanation,
  coalesce(attempts, 0)::int attempts, next_try_at "nextTryAt", coalesce(error, '') error,
  coalesce(from_address, '') "fromAddress", coalesce(subject, '') subject,
  coalesce(internet_message_id, '') "internetMessageId", coalesce(sha256, '') sha256, ticket_id ticket,
  message_id message, created_at "createdAt", done_at "doneAt"`

type Row = Omit<InboundEmail, 'internalDate' | 'nextTryAt' | 'createdAt' | 'doneAt'> & {
  [key in 'internalDate' | 'nextTryAt' | 'createdAt' | 'doneAt']: Date | string | null
}

const iso = (value: Date | string | null): string | null =>
  value === null ? null : new Date(value).toISOString()

const entryOf = (row: Row): InboundEmail => ({
  ...row,
  internalDate: iso(row.internalDate),
  nextTryAt: iso(row.nextTryAt),
  createdAt: iso(row.createdAt) ?? '',
  doneAt: iso(row.doneAt),
})

export type NewEntry = Pick<
  InboundEmail,
  'uid' | 'size' | 'internalDate' | 'rescanned' | 'sha256' | 'reason'
> & {
  state: InboundState
  verdict: Verdict | null
  explanation: string
}

const wanted = 'fetchAnyway'

/** The reason of a mail of which an agent wants the whole. It remembers the one before. */
export const wantedAfter = (reason: string): string => `${wanted}:${reason}`

/** Why a mail of which an agent wants the whole had been set aside. */
export const reasonBefore = ({ reason }: InboundEmail): string =>
  reason.slice(wanted.length + 1) || 'tooLarge'

const isWanted = `coalesce(reason, '') like '${wanted}%'`

/** Where a batch of mails was seen. */
export type Place = { mailbox: DocID; epoch: number; folder: string; uidValidity: number }

type InsertArgs = { req: PayloadRequest; place: Place; entries: readonly NewEntry[] }

/** Writes rows for sightings; one that is there already stays as it is. Returns the ids of the new ones by UID. */
export const insertEntries = async ({ req, place, entries }: InsertArgs): Promise<Map<number, DocID>> => {
  if (!entries.length) return new Map()
  const values: unknown[] = [place.mailbox, place.epoch, place.folder, place.uidValidity, now()]
  const tuples = entries.map((entry) => {
    const own = [
      entry.uid,
      entry.size,
      entry.internalDate,
      entry.sha256,
      entry.reason,
      entry.state,
      entry.verdict,
      entry.explanation,
      entry.rescanned,
    ]
    return `($1, $2, $3, $4, $5, 0, ${own.map((value) => `$${values.push(value)}`).join(', ')})`
  })
  const { rows } = await sqlOf(req).query<{ id: DocID; uid: number }>(
    `insert into ${table(req.payload)} (mailbox_id, epoch, folder, uid_validity, created_at, attempts, uid, size, internal_date,
       sha256, reason, state, verdict, explanation, rescanned)
     values ${tuples.join(', ')} on conflict (mailbox_id, epoch, folder, uid_validity, uid) do nothing returning id, uid::float8 uid`,
    values,
  )
  return new Map(rows.map(({ id, uid }) => [uid, id]))
}

/** Mailboxes with mail to process now, and since when one of the first of it lies in the journal. */
export const waitingMailboxes = async (payload: Payload): Promise<{ id: DocID; since: Date | string }[]> => {
  // By the index, one of each kind: a backlog of a hundred thousand is looked at as quickly as a single mail.
  const oldest = (due: string) => `lateral (
    select j.created_at from ${table(payload)} j
    where j.state = 'received' and j.mailbox_id = m.id and ${due} and not (${isWanted})
    order by j.next_try_at, j.id limit 1)`
  const { rows } = await sqlOf({ payload }).query<{ id: DocID; since: Date | string }>(
    `select m.id, least(a.created_at, b.created_at) since
     from ${tableOf(payload, getHelpdesk(payload).slugs.mailboxes)} m
     left join ${oldest('j.next_try_at is null')} a on true
     left join ${oldest('j.next_try_at <= $1')} b on true
     where a.created_at is not null or b.created_at is not null`,
    [now()],
  )
  return rows
}

/**
 * The next mails of a mailbox, in the order of their arrival. A mail that was tried before comes alone: what it did
 * to the last try it shall not do to others.
 */
export const nextEntries = async (args: {
  payload: Payload
  mailbox: DocID
  limit: number
  maxBytes: number
  /** These are being worked on. */
  without?: DocID[]
}): Promise<InboundEmail[]> => {
  const { without = [] } = args
  const { rows } = await sqlOf({ payload: args.payload }).query<Row>(
    `select ${columns} from ${table(args.payload)}
     where state = 'received' and mailbox_id = $1 and (next_try_at is null or next_try_at <= $2)
       and not (${isWanted}) and not (id = any($4))
     order by created_at, uid limit $3`,
    [args.mailbox, now(), args.limit, without],
  )
  const batch: InboundEmail[] = []
  let bytes = 0
  for (const entry of rows.map(entryOf)) {
    bytes += entry.size
    if (batch.length && (entry.attempts > 0 || bytes > args.maxBytes)) break
    batch.push(entry)
    if (entry.attempts > 0) break
  }
  return batch
}

/** Written and committed before a mail is read: whatever kills us, the try is counted. */
export const countAttempt = async (payload: Payload, ids: DocID[]): Promise<void> => {
  await sqlOf({ payload }).query(
    `update ${table(payload)} set attempts = coalesce(attempts, 0) + 1 where id = any($1)`,
    [ids],
  )
}

/** Takes a counted try back that failed for no fault of the mail. */
export const uncountAttempt = async (payload: Payload, ids: DocID[]): Promise<void> => {
  await sqlOf({ payload }).query(
    `update ${table(payload)} set attempts = greatest(coalesce(attempts, 0) - 1, 0)
     where id = any($1) and state = 'received'`,
    [ids],
  )
}

/** How a mail's way ended. */
export type Ending = {
  id: DocID
  state: InboundState
  verdict: Verdict
  reason: string
  explanation: string
  error: string
  fromAddress: string
  subject: string
  internetMessageId: string
  ticket: DocID | null
  message: DocID | null
  /** The server's copy has to be marked or moved now. */
  toFile: boolean
}

/** Stores the verdicts of a batch. */
export const endEntries = async (req: PayloadRequest, endings: readonly Ending[]): Promise<void> => {
  if (!endings.length) return
  const values: unknown[] = [now()]
  const tuples = endings.map((ending, index) => {
    const own = [
      ending.id,
      ending.state,
      ending.verdict,
      ending.reason,
      ending.explanation,
      ending.error,
      ending.fromAddress,
      ending.subject,
      ending.internetMessageId,
      ending.ticket,
      ending.message,
      ending.toFile,
    ]
    const casts = index === 0 ? endingCasts(ending.id) : []
    return `(${own.map((value, i) => `$${values.push(value)}${casts[i] ?? ''}`).join(', ')})`
  })
  await sqlOf(req).query(
    `update ${table(req.payload)} as j set state = e.state, verdict = e.verdict, reason = e.reason,
       explanation = e.explanation, error = e.error, from_address = e.from_address, subject = e.subject,
       internet_message_id = e.internet_message_id, ticket_id = e.ticket, message_id = e.message,
       done_at = case when e.state = 'done' then $1::timestamptz end,
       next_try_at = case when e.to_file then $1::timestamptz end
     from (values ${tuples.join(', ')}) as e (id, state, verdict, reason, explanation, error, from_address, subject,
       internet_message_id, ticket, message, to_file)
     where j.id = e.id`,
    values,
  )
}

const endingCasts = (id: DocID): string[] => {
  const key = typeof id === 'number' ? '::int' : '::uuid'
  return [
    key,
    '::text',
    '::text',
    '::text',
    '::text',
    '::text',
    '::text',
    '::text',
    '::text',
    key,
    key,
    '::bool',
  ]
}

/** A try that failed and comes again. */
export const delayEntry = async (args: {
  payload: Payload
  id: DocID
  until: Date
  error: string
}): Promise<void> => {
  await sqlOf({ payload: args.payload }).query(
    `update ${table(args.payload)} set next_try_at = $2, error = $3 where id = $1 and state = 'received'`,
    [args.id, args.until, args.error],
  )
}

type ReadArgs = { req: PayloadRequest; id: DocID; lock: boolean }

/** One entry; null when it is gone. */
export const readEntry = async ({ req, id, lock }: ReadArgs): Promise<InboundEmail | null> => {
  const { rows } = await sqlOf(req).query<Row>(
    `select ${columns} from ${table(req.payload)} where id = $1${lock ? ' for update' : ''}`,
    [id],
  )
  return rows[0] ? entryOf(rows[0]) : null
}

/** Mails of which an agent wants the whole. */
export const entriesToFetch = async (payload: Payload, mailbox: DocID): Promise<InboundEmail[]> => {
  const { rows } = await sqlOf({ payload }).query<Row>(
    `select ${columns} from ${table(payload)}
     where state = 'received' and mailbox_id = $1 and ${isWanted} and (next_try_at is null or next_try_at <= $2)
     order by created_at, uid limit 5`,
    [mailbox, now()],
  )
  return rows.map(entryOf)
}

/** Mails of which an agent wants the whole although nobody reads their mailboxes any more. */
export const entriesInVain = async (payload: Payload, read: readonly DocID[]): Promise<InboundEmail[]> => {
  const { rows } = await sqlOf({ payload }).query<Row>(
    `select ${columns} from ${table(payload)}
     where state = 'received' and ${isWanted} and (mailbox_id = any($1)) is not true`,
    [read],
  )
  return rows.map(entryOf)
}

/** Mails whose verdict is final and whose copy on the server waits to be marked or moved. */
export const entriesToFile = async (
  payload: Payload,
  place: Place,
): Promise<{ id: DocID; uid: number }[]> => {
  const { rows } = await sqlOf({ payload }).query<{ id: DocID; uid: number }>(
    `select id, uid::float8 uid from ${table(payload)}
     where state = 'done' and mailbox_id = $1 and next_try_at <= $4 and folder = $2 and uid_validity = $3
       and epoch = $5 order by uid limit 200`,
    [place.mailbox, place.folder, place.uidValidity, now(), place.epoch],
  )
  return rows
}

type FiledArgs = { payload: Payload; ids: DocID[]; again: Date | null }

/** Filed, or to be tried again at that time. */
export const markFiled = async ({ payload, ids, again }: FiledArgs): Promise<void> => {
  await sqlOf({ payload }).query(`update ${table(payload)} set next_try_at = $2 where id = any($1)`, [
    ids,
    again,
  ])
}
