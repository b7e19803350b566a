import { getPayload, type Payload, type SanitizedConfig } from 'payload'
import { getHelpdesk } from '../core/config.js'
import { createWorker, type Worker } from './loop.js'

/** Once per process and site: development servers load this module again and again, a global symbol stays. */
const place = Symbol.for('payload-helpdesk.worker')

type Started = { stop: () => Promise<void> }

/** The site's config, or the Payload that was made of it. */
export type StartArgs = { config: SanitizedConfig | Promise<SanitizedConfig> } | { payload: Payload }

type Kept = { worker?: Worker; started?: Started }

const kept = (payload: Payload): Kept => {
  const global = globalThis as { [place]?: WeakMap<Payload, Kept> }
  global[place] ??= new WeakMap()
  const found = global[place].get(payload) ?? {}
  global[place].set(payload, found)
  return found
}

/** The worker of this process, which the route and a task use too. */
export const workerOf = (payload: Payload): Worker => {
  const own = kept(payload)
  own.worker ??= createWorker({ payload })
  return own.worker
}

/**
 * Starts the background work (fetching, processing and sending mail) in this process. Call it from
 * `instrumentation.ts`; further calls return the first one's result. Does nothing where the help desk is disabled
 * or `worker.inProcess` is false.
 * @example
 * export const register = async () => {
 *   if (process.env.NEXT_RUNTIME !== 'nodejs') return
 *   const { startHelpdesk } = await import('payload-helpdesk')
 *   const { default: config } = await import('@payload-config')
 *   await startHelpdesk({ config })
 * }
 */
export const startHelpdesk = async (args: StartArgs): Promise<Started> => {
  const payload = 'payload' in args ? args.payload : await getPayload({ config: args.config })
  const { disabled, worker } = getHelpdesk(payload)
  if (disabled || !worker.inProcess) return { stop: async () => {} }
  const own = kept(payload)
  own.started ??= begin(payload, own)
  return own.started
}

const signals = ['SIGTERM', 'SIGINT'] as const

const begin = (payload: Payload, own: Kept): Started => {
  const worker = workerOf(payload)
  const stop = async (): Promise<void> => {
    for (const signal of signals) process.off(signal, onSignal)
    await worker.stop()
    if (own.worker === worker) {
      delete own.worker
      delete own.started
    }
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    void stop().then(() => {
      // Listening took the signal's own effect away: where nobody else ends the process, it ends now.
      if (!process.listenerCount(signal)) process.kill(process.pid, signal)
    })
  }
  for (const signal of signals) process.once(signal, onSignal)
  worker.start()
  return { stop }
}
