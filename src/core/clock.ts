import type { Payload } from 'payload'
import { sqlOf } from './database.js'

const fromEnvironment = (name: string): number => Number(process.env[name] ?? 0)

/** This machine's clock. For tests `HELPDESK_CLOCK_SKEW_MS` makes it a wrong one. */
const wall = (): number => Date.now() + fromEnvironment('HELPDESK_CLOCK_SKEW_MS')

// Less than this is the way to the database and back.
const tolerableMs = 1000

let correctionMs = 0

/**
 * The time that all processes of a site agree on: the database's. `HELPDESK_CLOCK_OFFSET_MS` moves it on, so that
 * hours and days can be tried in seconds.
 */
export const now = (): Date => new Date(wall() + correctionMs + fromEnvironment('HELPDESK_CLOCK_OFFSET_MS'))

/**
 * Sets our time by the database's. Without it, what a machine with a wrong clock puts off for a minute another one
 * would do hours too late.
 */
export const followDatabase = async (payload: Payload): Promise<void> => {
  const sent = wall()
  const { rows } = await sqlOf({ payload }).query<{ ms: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 ms',
  )
  const received = wall()
  const wrong = rows[0]!.ms - (sent + received) / 2
  correctionMs = Math.abs(wrong) < tolerableMs ? 0 : Math.round(wrong)
}
