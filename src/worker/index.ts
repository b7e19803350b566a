import { fileURLToPath } from 'node:url'
import type { Config } from 'payload'
import { followDatabase } from '../core/clock.js'
import type { Helpdesk } from '../core/config.js'
import { surviveLostConnections } from '../core/database.js'
import type { Part } from '../core/part.js'
import { workerEndpoints } from './endpoints.js'

export { createWorker, type Report, type Worker, type WorkerArgs } from './loop.js'
export { startHelpdesk } from './start.js'
export { helpdeskTask } from './task.js'

/** The script behind `payload helpdesk:worker`. In a bundle, where nobody runs it, the path leads nowhere. */
const scriptPath = (): string =>
  import.meta.url.startsWith('file:')
    ? fileURLToPath(import.meta.url.replace(/worker\/index\.(js|ts)(\?.*)?$/, 'bin/worker.$1'))
    : ''

/** What makes `payload helpdesk:worker` work, also to say that the help desk is switched off. */
export const workerCommand = (): NonNullable<Config['bin']>[number] => ({
  key: 'helpdesk:worker',
  scriptPath: scriptPath(),
})

/** What the worker gives the roof. */
export const workerPart = (_helpdesk: Helpdesk): Part => ({
  endpoints: workerEndpoints,
  // Noted as having run like any other slice.
  work: [
    {
      name: 'worker.heartbeat',
      everyMs: 20_000,
      run: async ({ payload }) => {
        await followDatabase(payload)
        return { more: false }
      },
    },
  ],
  onInit: async (payload) => {
    surviveLostConnections(payload)
    await followDatabase(payload)
  },
})
