import { randomUUID } from 'node:crypto'
import type { Payload, PayloadRequest } from 'payload'
import { getHelpdesk } from './config.js'
import { sqlOf, tableOf } from './database.js'

/** The right to do something alone until it expires. */
export type Lease = {
  key: string
  /** New with every change of hands: what a late holder writes can be told by it. */
  token: string
  /** Puts the expiry off; false when somebody else has taken over. */
  renew: () => Promise<boolean>
  /**
   * Gives it back, to others only after so many milliseconds; harmless when it is lost already. What cannot be given
   * back now is free for this process alone.
   */
  release: (othersAfterMs?: number) => Promise<void>
  /**
   * Within a transaction: locks the lease's row and throws unless it is still ours, so that a holder who was
   * frozen past the expiry commits nothing.
   */
  fence: (req: PayloadRequest) => Promise<void>
}

export type LeaseArgs = {
  payload: Payload
  /** What is done alone, e.g. `mailbox:7:fetch`. */
  key: string
  /** Who holds it, for people. */
  holder: string
  ttlMs: number
}

/** Thrown where a lease was lost; the work at hand has to be dropped, somebody else is doing it. */
export class LeaseLost extends Error {
  constructor(key: string) {
    super(`The lease "${key}" has gone to somebody else.`)
    this.name = 'LeaseLost'
  }
}

/**
 * Tokens of leases that are free for this process alone, by key: it shall come first, or it could not give them back,
 * and nobody else can know that what they were taken for has ended.
 */
const oursAlone = new WeakMap<Payload, Map<string, string>>()

const oursAloneOf = (payload: Payload): Map<string, string> => {
  const found = oursAlone.get(payload) ?? new Map<string, string>()
  oursAlone.set(payload, found)
  return found
}

/** Who holds which of these, and not for this process alone: a look, after which they may change hands. */
export const leasesHeld = async (payload: Payload, keys: readonly string[]): Promise<Map<string, string>> => {
  if (!keys.length) return new Map()
  const { rows } = await sqlOf({ payload }).query<{ key: string; holder: string }>(
    `select key, holder from ${tableOf(payload, getHelpdesk(payload).slugs.leases)}
     where key = any($1) and expires_at >= now() and not (token = any($2))`,
    [keys, [...oursAloneOf(payload).values()]],
  )
  return new Map(rows.map(({ key, holder }) => [key, holder]))
}

/** Takes a lease, or returns null while somebody else holds it. Times are the database's own. */
export const takeLease = async ({ payload, key, holder, ttlMs }: LeaseArgs): Promise<Lease | null> => {
  const table = tableOf(payload, getHelpdesk(payload).slugs.leases)
  const pool = sqlOf({ payload })
  const token = randomUUID()
  const values = [key, token, holder, ttlMs]
  const inserted = await pool.query(
    `insert into ${table} (key, token, holder, expires_at, updated_at)
     select $1::text, $2, $3, now() + $4 * interval '1 ms', now() where not exists (select from ${table} where key = $1::text)
     on conflict (key) do nothing`,
    values,
  )
  if (!inserted.rowCount) {
    // A holder who is inside a fenced transaction has the row locked: it is not free then, and nobody waits for it
    // (which `on conflict` alone would do).
    const { rowCount } = await pool.query(
      `update ${table} set token = $2, holder = $3, expires_at = now() + $4 * interval '1 ms', updated_at = now()
       where id = (select id from ${table} where key = $1 and (expires_at < now() or token = $5) for update skip locked)`,
      [...values, oursAloneOf(payload).get(key) ?? ''],
    )
    if (!rowCount) return null
  }
  oursAloneOf(payload).delete(key)
  return {
    key,
    token,
    renew: async () => {
      const { rowCount: held } = await pool.query(
        `update ${table} set expires_at = now() + $3 * interval '1 ms' where key = $1 and token = $2`,
        [key, token, ttlMs],
      )
      return Boolean(held)
    },
    release: async (othersAfterMs = 0) => {
      try {
        if (othersAfterMs) {
          // A new token, so that what this holder still had on its way writes nothing.
          const next = randomUUID()
          await pool.query(
            `update ${table} set token = $3, expires_at = now() + $4 * interval '1 ms' where key = $1 and token = $2`,
            [key, token, next, othersAfterMs],
          )
          oursAloneOf(payload).set(key, next)
        } else {
          await pool.query(`delete from ${table} where key = $1 and token = $2`, [key, token])
        }
      } catch {
        // The database is away for everybody, and says so where something is lost by it.
        oursAloneOf(payload).set(key, token)
      }
    },
    fence: async (req) => {
      const { rowCount: held } = await sqlOf(req).query(
        `update ${table} set expires_at = greatest(expires_at, now() + $3 * interval '1 ms') where key = $1 and token = $2`,
        [key, token, ttlMs],
      )
      if (!held) throw new LeaseLost(key)
    },
  }
}
