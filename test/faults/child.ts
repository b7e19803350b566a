import { createLocalReq, getPayload } from 'payload'
import { insertRows } from '../../src/core/database.js'
import { failpoint } from '../../src/core/failpoint.js'
import { takeLease } from '../../src/core/lease.js'
import { inTransaction } from '../../src/core/transaction.js'
import { createWorker, type Worker } from '../../src/worker/index.js'
import config from './payload.config.js'

/** What the test tells this process to do. */
export type Order =
  | { act: 'work'; workerId: string; failpoint?: string }
  /** Sets where it dies; '' = nowhere. */
  | { act: 'arm'; failpoint: string }
  /** Moves its wall clock. */
  | { act: 'skew'; ms: number }
  | { act: 'stop' }
  /** Runs what lies in Payload's job queue. */
  | { act: 'runJobs'; failpoint?: string }
  /** Takes a lease, passes the failpoint `leased`, then writes a row under the lease. */
  | { act: 'writeAlone'; key: string; ttlMs: number; failpoint?: string }

export type Answer = { is: 'ready' } | { is: 'written' } | { is: 'refused'; error: string }

const payload = await getPayload({ config })
let worker: Worker | undefined

const tell = (answer: Answer): void => void process.send!(answer)

const writeAlone = async ({ key, ttlMs }: { key: string; ttlMs: number }): Promise<Answer> => {
  const lease = await takeLease({ payload, key, holder: `process ${process.pid}`, ttlMs })
  if (!lease) return { is: 'refused', error: 'taken' }
  try {
    const req = await createLocalReq({}, payload)
    failpoint('leased')
    await inTransaction(req, async (own) => {
      await lease.fence(own)
      failpoint('fenced')
      await insertRows({ req: own, slug: 'helpdesk-counters', rows: [{ key, value: process.pid }] })
    })
    return { is: 'written' }
  } catch (error) {
    return { is: 'refused', error: error instanceof Error ? error.message : String(error) }
  }
}

process.on('message', async (order: Order) => {
  if ('failpoint' in order) process.env['HELPDESK_FAILPOINT'] = order.failpoint ?? ''
  if (order.act === 'arm') return
  if (order.act === 'skew') {
    process.env['HELPDESK_CLOCK_SKEW_MS'] = String(order.ms)
    return
  }
  if (order.act === 'work') {
    worker = createWorker({ payload, workerId: order.workerId })
    worker.start()
  } else if (order.act === 'runJobs') await payload.jobs.run({ limit: 10 })
  else if (order.act === 'writeAlone') tell(await writeAlone(order))
  else {
    await worker?.stop()
    process.exit(0)
  }
})
// The test has gone: nobody is left to tell us to stop.
process.on('disconnect', () => process.exit(1))

tell({ is: 'ready' })
