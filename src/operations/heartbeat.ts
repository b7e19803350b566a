import type { Payload } from 'payload'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'

export type SliceRun = {
  payload: Payload
  /** Name of the slice of work. */
  slice: string
  /** Names the process that ran it. */
  worker: string
  /** What stopped it; without it the run went well. */
  error?: string
}

/** Notes that a slice of work has run, or why it could not. */
export const recordRun = async ({ payload, slice, worker, error }: SliceRun): Promise<void> => {
  const table = tableOf(payload, getHelpdesk(payload).slugs.heartbeats)
  await sqlOf({ payload }).query(
    `insert into ${table} as h (slice, worker, last_run_at, failing_since, failures, error)
     values ($1, $2, now(), case when $3::text is null then null else now() end, ($3::text is not null)::int, $3)
     on conflict (slice) do update set worker = excluded.worker, last_run_at = now(), error = excluded.error,
       failing_since = case when excluded.error is null then null else coalesce(h.failing_since, now()) end,
       failures = case when excluded.error is null then 0 else h.failures + 1 end`,
    [slice, worker, error?.slice(0, 2000) ?? null],
  )
}

/** What the background work of the whole site looks like, over all processes. */
export type Heartbeat = {
  /** When any work last ran; null = never. */
  lastRunAt: Date | null
  /** Whether it ran within the last three minutes. */
  alive: boolean
  /** What failed when it was last tried, if that was not long ago: a process that is gone takes nothing back. */
  failing: { slice: string; since: Date; failures: number; error: string }[]
}

/** Reads when background work last ran and what of it fails. Time is the database's. */
export const readHeartbeat = async (payload: Payload): Promise<Heartbeat> => {
  const { rows } = await sqlOf({ payload }).query<{
    slice: string
    lastRunAt: Date
    alive: boolean
    isRecent: boolean
    since: Date | null
    failures: number
    error: string | null
  }>(
    `select slice, last_run_at as "lastRunAt", last_run_at > now() - interval '3 minutes' as alive,
       last_run_at > now() - interval '15 minutes' as "isRecent",
       failing_since as since, failures::int, error
     from ${tableOf(payload, getHelpdesk(payload).slugs.heartbeats)} order by last_run_at desc`,
  )
  return {
    lastRunAt: rows[0]?.lastRunAt ?? null,
    alive: rows[0]?.alive ?? false,
    failing: rows.flatMap(({ slice, isRecent, since, failures, error }) =>
      isRecent && since && error ? [{ slice, since, failures, error }] : [],
    ),
  }
}
