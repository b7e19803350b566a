import { randomUUID } from 'node:crypto'
import type { Payload } from 'payload'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import { fault, type Outcome } from './post.js'
import { mostTries, waitAfter } from './retry.js'

/** What a worker may take beyond the time of a call before another one takes its delivery over. */
const graceMs = 15_000

/** A delivery that is ours to make, until the lease is lost. */
export type Claim = {
  id: DocID
  webhook: DocID
  url: string
  key: string
  body: string
  /** This try included. */
  attempts: number
  leaseToken: string
}

const tables = (payload: Payload) => {
  const { slugs } = getHelpdesk(payload)
  return {
    webhooks: tableOf(payload, slugs.webhooks),
    deliveries: tableOf(payload, slugs.webhookDeliveries),
  }
}

/** Due now, or left behind by a worker that died. What tells of a ticket that is gone, or of a note to whom gets none any more, is not told. */
const isDue = `((d.state = 'queued' and d.due_at <= $1) or (d.state = 'sending' and d.lease_until < now()))
  and (d.ticket_id is not null or d.event = 'test') and (d.event <> 'noteAdded' or w.include_notes)`

/** The active webhooks that have something to send now. */
export const dueWebhooks = async (payload: Payload): Promise<DocID[]> => {
  const { webhooks, deliveries } = tables(payload)
  const { rows } = await sqlOf({ payload }).query<{ id: DocID }>(
    `select w.id from ${webhooks} w
     where w.active and exists (select 1 from ${deliveries} d where d.webhook_id = w.id and ${isDue})`,
    [now().toISOString()],
  )
  return rows.map(({ id }) => id)
}

/** Takes the next delivery of a webhook for this worker alone; null where none is due. */
export const claimDelivery = async (payload: Payload, webhook: DocID): Promise<Claim | null> => {
  const { webhooks, deliveries } = tables(payload)
  const { timeoutMs } = getHelpdesk(payload).events.webhooks
  const { rows } = await sqlOf({ payload }).query<Claim>(
    `update ${deliveries} c set state = 'sending', attempts = coalesce(c.attempts, 0) + 1, lease_token = $3,
       lease_until = now() + $4 * interval '1 ms', last_try_at = $1
     from ${webhooks} w
     where w.id = c.webhook_id and w.active and c.id = (
       select d.id from ${deliveries} d where d.webhook_id = $2 and ${isDue}
       order by d.due_at, d.id limit 1 for update skip locked
     )
     returning c.id, w.id webhook, w.url, c.key, c.body, c.attempts::int attempts, c.lease_token "leaseToken"`,
    [now().toISOString(), webhook, randomUUID(), timeoutMs + graceMs],
  )
  return rows[0] ?? null
}

/** A receiver that says that it is gone is called no more, until somebody switches it on again. */
const switchOff = async (payload: Payload, { webhook, url }: Claim): Promise<void> => {
  await sqlOf({ payload }).query(
    `update ${tables(payload).webhooks} set active = false, off_reason = 'gone', updated_at = now()
     where id = $1 and url = $2`,
    [webhook, url],
  )
  await failOfInactive(payload)
}

type SettleArgs = { payload: Payload; claim: Claim; outcome: Outcome }

/** Notes what became of a try, and when the next one is. */
export const settle = async ({ payload, claim, outcome }: SettleArgs): Promise<void> => {
  const at = now()
  const isGone = !outcome.isDelivered && outcome.code === 'gone'
  const wait = outcome.isDelivered || isGone ? null : waitAfter(claim.attempts, Math.random())
  const state = outcome.isDelivered ? 'delivered' : wait === null ? 'failed' : 'queued'
  await sqlOf({ payload }).query(
    `update ${tables(payload).deliveries} set state = $3, status = $4, error_code = $5, error = $6, delivered_at = $7,
       due_at = coalesce($8, due_at), lease_until = null, lease_token = null
     where id = $1 and lease_token = $2`,
    [
      claim.id,
      claim.leaseToken,
      state,
      outcome.status,
      outcome.isDelivered ? null : outcome.code,
      outcome.isDelivered ? null : outcome.error,
      outcome.isDelivered ? at.toISOString() : null,
      wait === null ? null : new Date(at.getTime() + wait).toISOString(),
    ],
  )
  if (isGone) await switchOff(payload, claim)
}

/** Whether its workers have died so often that it is not worth another one. */
export const isWornOut = ({ attempts }: Claim): boolean => attempts > mostTries

/** What waits for a webhook that is switched off would come out of the blue once it is on again: it has failed. */
export const failOfInactive = async (payload: Payload): Promise<void> => {
  const { webhooks, deliveries } = tables(payload)
  const { error, code } = fault('off') as { error: string; code: string }
  await sqlOf({ payload }).query(
    `update ${deliveries} d set state = 'failed', error_code = $1, error = $2
     from ${webhooks} w where w.id = d.webhook_id and w.active is not true and d.state = 'queued'`,
    [code, error],
  )
}

/** Forgets what is old, and what belongs to a webhook or a ticket that is gone. */
export const sweepDeliveries = async (payload: Payload): Promise<{ more: boolean }> => {
  const { slugs, events } = getHelpdesk(payload)
  const { deliveries } = tables(payload)
  const keptSince = new Date(now().getTime() - events.webhooks.keepDays * 24 * 60 * 60_000)
  const { rowCount } = await sqlOf({ payload }).query(
    `delete from ${deliveries} where id in (
       select id from ${deliveries}
       where webhook_id is null or (ticket_id is null and event <> 'test')
         or (created_at < $1 and state in ('delivered', 'failed')) limit 1000
     )`,
    [keptSince.toISOString()],
  )
  await sqlOf({ payload }).query(
    `delete from ${tableOf(payload, slugs.webhookSecrets)} where webhook_id is null or expires_at < $1`,
    [now().toISOString()],
  )
  return { more: rowCount === 1000 }
}
