import { randomUUID } from 'node:crypto'
import type { PayloadRequest } from 'payload'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { insertRows, sqlOf, tableOf } from '../../core/database.js'
import { HelpdeskError } from '../../core/errors.js'
import { listSecrets, type WebhookSecret } from './secrets.js'

export type { WebhookSecret } from './secrets.js'

/** A delivery as managers see it. */
export type Delivery = {
  id: DocID
  event: string
  ticket: { id: DocID; number: number } | null
  state: 'queued' | 'sending' | 'delivered' | 'failed'
  attempts: number
  /** What the receiver answered, the status alone. */
  status: number | null
  errorCode: string | null
  error: string | null
  createdAt: string
  lastTryAt: string | null
  /** Of one that waits. */
  nextTryAt: string | null
  deliveredAt: string | null
}

export type DeliveryPage = {
  webhook: { active: boolean; offReason: string | null; secrets: WebhookSecret[] }
  deliveries: Delivery[]
  /** Give it back as `before` for the next page; null at the end. */
  next: DocID | null
}

const pageSize = 25

const tables = (req: PayloadRequest) => {
  const { slugs } = getHelpdesk(req.payload)
  return {
    webhooks: tableOf(req.payload, slugs.webhooks),
    deliveries: tableOf(req.payload, slugs.webhookDeliveries),
    tickets: tableOf(req.payload, slugs.tickets),
  }
}

type WebhookFacts = { active: boolean; offReason: string | null; includeNotes: boolean }

const readWebhook = async (req: PayloadRequest, webhook: DocID): Promise<WebhookFacts> => {
  const { rows } = await sqlOf(req).query<WebhookFacts>(
    `select coalesce(active, false) active, off_reason "offReason",
       coalesce(include_notes, false) "includeNotes" from ${tables(req).webhooks} where id = $1`,
    [webhook],
  )
  if (!rows[0]) throw new HelpdeskError('notFound')
  return rows[0]
}

type ListArgs = { req: PayloadRequest; webhook: DocID; before: DocID | null }

/** The deliveries of a webhook, the newest first, and how it stands. What was sent is not in it. Throws `notFound`. */
export const listDeliveries = async ({ req, webhook, before }: ListArgs): Promise<DeliveryPage> => {
  const { deliveries, tickets } = tables(req)
  const facts = await readWebhook(req, webhook)
  const older =
    before === null
      ? ''
      : `and (d.created_at, d.id) < (select b.created_at, b.id from ${deliveries} b where b.id = $3)`
  const { rows } = await sqlOf(req).query<Delivery>(
    `select d.id, d.event, d.state, coalesce(d.attempts, 0)::int attempts, d.status::int status,
       d.error_code "errorCode", d.error, d.created_at "createdAt", d.last_try_at "lastTryAt",
       case when d.state = 'queued' then d.due_at end "nextTryAt", d.delivered_at "deliveredAt",
       case when t.id is not null then jsonb_build_object('id', t.id, 'number', t.number) end ticket
     from ${deliveries} d left join ${tickets} t on t.id = d.ticket_id
     where d.webhook_id = $1 ${older} order by d.created_at desc, d.id desc limit $2`,
    [webhook, pageSize + 1, ...(before === null ? [] : [before])],
  )
  const page = rows.slice(0, pageSize)
  return {
    webhook: { ...facts, secrets: await listSecrets({ req, webhook }) },
    deliveries: page,
    next: rows.length > pageSize ? page.at(-1)!.id : null,
  }
}

/**
 * Has a delivery sent again by the worker, at once and with as many tries as a new one; under the same webhook-id, so
 * that a receiver that has it already knows it. Throws `notFound`, `webhookOff`, `notRetryable`.
 */
export const redeliver = async (req: PayloadRequest, delivery: DocID): Promise<void> => {
  const { deliveries } = tables(req)
  const { rows } = await sqlOf(req).query<{ webhook: DocID | null; event: string }>(
    `select webhook_id webhook, event from ${deliveries} where id = $1 and (ticket_id is not null or event = 'test')`,
    [delivery],
  )
  const webhook = rows[0]?.webhook
  if (webhook == null) throw new HelpdeskError('notFound')
  const facts = await readWebhook(req, webhook)
  if (!facts.active) throw new HelpdeskError('webhookOff')
  if (rows[0]!.event === 'noteAdded' && !facts.includeNotes)
    throw new HelpdeskError('notRetryable', {
      message: 'It tells of a note, and this webhook gets none any more.',
    })
  const { rowCount } = await sqlOf(req).query(
    `update ${deliveries} set state = 'queued', attempts = 0, due_at = $2, delivered_at = null
     where id = $1 and state <> 'sending'`,
    [delivery, now().toISOString()],
  )
  if (!rowCount) throw new HelpdeskError('notRetryable', { message: 'It is being sent right now.' })
}

/** Has the worker send an event that tells of nothing. Throws `notFound`, `webhookOff`, `noSecret`. */
export const queueTest = async (req: PayloadRequest, webhook: DocID): Promise<DocID> => {
  if (!(await readWebhook(req, webhook)).active) throw new HelpdeskError('webhookOff')
  if (!(await listSecrets({ req, webhook })).some(({ isReadable }) => isReadable))
    throw new HelpdeskError('noSecret')
  const at = now().toISOString()
  const [id] = await insertRows({
    req,
    slug: getHelpdesk(req.payload).slugs.webhookDeliveries,
    rows: [
      {
        webhook,
        key: `msg_${randomUUID().replaceAll('-', '')}`,
        event: 'test',
        body: JSON.stringify({ type: 'test', timestamp: at, data: {} }),
        state: 'queued',
        dueAt: at,
        attempts: 0,
        createdAt: at,
      },
    ],
  })
  return id!
}
