import { getPayload, type Payload, type SanitizedConfig } from 'payload'
import { getHelpdesk } from '../core/config.js'
import { createWorker, type Worker } from './loop.js'
import { finishBeforeEnd } from './signals.js'

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

/** The worker of a Payload, which its route and task use too. */
export const workerOf = (payload: Payload): Worker => {
  const own = kept(payload)
  own.worker ??= createWorker({ payload })
  return own.worker
}

/**
 * A Payload for the background work alone where the site is built: a bundler gives `instrumentation.ts` its own copy
 * of every module, Payload keeps one instance per process, and one that was made of this copy would serve the site's
 * requests with errors that the copy there does not know by `instanceof`. Payload runs the site's and the plugins'
 * `onInit` for it, as it does in each process of a site.
 */
const payloadOf = (config: SanitizedConfig | Promise<SanitizedConfig>): Promise<Payload> => {
  const isBundled = process.env['NEXT_RUNTIME'] && process.env['NODE_ENV'] === 'production'
  return getPayload({ config, ...(isBundled && { key: 'payload-helpdesk' }) })
}

/**
 * Starts the background work (fetching, processing and sending mail) in this process. Call it from
 * `instrumentation.ts`; further calls return the first one's result. Does nothing where the help desk is disabled
 * or `worker.inProcess` is false. Given a config, it works with a Payload and a pool of connections of its own in a
 * built Next site.
 * @example
 * export const register = async () => {
 *   if (process.env.NEXT_RUNTIME !== 'nodejs') return
 *   const { startHelpdesk } = await import('payload-helpdesk')
 *   const { default: config } = await import('@payload-config')
 *   await startHelpdesk({ config })
 * }
 */
export const startHelpdesk = async (args: StartArgs): Promise<Started> => {
  const { disabled, worker } = getHelpdesk('payload' in args ? args.payload : { config: await args.config })
  if (disabled || !worker.inProcess) return { stop: async () => {} }
  const payload = 'payload' in args ? args.payload : await payloadOf(args.config)
  const own = kept(payload)
  own.started ??= begin(payload, own)
  return own.started
}

const begin = (payload: Payload, own: Kept): Started => {
  const worker = workerOf(payload)
  const finish = async (): Promise<void> => {
    await worker.stop()
    if (own.worker === worker) {
      delete own.worker
      delete own.started
    }
  }
  const giveBack = finishBeforeEnd(finish)
  worker.start()
  return {
    stop: async () => {
      await finish()
      giveBack()
    },
  }
}
