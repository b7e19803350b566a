import type { Payload } from 'payload'
import { getHelpdesk } from '../core/config.js'
import { createWorker } from './loop.js'

/** Works until SIGTERM or SIGINT, and then until the pieces at hand are done. */
export const runWorker = async (payload: Payload): Promise<void> => {
  if (getHelpdesk(payload).disabled)
    throw new Error('The help desk is switched off: helpdeskPlugin({ disabled: true }).')
  const worker = createWorker({ payload })
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        payload.logger.info(`helpdesk: worker stops (${signal})`)
        resolve(worker.stop())
      })
  })
  worker.start()
  payload.logger.info(`helpdesk: worker started (process ${process.pid})`)
  await stopped
}
