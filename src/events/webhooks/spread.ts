import { createLocalReq, type Payload, type PayloadRequest } from 'payload'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { insertRows, relationColumn, sqlOf, tableOf } from '../../core/database.js'
import type { WorkContext } from '../../core/part.js'
import { inTransaction } from '../../core/transaction.js'
import { claimEvent, type EventRow, endEvent, failEvent } from '../queue.js'
import { type EventData, renderEvent } from './render.js'

/** Passed on in one run, before the worker looks at its other work. */
const batch = 100

/** Tries to pass an event on, a minute apart, before it stands as failed. */
const mostTries = 10
const againMs = 60_000

type Listener = { id: DocID; includeNotes: boolean }

/**
 * The webhooks that hear of an event: those that chose it, and either no mailbox or the one in which it happened. One
 * that has no secret yet hears nothing.
 */
const listenersOf = async (req: PayloadRequest, { name, data }: EventRow): Promise<Listener[]> => {
  const { slugs } = getHelpdesk(req.payload)
  const webhooks = tableOf(req.payload, slugs.webhooks)
  const of = (suffix: string) => webhooks.replace(/"$/, `${suffix}"`)
  const { rows } = await sqlOf(req).query<Listener>(
    `select w.id, coalesce(w.include_notes, false) "includeNotes" from ${webhooks} w
     where w.active
       and case when $1 = 'noteAdded' then w.include_notes else exists (
         select 1 from ${of('_texts')} t where t.parent_id = w.id and t.path = 'events' and t.text = $1) end
       and (w.scoped is not true or exists (
         select 1 from ${of('_rels')} r
         where r.parent_id = w.id and r.path = 'mailboxes' and r.${relationColumn(req.payload, slugs.mailboxes)} = $2))
       and exists (
         select 1 from ${tableOf(req.payload, slugs.webhookSecrets)} s
         where s.webhook_id = w.id and (s.expires_at is null or s.expires_at > $3))
     order by w.id for key share of w`,
    [name, (data as EventData).mailbox, now().toISOString()],
  )
  return rows
}

/** Writes what each webhook is sent of an event, and ends the event, all or nothing. */
const spread = async (payload: Payload, row: EventRow): Promise<void> =>
  inTransaction(await createLocalReq({}, payload), async (req) => {
    const listeners = await listenersOf(req, row)
    const rendered = listeners.length ? await renderEvent(req, row) : null
    const at = now().toISOString()
    if (rendered)
      await insertRows({
        req,
        slug: getHelpdesk(payload).slugs.webhookDeliveries,
        onConflict: 'nothing',
        rows: listeners.map(({ id, includeNotes }) => ({
          webhook: id,
          key: `msg_${(row.data as EventData).key.replaceAll('-', '')}`,
          event: row.name,
          ticket: row.ticket,
          body: rendered(includeNotes),
          state: 'queued',
          dueAt: at,
          attempts: 0,
          createdAt: at,
        })),
      })
    await endEvent(req, row)
  })

/** Passes on what has happened to the webhooks that hear of it. One that cannot be passed on holds up no other. */
export const spreadEvents = async ({ payload, signal, wake }: WorkContext): Promise<{ more: boolean }> => {
  let fault: unknown
  let count = 0
  while (count < batch && !signal.aborted) {
    const row = await claimEvent(payload, 'webhooks')
    if (!row) break
    count++
    try {
      await spread(payload, row)
    } catch (error) {
      const nextTryAt = row.attempts >= mostTries ? null : new Date(now().getTime() + againMs)
      await failEvent(payload, { event: row, error: (error as Error).message.slice(0, 2000), nextTryAt })
      fault = error
    }
  }
  if (count) wake('webhooks.send')
  if (fault !== undefined) throw fault
  return { more: count === batch && !signal.aborted }
}
