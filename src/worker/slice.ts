import { loggable, messageOf } from '../core/errors.js'
import type { Work, WorkContext } from '../core/part.js'
import { recordRun } from '../operations/heartbeat.js'

/** One slice of work as one process runs it. */
export type Slice = {
  work: Work
  /** The run under way; a process never has two of one slice. */
  running: Promise<Outcome> | undefined
  /** Something asked for another run since the last one began. */
  isWanted: boolean
  /** Something will have asked for one. */
  later: NodeJS.Timeout | undefined
  /** Failures in a row. */
  failures: number
  /** Ends the pause between two runs. */
  endPause: () => void
  recordedAt: number
  runs: number
  failed: number
  error: string | undefined
}

export type Outcome = { more: boolean; failed: boolean }

export const makeSlice = (work: Work): Slice => ({
  work,
  running: undefined,
  isWanted: false,
  later: undefined,
  failures: 0,
  endPause: () => {},
  recordedAt: Number.NEGATIVE_INFINITY,
  runs: 0,
  failed: 0,
  error: undefined,
})

/** A good run is noted this often, a change from good to bad or back at once. */
const recordEveryMs = 15_000

// No longer: what waited for the database to come back shall not wait for us, and to ask for it costs nothing.
const longestBackoffMs = 5000

/** Runs a slice once, or waits for the run that is under way. Its failure stops nothing but itself. */
export const runSlice = (slice: Slice, context: WorkContext): Promise<Outcome> => {
  slice.running ??= run(slice, context).finally(() => {
    slice.running = undefined
  })
  return slice.running
}

const run = async (slice: Slice, context: WorkContext): Promise<Outcome> => {
  slice.isWanted = false
  slice.runs++
  try {
    const { more } = await slice.work.run(context)
    await record({ slice, context })
    return { more, failed: false }
  } catch (error) {
    slice.failed++
    await record({ slice, context, error })
    return { more: false, failed: true }
  }
}

type RecordArgs = { slice: Slice; context: WorkContext; error?: unknown }

const record = async ({ slice, context, error }: RecordArgs): Promise<void> => {
  const { payload, workerId } = context
  const hasChanged = slice.failures > 0 !== (error !== undefined)
  slice.failures = error === undefined ? 0 : slice.failures + 1
  slice.error = error === undefined ? undefined : messageOf(error)
  if (error === undefined && !hasChanged && performance.now() - slice.recordedAt < recordEveryMs) return
  // Said once a fault, not at each of its tries.
  if (error !== undefined && hasChanged)
    payload.logger.error({
      err: loggable(error),
      msg: `helpdesk: ${slice.work.name} failed, and will be tried again`,
    })
  try {
    await recordRun({ payload, slice: slice.work.name, worker: workerId, error: slice.error })
    slice.recordedAt = performance.now()
  } catch (unwritten) {
    // The database itself is away: nothing is left to write to but the log, and the next run tries again.
    if (hasChanged)
      payload.logger.error({ err: loggable(unwritten), msg: 'helpdesk: the heartbeat cannot be written' })
  }
}

/** How long to wait for the next run: the slice's interval, or longer and longer while it fails. */
export const pauseMs = ({ work, failures }: Pick<Slice, 'work' | 'failures'>): number => {
  const base = failures
    ? Math.min(Math.max(work.everyMs, 1000) * 2 ** (failures - 1), Math.max(longestBackoffMs, work.everyMs))
    : work.everyMs
  // Instances that started together do not stay in step.
  return base * (0.9 + Math.random() * 0.2)
}

/** Waits between two runs, until somebody wants one; a failing slice waits its time out whoever calls. */
export const pause = (slice: Slice, signal: AbortSignal): Promise<void> => {
  if (signal.aborted || (slice.isWanted && !slice.failures)) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      slice.endPause = () => {}
      resolve()
    }
    const timer = setTimeout(end, pauseMs(slice))
    slice.endPause = () => {
      if (!slice.failures) end()
    }
    signal.addEventListener('abort', end)
  })
}

/** Asks for a run soon. */
export const want = (slice: Slice): void => {
  slice.isWanted = true
  slice.endPause()
}

/** Asks for a run after a while; what else asks so until then is answered by the same. */
export const wantLater = (slice: Slice, delayMs: number): void => {
  slice.later ??= setTimeout(() => {
    slice.later = undefined
    want(slice)
  }, delayMs).unref()
}
