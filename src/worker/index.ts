import { fileURLToPath } from 'node:url'
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
    ? fileURLToPath(import.meta.url.replace(/worker\/index\.(js|ts)$/, 'bin/worker.$1'))
    : ''

/** What the worker gives the roof. */
export const workerPart = (_helpdesk: Helpdesk): Part => ({
  endpoints: workerEndpoints,
  bin: [{ key: 'helpdesk:worker', scriptPath: scriptPath() }],
  onInit: surviveLostConnections,
})
