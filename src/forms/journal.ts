import type { Payload, PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { formCollections } from './collections.js'

/** A submission that has no ticket yet. */
export type Waiting = { id: DocID; submission: string; attempts: number; createdAt: Date }

const journal = (payload: Payload): string => tableOf(payload, getHelpdesk(payload).slugs.formSubmissions)

/**
 * Submissions are looked for up to this long after they were sent, because rows are committed in another order than
 * they were made in; and as long before the option was first heard of, so that none is lost while a site is deployed.
 */
const overlapMs = { later: 24 * 60 * 60_000, before: 60 * 60_000 }

const batch = 200

const counterOf = (form: DocID): string => `form:${form}:from`

/**
 * Since when the submissions of a form count, in milliseconds. What was sent long before the option was there was
 * answered by other means.
 */
const startOf = async (payload: Payload, form: DocID): Promise<number> => {
  const table = tableOf(payload, getHelpdesk(payload).slugs.counters)
  const { rows } = await sqlOf({ payload }).query<{ value: number }>(
    `with started as (
       insert into ${table} (key, value) values ($1, floor(extract(epoch from now()) * 1000) - $2)
       on conflict (key) do nothing returning value
     )
     select value::float8 from started union all select value::float8 from ${table} where key = $1 limit 1`,
    [counterOf(form), overlapMs.before],
  )
  return rows[0]!.value
}

/** What is older than the overlap has been seen: it is not looked through again. */
const moveStart = (payload: Payload, form: DocID) =>
  sqlOf({ payload }).query(
    `update ${tableOf(payload, getHelpdesk(payload).slugs.counters)}
     set value = floor(extract(epoch from now()) * 1000) - $2
     where key = $1 and value < floor(extract(epoch from now()) * 1000) - 2 * $2`,
    [counterOf(form), overlapMs.later],
  )

/** Notes the submissions of a form that are not noted yet, each once; true where there may be more. */
export const takeUp = async (payload: Payload, form: DocID): Promise<boolean> => {
  const { rowCount } = await sqlOf({ payload }).query(
    `insert into ${journal(payload)} (submission, state, attempts, due_at, created_at)
     select s.id::text, 'waiting', 0, $3, $3 from ${tableOf(payload, formCollections(payload).submissions)} s
     where s.form_id = $1 and s.created_at >= to_timestamp($2::float8 / 1000)
       and not exists (select 1 from ${journal(payload)} j where j.submission = s.id::text)
     order by s.created_at limit ${batch} on conflict do nothing`,
    [form, await startOf(payload, form), now().toISOString()],
  )
  if (rowCount === batch) return true
  await moveStart(payload, form)
  return false
}

/** Those that are to be opened now. */
export const readDue = async (payload: Payload, limit: number): Promise<Waiting[]> => {
  const { rows } = await sqlOf({ payload }).query<Waiting>(
    `select id, submission, attempts::int, created_at "createdAt" from ${journal(payload)}
     where state = 'waiting' and due_at <= $1 order by due_at, id limit $2`,
    [now().toISOString(), limit],
  )
  return rows
}

/** Holds a submission for the transaction that opens its ticket; false where another worker has it, or had it. */
export const holdSubmission = async (req: PayloadRequest, { id }: Waiting): Promise<boolean> => {
  const { rows } = await sqlOf(req).query(
    `select 1 from ${journal(req.payload)} where id = $1 and state = 'waiting' for update skip locked`,
    [id],
  )
  return rows.length > 0
}

type EndArgs = {
  waiting: Waiting
  /** `ignored`: no ticket is wanted of it. */
  state: 'opened' | 'ignored'
  ticket?: DocID
  why?: string
}

/** It is done with. */
export const endSubmission = async (
  req: Pick<PayloadRequest, 'payload' | 'transactionID'>,
  { waiting, state, ticket, why }: EndArgs,
): Promise<void> => {
  await sqlOf(req).query(
    `update ${journal(req.payload)} set state = $2, ticket_id = $3, error = $4 where id = $1 and state = 'waiting'`,
    [waiting.id, state, ticket ?? null, why ?? null],
  )
}

type FailArgs = { waiting: Waiting; error: string; nextTryAt: Date | null }

/** It opened nothing: it is tried again at that time, or never. */
export const failSubmission = async (
  payload: Payload,
  { waiting, error, nextTryAt }: FailArgs,
): Promise<void> => {
  await sqlOf({ payload }).query(
    `update ${journal(payload)} set state = $4, due_at = coalesce($5, due_at), attempts = attempts + 1, error = $3
     where id = $1 and state = 'waiting' and attempts = $2`,
    [
      waiting.id,
      waiting.attempts,
      error.slice(0, 2000),
      nextTryAt ? 'waiting' : 'failed',
      nextTryAt?.toISOString() ?? null,
    ],
  )
}

/** It is gone, or nobody wants tickets of its form any more. */
export const forgetSubmission = async (payload: Payload, { id }: Waiting): Promise<void> => {
  await sqlOf({ payload }).query(`delete from ${journal(payload)} where id = $1 and state = 'waiting'`, [id])
}

/** What stands in the way of tickets: how many submissions wait for another try, and what the last of them met. */
export const readTroubles = async (payload: Payload): Promise<{ count: number; error: string | null }> => {
  const { rows } = await sqlOf({ payload }).query<{ count: number; error: string | null }>(
    `select count(*)::int count, (array_agg(error order by id desc))[1] error from ${journal(payload)}
     where state = 'waiting' and attempts > 0`,
  )
  return rows[0]!
}

/**
 * Forgets what belongs to submissions that are deleted. The others stay, however old: by its row a submission is known
 * to have a ticket.
 */
export const sweepSubmissions = async (payload: Payload): Promise<{ more: boolean }> => {
  const submissions = tableOf(payload, formCollections(payload).submissions)
  const { rowCount } = await sqlOf({ payload }).query(
    `delete from ${journal(payload)} where id in (
       select j.id from ${journal(payload)} j
       where not exists (select 1 from ${submissions} s where s.id::text = j.submission) limit 1000
     )`,
  )
  return { more: rowCount === 1000 }
}
