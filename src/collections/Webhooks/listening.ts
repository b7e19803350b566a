import type { CollectionAfterChangeHook, CollectionAfterDeleteHook, Payload, PayloadRequest } from 'payload'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'

/** How long a process may not know of a webhook that another one has saved. */
const rememberMs = 2000

const known = new WeakMap<Payload, { readAt: number; names: ReadonlySet<string> }>()

/**
 * The events that any active webhook wants to hear of. Asked at each act on a ticket, in its transaction, so what it
 * was a moment ago is good enough: who hears is looked up anew when an event is passed on.
 */
export const listenedTo = async (req: PayloadRequest): Promise<ReadonlySet<string>> => {
  const found = known.get(req.payload)
  if (found && performance.now() - found.readAt < rememberMs) return found.names
  const names = await readNames(req)
  known.set(req.payload, { readAt: performance.now(), names })
  return names
}

const readNames = async (req: PayloadRequest): Promise<ReadonlySet<string>> => {
  const { slugs } = getHelpdesk(req.payload)
  const webhooks = tableOf(req.payload, slugs.webhooks)
  const texts = webhooks.replace(/"$/, '_texts"')
  const { rows } = await sqlOf(req).query<{ name: string }>(
    `with listening as (
       select w.id, w.include_notes from ${webhooks} w where w.active and exists (
         select 1 from ${tableOf(req.payload, slugs.webhookSecrets)} s
         where s.webhook_id = w.id and (s.expires_at is null or s.expires_at > $1))
     )
     select t.text name from ${texts} t join listening l on l.id = t.parent_id where t.path = 'events'
     union select 'noteAdded' from listening where include_notes`,
    [now().toISOString()],
  )
  return new Set(rows.map(({ name }) => name))
}

/** A process that has changed a webhook knows it at once. */
export const forgetListening = (payload: Payload): void => {
  known.delete(payload)
}

export const forget: CollectionAfterChangeHook = ({ req }) => forgetListening(req.payload)

export const forgetDeleted: CollectionAfterDeleteHook = ({ req }) => forgetListening(req.payload)
