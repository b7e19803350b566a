import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { hostname } from 'node:os'
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import type { Payload } from 'payload'
import { getHelpdesk } from '../core/config.js'
import { surviveLostConnections } from '../core/database.js'
import type { Hint, WorkContext } from '../core/part.js'
import { listenForHints } from '../operations/listen.js'
import { makeSlice, pause, runSlice, type Slice, want, wantLater } from './slice.js'
import { keepWatching } from './watch.js'

export type WorkerArgs = {
  payload: Payload
  /**
   * Names this process in leases and heartbeats.
   * @default host name, process id and a few random digits
   */
  workerId?: string
}

/** What a bounded run did. */
export type Report = {
  /** By name of the slice. */
  slices: Record<string, { runs: number; failed: number; error?: string }>
  /** The time was up before the work was: call again. */
  more: boolean
  ms: number
}

/** The background work of one process. */
export type Worker = {
  /** Runs every slice at its interval, and earlier when something wakes it, until `stop`. */
  start: () => void
  /** Finishes the pieces at hand and closes what is open; resolves after 20 seconds even where one hangs. */
  stop: () => Promise<void>
  /** Runs every slice until nothing is left to do or the time is up. */
  runOnce: (args: { budgetMs: number }) => Promise<Report>
  /** Asks for a run of one slice soon. */
  wake: (slice: string) => void
}

/** What a stop waits for at most: platforms kill after 30 seconds. */
const stopMs = 20_000

/** What a bounded run may take longer than it was given, for the pieces at hand. */
const graceMs = 5000

/**
 * Makes the one worker of this process. Any number of processes may have one: what must happen once is held by
 * leases and unique keys in the database.
 */
export const createWorker = ({ payload, workerId = nameOfProcess() }: WorkerArgs): Worker => {
  const { parts } = getHelpdesk(payload)
  const slices = new Map<string, Slice>()
  for (const work of parts.flatMap((part) => part.work ?? [])) slices.set(work.name, makeSlice(work))
  const stopping = new AbortController()
  // Each kind of work waits for it.
  setMaxListeners(0, stopping.signal)
  const open: Promise<unknown>[] = []
  let stopped: Promise<void> | undefined
  let isStarted = false

  const wake = (name: string): void => {
    const slice = slices.get(name)
    if (slice) want(slice)
  }
  const contextOf = (signal: AbortSignal): WorkContext => ({ payload, signal, workerId, wake })

  const keepRunning = async (slice: Slice): Promise<void> => {
    const context = contextOf(stopping.signal)
    while (!stopping.signal.aborted) {
      const { more } = await runSlice(slice, context)
      // The others have their turn in between.
      if (more) await nextTurn()
      else await pause(slice, stopping.signal)
    }
  }

  const onHint = (about: string): void => {
    for (const slice of slices.values()) {
      const delayMs = about === '*' ? 0 : slice.work.wakesOn?.[about as Hint]
      if (delayMs === 0) want(slice)
      else if (delayMs !== undefined) wantLater(slice, delayMs)
    }
  }

  const closeAll = async (): Promise<void> => {
    await Promise.allSettled([...open, ...[...slices.values()].map((slice) => slice.running)])
  }

  return {
    wake,
    start: () => {
      if (isStarted || stopping.signal.aborted) return
      isStarted = true
      surviveLostConnections(payload)
      for (const slice of slices.values()) {
        open.push(keepRunning(slice))
        if (slice.work.watch) open.push(keepWatching(slice.work, contextOf(stopping.signal)))
      }
      const unlisten = listenForHints({ payload, onHint })
      stopping.signal.addEventListener('abort', () => open.push(unlisten()), { once: true })
    },
    stop: () => {
      stopping.abort()
      stopped ??= Promise.race([closeAll(), delay(stopMs, undefined, { ref: false })])
      return stopped
    },
    runOnce: async ({ budgetMs }) => {
      const started = performance.now()
      surviveLostConnections(payload)
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(budgetMs)])
      const before = new Map([...slices.values()].map((slice) => [slice, { ...slice }]))
      const unfinished = await Promise.race([
        drain([...slices.values()], contextOf(signal)),
        delay(budgetMs + graceMs, true, { ref: false }),
      ])
      const told = [...before].map(([{ work, runs, failed, error }, was]) => [
        work.name,
        { runs: runs - was.runs, failed: failed - was.failed, ...(error && { error }) },
      ])
      return {
        slices: Object.fromEntries(told) as Report['slices'],
        more: unfinished,
        ms: Math.round(performance.now() - started),
      }
    },
  }
}

/**
 * Runs all slices side by side until none has more to do and none was woken by another, at once where it was: what is
 * fetched does not wait for a server that is slow. True = time was up.
 */
const drain = (slices: Slice[], context: WorkContext): Promise<boolean> =>
  new Promise((resolve) => {
    const { signal } = context
    const running = new Set<Slice>()
    let isUnfinished = false
    let isOver = false
    const wake = (name: string): void => {
      context.wake(name)
      beginWanted()
    }
    const one = async (slice: Slice): Promise<boolean> => {
      for (;;) {
        const { more, failed } = await runSlice(slice, { ...context, wake })
        if (failed) return false
        if (!more && !slice.isWanted) return false
        if (signal.aborted) return true
        await nextTurn()
      }
    }
    const begin = (slice: Slice): void => {
      if (running.has(slice)) return
      running.add(slice)
      void one(slice).then((isCut) => {
        running.delete(slice)
        isUnfinished ||= isCut
        beginWanted()
        if (running.size) return
        isOver = true
        resolve(isUnfinished)
      })
    }
    const beginWanted = (): void => {
      if (isOver) return
      const wanted = slices.filter((slice) => slice.isWanted && !slice.failures && !running.has(slice))
      if (signal.aborted) isUnfinished ||= wanted.length > 0
      else wanted.forEach(begin)
    }
    slices.forEach(begin)
    if (!slices.length) resolve(false)
  })

const nameOfProcess = (): string => `${hostname()}:${process.pid}:${randomBytes(2).toString('hex')}`
