import { randomUUID } from 'node:crypto'
import { createLocalReq, type Payload, type PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { inTransaction } from '../core/transaction.js'
import type { WebhookEventName } from '../rules/events.js'

/** How long a worker may be silent about an event that it tells before another takes it over. */
const leaseMs = 30_000

/** An event that is ours to tell. */
export type EventRow = {
  id: DocID
  name: WebhookEventName
  ticket: DocID | null
  message: DocID | null
  actorKind: 'agent' | 'customer' | 'system'
  actor: DocID | null
  data: Record<string, unknown>
  depth: number
  attempts: number
  createdAt: Date
  leaseToken: string
}

const tableFor = (payload: Payload): string => tableOf(payload, getHelpdesk(payload).slugs.events)

/** Who is told: the site's own code, or other systems. */
export type Audience = 'site' | 'webhooks'

/** Due, or left behind by a worker that has died. $1: now, $2: the audience. */
const isDue = `((state = 'queued' and due_at <= $1) or (state = 'telling' and lease_until < now()))
  and coalesce(audience, 'site') = $2`

/** Takes the next event for an audience that is due, or whose worker has died; null where there is none. */
export const claimEvent = async (payload: Payload, audience: Audience): Promise<EventRow | null> => {
  const table = tableFor(payload)
  const place = [now().toISOString(), audience]
  // Every worker is woken by every act of anybody: mostly there is nothing, and that costs no transaction.
  const { rowCount } = await sqlOf({ payload }).query(`select 1 from ${table} where ${isDue} limit 1`, place)
  if (!rowCount) return null
  return inTransaction(await createLocalReq({}, payload), async (req) => {
    const { rows } = await sqlOf(req).query<EventRow>(
      `update ${table} set state = 'telling', attempts = coalesce(attempts, 0) + 1, lease_token = $3,
         lease_until = now() + $4 * interval '1 ms'
       where id = (
         select id from ${table} where ${isDue}
         order by due_at, id limit 1 for update skip locked
       )
       returning id, name, ticket_id ticket, message_id message, actor_kind "actorKind", actor_id actor, data,
         coalesce(depth, 0)::int depth, attempts::int, created_at "createdAt", lease_token "leaseToken"`,
      [...place, randomUUID(), leaseMs],
    )
    return rows[0] ?? null
  })
}

/** Puts the lease off while an event is told. Returns the function that ends it. */
export const keepEvent = (payload: Payload, { id, leaseToken }: EventRow): (() => void) => {
  const renew = () =>
    sqlOf({ payload }).query(
      `update ${tableFor(payload)} set lease_until = now() + $3 * interval '1 ms' where id = $1 and lease_token = $2`,
      [id, leaseToken, leaseMs],
    )
  // A renewal that fails is made up for by the next one, or another worker tells the event again.
  const timer = setInterval(() => void renew().catch(() => {}), leaseMs / 4)
  return () => clearInterval(timer)
}

/** It was told; in the transaction of `req` where there is one. */
export const endEvent = async (
  req: Pick<PayloadRequest, 'payload' | 'transactionID'>,
  { id, leaseToken }: EventRow,
): Promise<void> => {
  await sqlOf(req).query(`delete from ${tableFor(req.payload)} where id = $1 and lease_token = $2`, [
    id,
    leaseToken,
  ])
}

type FailArgs = { event: EventRow; error: string; nextTryAt: Date | null }

/** It could not be told: it is tried again at that time, or never. */
export const failEvent = async (payload: Payload, { event, error, nextTryAt }: FailArgs): Promise<void> => {
  await sqlOf({ payload }).query(
    `update ${tableFor(payload)} set state = $3, due_at = coalesce($4, due_at), error = $5, lease_until = null
     where id = $1 and lease_token = $2`,
    [event.id, event.leaseToken, nextTryAt ? 'queued' : 'failed', nextTryAt?.toISOString() ?? null, error],
  )
}
