import type { Payload } from 'payload'
import { scopeIncludes } from '../../collections/access/scope.js'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { loggable } from '../../core/errors.js'
import { listenForHints } from '../../operations/listen.js'
import type { LiveEvent } from '../api.js'
import { countTickets } from '../queries/counts.js'
import { activityReader, type Happening, readSince } from './activities.js'
import { renewRights } from './rights.js'
import { remember, type Subscriber } from './subscriber.js'
import { type LiveTicket, readLiveTickets } from './tickets.js'

type Hub = {
  /** `since` (milliseconds): what came after it is told first. Then it is greeted, and is behind no more. */
  add: (subscriber: Subscriber, since?: number) => () => void
}

/** Where hints do not come through, this is how late news may be. */
const pollMs = 2000
const renewMs = 30_000
/** Counters follow with this delay, so that a burst of mail costs one count. */
const countsMs = 1000
const overviewMs = 1000

const signals = ['SIGTERM', 'SIGINT'] as const

/** Bundlers make several copies of a module; a global symbol is one a process. */
const place = Symbol.for('payload-helpdesk.live')

/** The one reader of news of this process; it sleeps while nobody listens. */
export const hubOf = (payload: Payload): Hub => {
  const global = globalThis as { [place]?: WeakMap<Payload, Hub> }
  global[place] ??= new WeakMap()
  const known = global[place].get(payload) ?? makeHub(payload)
  global[place].set(payload, known)
  return known
}

type SingleArgs = { payload: Payload; work: () => Promise<void>; onFault: () => void }

/** Runs work one at a time; what is asked for meanwhile is done once more afterwards. */
const single = ({ payload, work, onFault }: SingleArgs) => {
  let isRunning = false
  let again = false
  const run = async (): Promise<void> => {
    do {
      again = false
      try {
        await work()
      } catch (error) {
        payload.logger.error({ err: loggable(error), msg: 'helpdesk: live updates could not be read' })
        onFault()
      }
    } while (again)
    isRunning = false
  }
  return (): void => {
    again = true
    if (isRunning) return
    isRunning = true
    void run()
  }
}

const later = (work: () => void, ms: number) => {
  let timer: NodeJS.Timeout | undefined
  return {
    ask: () => {
      timer ??= setTimeout(() => {
        timer = undefined
        work()
      }, ms)
      timer.unref()
    },
    stop: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}

const makeHub = (payload: Payload): Hub => {
  const subscribers = new Set<Subscriber>()
  let stop: (() => void) | undefined
  let isEnding = false
  /** The reader has its place: what is written from now on is told. */
  let hasBegun = Promise.resolve()

  /**
   * What was to be told is not passed over: their streams end, and the browsers come back for it, saying how far they
   * have heard. Not at once, because a fault may last.
   */
  const letGo = (behind: Iterable<Subscriber>): void => {
    const all = [...behind]
    for (const subscriber of all) subscriber.isBehind = true
    setTimeout(() => {
      for (const subscriber of all) subscriber.close()
    }, pollMs).unref()
  }
  const forAll = (work: () => Promise<void>) => single({ payload, work, onFault: () => letGo(subscribers) })

  const onSignal = (signal: NodeJS.Signals): void => {
    isEnding = true
    for (const subscriber of [...subscribers]) subscriber.close()
    // Listening took the signal's own effect away: where nobody else ends the process, it ends now.
    if (!process.listenerCount(signal)) process.kill(process.pid, signal)
  }

  const start = (): (() => void) => {
    const read = activityReader(payload)
    const counts = later(
      forAll(() => sendCounts(subscribers)),
      countsMs,
    )
    const overview = later(() => {
      for (const subscriber of subscribers) subscriber.send({ type: 'overview' })
    }, overviewMs)
    let begin = (): void => {}
    hasBegun = new Promise((resolve) => {
      begin = resolve
    })
    const look = forAll(async () => {
      const happenings = await read()
      begin()
      if (!happenings.length || !subscribers.size) return
      await tell({ payload, subscribers, happenings })
      counts.ask()
    })
    const renew = forAll(() => renewRights(payload, [...subscribers]))
    const forget = listenForHints({
      payload,
      onHint: (about) => {
        if (about === 'activity' || about === '*') look()
        if (about === 'mailbox' || about === 'journal' || about === 'fetched') overview.ask()
      },
    })
    const polling = setInterval(look, pollMs)
    const renewing = setInterval(renew, renewMs)
    polling.unref()
    renewing.unref()
    // A server that is to end waits for its open answers, and these would stay open.
    for (const signal of signals) process.on(signal, onSignal)
    look()
    return () => {
      for (const signal of signals) process.off(signal, onSignal)
      clearInterval(polling)
      clearInterval(renewing)
      counts.stop()
      overview.stop()
      void forget()
    }
  }

  const greet = (subscriber: Subscriber, since: number | undefined): void => {
    const at = now()
    const work = async (): Promise<void> => {
      await hasBegun
      const missed = since === undefined ? [] : await readSince(payload, since)
      if (missed.length) await tell({ payload, subscribers: [subscriber], happenings: missed })
      subscriber.isBehind = false
      subscriber.send({ type: 'hello', at: at.toISOString() }, at.getTime())
    }
    single({ payload, work, onFault: () => letGo([subscriber]) })()
  }

  return {
    add: (subscriber, since) => {
      // Whoever comes back at once is to find the next process.
      if (isEnding) queueMicrotask(subscriber.close)
      subscribers.add(subscriber)
      stop ??= start()
      greet(subscriber, since)
      return () => {
        subscribers.delete(subscriber)
        if (subscribers.size) return
        stop?.()
        stop = undefined
      }
    },
  }
}

type TellArgs = { payload: Payload; subscribers: Iterable<Subscriber>; happenings: Happening[] }

const tell = async ({ payload, subscribers, happenings }: TellArgs): Promise<void> => {
  const byTicket = new Map<string, { id: DocID; all: Happening[] }>()
  for (const happening of happenings) {
    const id = happening.ticket ?? happening.data?.id
    if (id === undefined) continue
    const entry = byTicket.get(String(id)) ?? { id, all: [] }
    entry.all.push(happening)
    byTicket.set(String(id), entry)
  }
  const tickets = await readLiveTickets(
    { payload },
    [...byTicket.values()].map(({ id }) => id),
  )
  const news = [...byTicket].map(([key, { id, all }]) => ({ key, id, all, ticket: tickets.get(key) }))
  const at = Math.max(...happenings.map((one) => one.at.getTime()))
  for (const subscriber of subscribers) {
    const events = news.flatMap((one) => eventOf(subscriber, one) ?? [])
    // Only who has heard the last of them has heard all up to that moment.
    for (const event of events) subscriber.send(event, event === events.at(-1) ? at : undefined)
  }
}

type News = { key: string; id: DocID; all: Happening[]; ticket: LiveTicket | undefined }

/** What a subscriber is told of it, if anything. */
const eventOf = (subscriber: Subscriber, { key, id, all, ticket }: News): LiveEvent | null => {
  const { scope, req, told } = subscriber
  if (ticket && scopeIncludes(scope, ticket.facts)) {
    remember(subscriber, key)
    const actor = all.findLast((one) => one.actor !== null)?.actor ?? null
    const kinds = [...new Set(all.map(({ kind }) => kind))]
    const me = req.user!.id
    const undelivered = all.some((one) => one.undelivered !== null && String(one.undelivered) === String(me))
    return { type: 'ticket', ticket: ticket.rowFor(me), kinds, actor, undelivered }
  }
  const sawIt = all.some((one) =>
    scopeIncludes(scope, {
      mailbox: one.mailboxBefore,
      assignee: one.assigneeBefore,
      followers: one.data?.followers ?? [],
    }),
  )
  return told.delete(key) || sawIt ? { type: 'gone', id } : null
}

/** One after the other: counters are never urgent enough to hold all connections of the pool. */
const sendCounts = async (subscribers: Set<Subscriber>): Promise<void> => {
  for (const subscriber of [...subscribers]) {
    if (!subscribers.has(subscriber)) continue
    const found = await countTickets(subscriber.req, subscriber.scope)
    const text = JSON.stringify(found)
    if (text === subscriber.counts) continue
    subscriber.counts = text
    subscriber.send({ type: 'counts', ...found })
  }
}
