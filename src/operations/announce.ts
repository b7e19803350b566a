import { AsyncLocalStorage } from 'node:async_hooks'
import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { insertAtEnd } from '../core/insert.js'
import { type Act, deepestConsequence, eventsOf } from '../rules/events.js'

/** How many events led to what is being done: 0 for people and mail. */
const depth = new AsyncLocalStorage<number>()

/** Runs what an event causes, so that events of it know where they come from. */
export const asConsequence = <T>(of: number, work: () => Promise<T>): Promise<T> => depth.run(of + 1, work)

export type AnnounceArgs = {
  req: PayloadRequest
  act: Act
  ticket: DocID
  message: DocID | null
  actorKind: string
  actor: DocID | null
}

/**
 * Writes the events of an act that somebody hears of, in the act's own transaction: they are told by the worker, and
 * only if the act happened. What an event of an event of … causes is no event any more: the circle ends, and the log
 * says so.
 */
export const announce = async ({
  req,
  act,
  ticket,
  message,
  actorKind,
  actor,
}: AnnounceArgs): Promise<void> => {
  const { events, slugs } = getHelpdesk(req.payload)
  const names = eventsOf(act).filter((name) => events.heard.has(name))
  if (!names.length) return
  const level = depth.getStore() ?? 0
  if (level >= deepestConsequence) {
    req.payload.logger.warn(
      `helpdesk: ${names.join(', ')} of ticket ${ticket} is told to nobody: ${level} events led to it, one of another.`,
    )
    return
  }
  const at = now().toISOString()
  await insertAtEnd({
    req,
    slug: slugs.events,
    rows: names.map((name) => ({
      name,
      ticket,
      message,
      actorKind,
      actor,
      data:
        name === 'statusChanged'
          ? { from: act.statusBefore, to: act.status }
          : name === 'assigned'
            ? { from: act.assigneeBefore, to: act.assignee }
            : {},
      depth: level,
      state: 'queued',
      dueAt: at,
      attempts: 0,
      createdAt: at,
    })),
  })
}
