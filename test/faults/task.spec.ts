import { setTimeout as wait } from 'node:timers/promises'
import { createLocalReq } from 'payload'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { helpdeskTask } from '../../src/index.js'
import { type MailServer, startMailServer } from '../mailServer.js'
import { createSite, type Site } from '../site.js'
import { makeMails, makeRandom } from './mails.js'
import { startSiteProcess } from './process.js'

// A site that runs the help desk by Payload's own job queue, every second.

const cron = '* * * * * *'
const account = { address: 'help@acme.test', password: 'secret' }

let server: MailServer
let site: Site
beforeAll(async () => {
  server = await startMailServer({ accounts: [account] })
  site = await createSite({
    site: (config) => ({ ...config, jobs: { tasks: [helpdeskTask({ cron })] } }),
  })
})
afterAll(async () => {
  await site?.close()
  await server?.close()
})

const sql = async <T>(text: string): Promise<T[]> => (await sqlOf(site).query<T & object>(text)).rows

/** Schedules what is due, waits until it may run, and says how many jobs are new. */
const schedule = async (): Promise<number> => {
  const { queued } = await site.payload.jobs.handleSchedules({ allQueues: true })
  await wait(1100)
  return queued.length
}
const run = () => site.payload.jobs.run({ limit: 10 })

it('FT36 a process killed within a job of Payload’s queue, and a cron that fires twice: the schedule goes on, each mail comes once', async () => {
  const { payload } = site
  const { slugs } = getHelpdesk(payload)
  const table = (key: keyof typeof slugs): string => tableOf(payload, slugs[key])
  const login = {
    host: server.imap.host,
    security: 'none',
    user: account.address,
    password: account.password,
  }
  await payload.create({
    collection: slugs.mailboxes as never,
    data: {
      name: 'Help',
      address: account.address,
      receive: { kind: 'imap', ...login, port: server.imap.port, afterwards: 'seen' },
      send: { kind: 'smtp', ...login, port: server.smtp.port },
      settings: { acknowledge: true },
    } as never,
    depth: 0,
    overrideAccess: true,
    req: await createLocalReq({}, payload),
  })
  expect(await schedule()).toBe(1)
  await run()
  const [state] = await sql<{ started: Date | null }>(
    `select started_at started from ${table('mailboxState')}`,
  )
  expect(state!.started).not.toBeNull()

  const mails = makeMails(12, makeRandom(36)).filter(({ becomes }) => becomes !== 'duplicate')
  for (const { raw } of mails) server.deliver({ to: account.address, raw })
  await sql(`update ${table('mailboxState')} set next_try_at = null`)
  expect(await schedule()).toBe(1)
  const child = await startSiteProcess({
    databaseUrl: site.databaseUrl,
    env: { HELPDESK_TEST_CRON: cron },
  })
  child.give({ act: 'runJobs', failpoint: 'before-verb-commit' })
  expect(await child.ended).toBe('SIGKILL')
  const stuck = () => sql(`select 1 from payload_jobs where processing`)
  expect(await stuck()).toHaveLength(1)
  // What it held is free when its leases have run out.
  await sql(`update ${table('leases')} set expires_at = now() - interval '1 ms'`)

  // The queue takes it for a job that is being done.
  expect(await schedule()).toBe(0)
  await sql(`update payload_jobs set updated_at = now() - interval '6 minutes'`)
  // Two instances look at the same time: both may schedule, and both may run what they find.
  await Promise.all([schedule(), schedule()])
  expect(await stuck()).toEqual([])
  // Payload 3 gives a job to both, and the slower one fails where it finds it gone.
  const runs = await Promise.allSettled([run(), run()])
  expect(runs.some(({ status }) => status === 'fulfilled')).toBe(true)
  await sql(`delete from payload_jobs`)
  await sql(`update ${table('inboundEmails')} set next_try_at = null where state = 'received'`)
  await schedule()
  await run()

  const messages = await sql<{ id: string }>(`select message_id id from ${table('messages')} order by 1`)
  expect(messages.map(({ id }) => id)).toEqual(mails.map(({ messageId }) => messageId).sort())
  const twice = await sql(
    `select ticket_id from ${table('outboundEmails')} where automatic group by 1 having count(*) > 1`,
  )
  expect(twice).toEqual([])
  expect(await sql(`select 1 from payload_jobs`)).toEqual([])
}, 90_000)
