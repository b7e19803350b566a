import { setTimeout as wait } from 'node:timers/promises'
import { messageOf } from '../core/errors.js'
import type { Work, WorkContext } from '../core/part.js'
import { recordRun } from '../operations/heartbeat.js'

const firstDelayMs = 1000
const longestDelayMs = 300_000

/** Holds a slice's connections open until the worker stops; begins again, later and later, where it cannot. */
export const keepWatching = async (work: Work, context: WorkContext): Promise<void> => {
  const { payload, signal, workerId } = context
  const slice = `${work.name}:watch`
  let hasFailed = false
  for (let delay = firstDelayMs; !signal.aborted; delay = Math.min(delay * 2, longestDelayMs)) {
    try {
      const end = await work.watch!(context)
      if (hasFailed) await recordRun({ payload, slice, worker: workerId })
      await aborted(signal)
      await end()
      return
    } catch (error) {
      if (signal.aborted) return
      hasFailed = true
      // Where the database is away too, the slices' own runs say so.
      await recordRun({ payload, slice, worker: workerId, error: messageOf(error) }).catch(() => undefined)
      await wait(delay, undefined, { signal }).catch(() => undefined)
    }
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
