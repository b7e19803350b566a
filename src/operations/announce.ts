import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { listenedTo } from '../collections/Webhooks/listening.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { insertAtEnd } from '../core/insert.js'
import {
  type Act,
  deepestConsequence,
  eventsOf,
  type WebhookEventName,
  webhookEventsOf,
} from '../rules/events.js'

/** How many events led to what is being done: 0 for people and mail. */
const depth = new AsyncLocalStorage<number>()

/** Runs what an event causes, so that events of it know where they come from. */
export const asConsequence = <T>(of: number, work: () => Promise<T>): Promise<T> => depth.run(of + 1, work)

export type AnnounceArgs = {
  req: PayloadRequest
  act: Act
  ticket: DocID
  /** Where the ticket is after the act. */
  mailbox: DocID | null
  message: DocID | null
  actorKind: string
  actor: DocID | null
}

/** What changed, of the events that are a change. */
const changeOf = (name: WebhookEventName, act: Act): object => {
  if (name === 'statusChanged') return { from: act.statusBefore, to: act.status }
  return name === 'assigned' ? { from: act.assigneeBefore, to: act.assignee } : {}
}

/** The events of an act that somebody hears of: the site's own code, and other systems, each by a row of its own. */
const toldOf = async ({ req, act, mailbox }: Pick<AnnounceArgs, 'req' | 'act' | 'mailbox'>) => {
  const { events } = getHelpdesk(req.payload)
  const site = eventsOf(act)
    .filter((name) => events.heard.has(name))
    .map((name) => ({ name, audience: 'site', data: changeOf(name, act) }))
  const names = webhookEventsOf(act)
  const listened = names.length ? await listenedTo(req) : new Set<string>()
  // Other systems are told later what is so now.
  const { status, assignee } = act
  const webhooks = names
    .filter((name) => listened.has(name))
    .map((name) => ({
      name,
      audience: 'webhooks',
      data: { ...changeOf(name, act), mailbox, status, assignee, key: randomUUID() },
    }))
  return [...site, ...webhooks]
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
  mailbox,
  message,
  actorKind,
  actor,
}: AnnounceArgs): Promise<void> => {
  const { slugs } = getHelpdesk(req.payload)
  const told = await toldOf({ req, act, mailbox })
  if (!told.length) return
  const level = depth.getStore() ?? 0
  if (level >= deepestConsequence) {
    const names = [...new Set(told.map(({ name }) => name))]
    req.payload.logger.warn(
      `helpdesk: ${names.join(', ')} of ticket ${ticket} is told to nobody: ${level} events led to it, one of another.`,
    )
    return
  }
  const at = now().toISOString()
  await insertAtEnd({
    req,
    slug: slugs.events,
    rows: told.map((event) => ({
      ...event,
      ticket,
      message,
      actorKind,
      actor,
      depth: level,
      state: 'queued',
      dueAt: at,
      attempts: 0,
      createdAt: at,
    })),
  })
}
