import { createLocalReq, type Payload, type PayloadRequest } from 'payload'
import type { Message, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { inTime } from '../core/inTime.js'
import type { WorkContext } from '../core/part.js'
import { asConsequence } from '../operations/announce.js'
import type { EventName } from '../rules/events.js'
import type { EventArgs } from './options.js'
import { claimEvent, type EventRow, endEvent, failEvent, keepEvent } from './queue.js'

/** A subscriber that takes longer has failed, and is told again. */
const mostMs = 5 * 60_000

/** Told in one run, before the worker looks at its other work. */
const batch = 50

/** Milliseconds until the next tries; then the event stands as failed. About two days in all. */
const waits = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 57_600, 57_600].map(
  (seconds) => seconds * 1000,
)

type ReadArgs = { req: PayloadRequest; slug: string; id: EventRow['ticket'] }

const read = async <T>({ req, slug, id }: ReadArgs): Promise<T | null> =>
  id === null
    ? null
    : ((await req.payload.findByID({
        collection: slug as never,
        id,
        depth: 0,
        disableErrors: true,
        overrideAccess: true,
        req,
      })) as T | null)

/** The event as its subscriber gets it; null where its ticket, or the message it is about, is gone. */
const eventOf = async (req: PayloadRequest, row: EventRow): Promise<EventArgs['event'] | null> => {
  const { slugs } = getHelpdesk(req.payload)
  const ticket = await read<Ticket>({ req, slug: slugs.tickets, id: row.ticket })
  if (!ticket) return null
  const happened = {
    id: String(row.id),
    at: row.createdAt.toISOString(),
    ticket,
    actor: { kind: row.actorKind, user: row.actor },
  }
  if (row.name === 'statusChanged' || row.name === 'assigned')
    return { ...happened, ...row.data } as unknown as EventArgs['event']
  const message = await read<Message>({ req, slug: slugs.messages, id: row.message })
  if (!message && row.name !== 'ticketOpened') return null
  return { ...happened, message } as EventArgs['event']
}

/** Tells one event; what went wrong, where something did. */
const tell = async (payload: Payload, row: EventRow): Promise<unknown> => {
  const { subscribers } = getHelpdesk(payload).events
  const subscriber = subscribers[row.name as EventName] as
    | ((args: EventArgs) => Promise<void> | void)
    | undefined
  // It has ended each worker that told it.
  if (row.attempts > waits.length + 1) {
    await failEvent(payload, { event: row, error: 'Each worker that told it has died.', nextTryAt: null })
    return undefined
  }
  const release = keepEvent(payload, row)
  try {
    const req = await createLocalReq({}, payload)
    const event = subscriber && (await eventOf(req, row))
    if (event)
      await asConsequence(row.depth, () =>
        inTime(Promise.resolve(subscriber({ event, payload, req })), {
          ms: mostMs,
          what: `subscriber ${row.name}`,
        }),
      )
    await endEvent({ payload }, row)
    return undefined
  } catch (error) {
    const wait = waits[row.attempts - 1]
    await failEvent(payload, {
      event: row,
      error: error instanceof Error ? error.message.slice(0, 2000) : String(error),
      nextTryAt: wait === undefined ? null : new Date(now().getTime() + wait),
    })
    return error ?? new Error('A subscriber failed without saying why.')
  } finally {
    release()
  }
}

/** Tells what is due. A subscriber that fails holds up nobody else's events, and the worker says that it fails. */
export const tellEvents = async ({ payload, signal }: WorkContext): Promise<{ more: boolean }> => {
  let fault: unknown
  for (let told = 0; told < batch && !signal.aborted; told++) {
    const row = await claimEvent(payload, 'site')
    if (!row) {
      if (fault !== undefined) throw fault
      return { more: false }
    }
    fault = (await tell(payload, row)) ?? fault
  }
  if (fault !== undefined) throw fault
  return { more: !signal.aborted }
}
