import { setTimeout as wait } from 'node:timers/promises'
import type { Payload } from 'payload'
import { loggable } from '../../core/errors.js'
import type { Work, WorkContext } from '../../core/part.js'
import { dueWebhooks, failOfInactive, sweepDeliveries } from './queue.js'
import { sendQueue } from './send.js'
import { spreadEvents } from './spread.js'

/** Receivers that a process calls at once. */
const mostLanes = 16

/** A run lasts no longer, so that a receiver that does not answer keeps nobody else's events. */
const runMs = 1000

/** The webhooks that this process sends for, when each had its last turn, and what ended one of them. */
type Lanes = { open: Map<string, Promise<void>>; turns: Map<string, number>; faults: unknown[] }

const lanes = new WeakMap<Payload, Lanes>()

const lanesOf = (payload: Payload): Lanes => {
  const found = lanes.get(payload) ?? { open: new Map(), turns: new Map(), faults: [] }
  lanes.set(payload, found)
  return found
}

const startLanes = async ({ payload, signal }: WorkContext): Promise<void> => {
  const { open, turns, faults } = lanesOf(payload)
  const due = (await dueWebhooks(payload)).filter((id) => !open.has(String(id)))
  // Whose turn is longest ago comes first: many that hang keep no other out for long.
  const turnOf = (id: unknown) => turns.get(String(id)) ?? 0
  due.sort((a, b) => turnOf(a) - turnOf(b))
  for (const webhook of due.slice(0, mostLanes - open.size)) {
    const key = String(webhook)
    turns.set(key, performance.now())
    const lane = sendQueue({ payload, webhook, signal })
      // What it had is taken up again when its lease ends; the slice says what it was.
      .catch((error: unknown) => {
        faults.push(error)
        payload.logger.error({ err: loggable(error), msg: `helpdesk: sending for webhook ${key} stopped` })
      })
      .finally(() => open.delete(key))
    open.set(key, lane)
  }
}

const run = async (context: WorkContext): Promise<{ more: boolean }> => {
  const { payload, signal } = context
  const { open, faults } = lanesOf(payload)
  await failOfInactive(payload)
  if (!signal.aborted) await startLanes(context)
  const all = Promise.all(open.values())
  await Promise.race([all, wait(runMs, undefined, { ref: false })])
  // A clean stop leaves nothing half told.
  if (signal.aborted) await all
  const [fault] = faults.splice(0)
  if (fault !== undefined) throw fault
  return { more: open.size > 0 || (await dueWebhooks(payload)).length > 0 }
}

/** What the worker does for webhooks: passes events on, sends what is due, and forgets what is old. */
export const webhookWork: Work[] = [
  { name: 'webhooks.spread', everyMs: 2000, wakesOn: { activity: 0 }, run: spreadEvents },
  {
    name: 'webhooks.send',
    everyMs: 2000,
    run,
    watch:
      async ({ payload }) =>
      async () => {
        await Promise.all(lanesOf(payload).open.values())
      },
  },
  { name: 'webhooks.sweep', everyMs: 60 * 60_000, run: ({ payload }) => sweepDeliveries(payload) },
]
