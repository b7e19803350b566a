import { createHash, randomBytes } from 'node:crypto'
import type { Payload, PayloadRequest } from 'payload'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { insertRows, sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'

/** What the table of keys holds: of a link or a session the hash, so that who reads the table is nobody by it. */
type Kind = 'link' | 'session' | 'request' | 'limit'

const table = (payload: Payload): string => tableOf(payload, getHelpdesk(payload).slugs.portalKeys)

/** 256 random bits as they stand in a cookie or a link. */
export const newToken = (): string => randomBytes(32).toString('base64url')

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

export type KeyArgs = { req: PayloadRequest; kind: Kind; key: string }

export type NewKeyArgs = KeyArgs & { address: string; ms: number; data?: Record<string, unknown> }

/** Writes a key; false where it is there already. */
export const addKey = async ({ req, kind, key, address, ms, data = {} }: NewKeyArgs): Promise<boolean> => {
  const at = now()
  const written = await insertRows({
    req,
    slug: getHelpdesk(req.payload).slugs.portalKeys,
    onConflict: 'nothing',
    rows: [
      {
        key: `${kind}:${key}`,
        kind,
        address,
        count: 0,
        data,
        expiresAt: new Date(at.getTime() + ms).toISOString(),
        createdAt: at.toISOString(),
      },
    ],
  })
  return written.length > 0
}

export type HeldKey = { address: string; data: Record<string, unknown> }

/** What a key holds; null where there is none, or its time is over. */
export const readKey = async ({ req, kind, key }: KeyArgs): Promise<HeldKey | null> => {
  const { rows } = await sqlOf(req).query<HeldKey>(
    `select coalesce(address, '') address, coalesce(data, '{}'::jsonb) data from ${table(req.payload)}
     where key = $1 and expires_at > $2`,
    [`${kind}:${key}`, now().toISOString()],
  )
  return rows[0] ?? null
}

/** Takes a key away and gives what it held: of those who come at once one gets it. */
export const takeKey = async ({ req, kind, key }: KeyArgs): Promise<HeldKey | null> => {
  const { rows } = await sqlOf(req).query<HeldKey>(
    `delete from ${table(req.payload)} where key = $1 and expires_at > $2
     returning coalesce(address, '') address, coalesce(data, '{}'::jsonb) data`,
    [`${kind}:${key}`, now().toISOString()],
  )
  return rows[0] ?? null
}

/** Notes what came of a key. */
export const fillKey = ({ req, kind, key, data }: KeyArgs & { data: Record<string, unknown> }) =>
  sqlOf(req).query(`update ${table(req.payload)} set data = $2 where key = $1`, [
    `${kind}:${key}`,
    JSON.stringify(data),
  ])

const hourMs = 60 * 60_000

export type CountArgs = { req: PayloadRequest; limits: { of: string; most: number }[] }

/** Counts one more of each within this hour. Throws `tooOften` where that is more than may be. */
export const countAgainst = async ({ req, limits }: CountArgs): Promise<void> => {
  const at = now()
  const hour = Math.floor(at.getTime() / hourMs)
  for (const { of, most } of limits) {
    const { rows } = await sqlOf(req).query<{ count: number }>(
      `insert into ${table(req.payload)} as k (key, kind, count, expires_at, created_at)
       values ($1, 'limit', 1, $2, $3)
       on conflict (key) do update set count = k.count + 1 returning k.count::int count`,
      [`limit:${of}:${hour}`, new Date((hour + 2) * hourMs).toISOString(), at.toISOString()],
    )
    if (rows[0]!.count > most) throw new HelpdeskError('tooOften')
  }
}

/** Takes away what has run out. */
export const sweepKeys = async (payload: Payload): Promise<{ more: boolean }> => {
  const { rowCount } = await sqlOf({ payload }).query(
    `delete from ${table(payload)} where id in (
       select id from ${table(payload)} where expires_at < $1 limit 1000)`,
    [now().toISOString()],
  )
  return { more: rowCount === 1000 }
}
