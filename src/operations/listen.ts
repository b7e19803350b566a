import type { Payload } from 'payload'
import { type ListenClient, postgresOf } from '../core/database.js'

type Listener = (about: string) => void

type Listening = { listeners: Set<Listener>; close: () => Promise<void> }

/** Once per process and site; bundlers make several copies of a module, a global symbol is one. */
const place = Symbol.for('payload-helpdesk.listen')

const listenings = (): WeakMap<Payload, Listening> => {
  const global = globalThis as { [place]?: WeakMap<Payload, Listening> }
  global[place] ??= new WeakMap()
  return global[place]
}

/**
 * Calls back on each hint that something was committed (`activity`, `outbox`, …), with one LISTEN connection a
 * process. A hint may be missed (a pooler that forbids LISTEN, a broken connection): poll as well. After a
 * connection was made anew everything counts as hinted: `about` is then `*`.
 */
export const listenForHints = (args: { payload: Payload; onHint: Listener }): (() => Promise<void>) => {
  const { payload, onHint } = args
  const all = listenings()
  const listening = all.get(payload) ?? open(payload)
  all.set(payload, listening)
  listening.listeners.add(onHint)
  return async () => {
    listening.listeners.delete(onHint)
    if (listening.listeners.size || all.get(payload) !== listening) return
    all.delete(payload)
    await listening.close()
  }
}

const firstDelayMs = 500
const longestDelayMs = 60_000

const open = (payload: Payload): Listening => {
  const listeners = new Set<Listener>()
  let client: ListenClient | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let delay = firstDelayMs

  const tell = (about: string): void => {
    for (const listener of listeners) listener(about)
  }
  const again = (): void => {
    if (isClosed || timer) return
    timer = setTimeout(() => {
      timer = undefined
      void connect()
    }, delay)
    timer.unref()
    delay = Math.min(delay * 2, longestDelayMs)
  }
  const connect = async (): Promise<void> => {
    const { pool } = postgresOf(payload)
    // Adapters without connections of their own (over HTTP) are polled.
    if (!pool?.Client) return
    const mine = new pool.Client(pool.options)
    client = mine
    const lost = (): void => {
      if (client !== mine) return
      client = undefined
      mine.end().catch(() => undefined)
      again()
    }
    mine.on('error', lost)
    mine.on('end', lost)
    mine.on('notification', ({ payload: about }) => tell(about ?? ''))
    try {
      await mine.connect()
      await mine.query('listen helpdesk')
      if (isClosed) await mine.end()
      delay = firstDelayMs
      tell('*')
    } catch {
      lost()
    }
  }
  void connect()

  return {
    listeners,
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      const ending = client
      client = undefined
      await ending?.end().catch(() => undefined)
    },
  }
}
