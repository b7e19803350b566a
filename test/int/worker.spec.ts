import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import type { Work } from '../../src/core/part.js'
import { readHeartbeat, recordRun } from '../../src/operations/heartbeat.js'
import { createWorker, startHelpdesk, type Worker } from '../../src/worker/index.js'
import { createSite, type Site } from '../site.js'

const secret = 'the secret of the route'

describe('the worker', () => {
  let site: Site
  let all: Work[]
  beforeAll(async () => {
    site = await createSite({ options: { worker: { routeSecret: secret } } })
    // The tests put work of their own in its place.
    all = getHelpdesk(site.payload).parts.flatMap(({ work = [] }) => work)
  })
  afterAll(() => site.close())
  const workers: Worker[] = []
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()))
  })

  /** A worker whose only work is the given. */
  const make = (work: Work[]): Worker => {
    const { parts } = getHelpdesk(site.payload)
    parts.splice(0, parts.length, { work })
    const worker = createWorker({ payload: site.payload })
    workers.push(worker)
    return worker
  }
  const slow = 3_600_000
  const sql = (text: string) => sqlOf({ payload: site.payload }).query(text)

  it('runs each slice at its own interval and at once while it has more, the others in between', async () => {
    const order: string[] = []
    let left = 5
    let atOnce = 0
    let most = 0
    const worker = make([
      {
        name: 'busy',
        everyMs: slow,
        run: async () => {
          order.push('busy')
          most = Math.max(most, ++atOnce)
          await wait(20)
          atOnce--
          return { more: --left > 0 }
        },
      },
      { name: 'often', everyMs: 10, run: async () => ({ more: order.push('often') < 0 }) },
    ])
    worker.start()
    // Where it begins to listen for hints it looks once more.
    await expect.poll(() => left, { timeout: 5000 }).toBeLessThanOrEqual(0)
    await wait(500)
    const before = left
    for (let i = 0; i < 5; i++) worker.wake('busy')
    await expect.poll(() => left, { timeout: 5000 }).toBe(before - 1)
    expect(most).toBe(1)
    const between = order.slice(order.indexOf('busy'), order.lastIndexOf('busy'))
    expect(between.filter((name) => name === 'often').length).toBeGreaterThan(2)
  })

  it('keeps the failure of one slice from the others, tries it later and later, and stores what it was', async () => {
    let isBroken = true
    let tries = 0
    let good = 0
    const worker = make([
      {
        name: 'broken',
        everyMs: 5,
        run: async () => {
          tries++
          if (isBroken) throw new Error('no such luck')
          return { more: false }
        },
      },
      { name: 'good', everyMs: 5, run: async () => ({ more: ++good < 0 }) },
    ])
    worker.start()
    await expect.poll(() => good).toBeGreaterThan(20)
    for (let i = 0; i < 10; i++) worker.wake('broken')
    await wait(50)
    expect(tries).toBe(1)
    const { failing, alive } = await readHeartbeat(site.payload)
    expect(failing.map(({ slice, error }) => [slice, error])).toEqual([['broken', 'no such luck']])
    expect(alive).toBe(true)
    isBroken = false
    await expect.poll(() => tries, { timeout: 5000 }).toBeGreaterThan(1)
    await expect.poll(async () => (await readHeartbeat(site.payload)).failing).toEqual([])
  })

  it('forgets the failure of work that nobody tries any more', async () => {
    const { payload } = site
    await recordRun({ payload, slice: 'gone', worker: 'old', error: 'no such luck' })
    expect((await readHeartbeat(payload)).failing).toHaveLength(1)
    const table = tableOf(payload, getHelpdesk(payload).slugs.heartbeats)
    await sql(`update ${table} set last_run_at = now() - interval '16 minutes' where slice = 'gone'`)
    expect((await readHeartbeat(payload)).failing).toEqual([])
    await sql(`delete from ${table} where slice = 'gone'`)
  })

  it('says when no work has run for long', async () => {
    await make([{ name: 'one', everyMs: slow, run: async () => ({ more: false }) }]).runOnce({
      budgetMs: 1000,
    })
    const { lastRunAt, alive } = await readHeartbeat(site.payload)
    expect([alive, Math.abs(Date.now() - lastRunAt!.getTime()) < 5000]).toEqual([true, true])
    const table = tableOf(site.payload, getHelpdesk(site.payload).slugs.heartbeats)
    await sql(`update ${table} set last_run_at = now() - interval '10 minutes'`)
    expect((await readHeartbeat(site.payload)).alive).toBe(false)
    await sql(`delete from ${table}`)
    expect(await readHeartbeat(site.payload)).toEqual({ lastRunAt: null, alive: false, failing: [] })
  })

  it('runs a slice at once when the database hints at it, also over a connection made anew', async () => {
    let runs = 0
    const worker = make([
      { name: 'hinted', everyMs: slow, wakesOn: { outbox: 0 }, run: async () => ({ more: ++runs < 0 }) },
    ])
    worker.start()
    const listening = `from pg_stat_activity where datname = current_database() and query = 'listen helpdesk'`
    const connections = async (): Promise<number> => (await sql(`select pid ${listening}`)).rowCount ?? 0
    await expect.poll(connections).toBe(1)
    await wait(50)
    const before = runs
    await sql(`select pg_notify('helpdesk', 'journal')`)
    await wait(50)
    expect(runs).toBe(before)
    await sql(`select pg_notify('helpdesk', 'outbox')`)
    await expect.poll(() => runs).toBe(before + 1)

    await sql(`select pg_terminate_backend(pid) ${listening}`)
    await expect.poll(connections, { timeout: 5000 }).toBe(1)
    await expect.poll(() => runs).toBe(before + 2)
    await sql(`select pg_notify('helpdesk', 'outbox')`)
    await expect.poll(() => runs).toBe(before + 3)
    await worker.stop()
    await expect.poll(connections).toBe(0)
  })

  it('wakes the work that a hint from another process is for', async () => {
    const woken = all.flatMap(({ name, wakesOn = {} }) =>
      Object.entries(wakesOn).map(([about, delayMs]) => `${about}: ${name} after ${delayMs} ms`),
    )
    expect(woken.sort()).toEqual([
      'activity: webhooks.spread after 0 ms',
      'fetched: mail.process after 2000 ms',
      'journal: mail.process after 0 ms',
      'mailbox: mail.fetch after 0 ms',
      'outbox: mail.deliver after 0 ms',
    ])
  })

  it('runs a slice once for all hints of a while where others are to go first', async () => {
    let runs = 0
    const worker = make([
      { name: 'helps', everyMs: slow, wakesOn: { fetched: 300 }, run: async () => ({ more: ++runs < 0 }) },
    ])
    worker.start()
    const listening = `from pg_stat_activity where datname = current_database() and query = 'listen helpdesk'`
    await expect.poll(async () => (await sql(`select pid ${listening}`)).rowCount).toBe(1)
    await wait(50)
    const before = runs
    for (let times = 0; times < 5; times++) await sql(`select pg_notify('helpdesk', 'fetched')`)
    await wait(100)
    expect(runs).toBe(before)
    await expect.poll(() => runs).toBe(before + 1)
    await wait(500)
    expect(runs).toBe(before + 1)
    await worker.stop()
  })

  it('FT05 lives on when the database ends all its connections', async () => {
    let runs = 0
    const worker = make([
      {
        name: 'asks',
        everyMs: 10,
        run: async ({ payload }) => {
          await payload.count({ collection: 'posts', overrideAccess: true })
          return { more: ++runs < 0 }
        },
      },
    ])
    worker.start()
    await expect.poll(() => runs).toBeGreaterThan(3)
    const outside = new pg.Client({ connectionString: site.databaseUrl })
    await outside.connect()
    for (let i = 0; i < 5; i++) {
      await outside.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
      await wait(50)
    }
    await outside.end()
    const before = runs
    await expect.poll(() => runs, { timeout: 20_000 }).toBeGreaterThan(before + 3)
  })

  it('FT28 stops: finishes the piece at hand, begins none, and ends what it watches', async () => {
    const told: string[] = []
    const worker = make([
      {
        name: 'piece',
        everyMs: 1,
        run: async ({ signal }) => {
          told.push('begun')
          await wait(100)
          told.push(signal.aborted ? 'told to stop' : 'done')
          return { more: true }
        },
        watch: async () => {
          told.push('watching')
          return async () => {
            told.push('watch ended')
          }
        },
      },
    ])
    worker.start()
    await wait(30)
    await worker.stop()
    expect(told).toEqual(['begun', 'watching', 'watch ended', 'told to stop'])
    worker.start()
    worker.wake('piece')
    await wait(50)
    expect(told.length).toBe(4)
  })

  it('begins to watch again where that failed', async () => {
    let tries = 0
    let isOpen = false
    const worker = make([
      {
        name: 'mail',
        everyMs: slow,
        run: async () => ({ more: false }),
        watch: async () => {
          if (++tries === 1) throw new Error('connection refused')
          isOpen = true
          return async () => {
            isOpen = false
          }
        },
      },
    ])
    worker.start()
    await expect
      .poll(async () => (await readHeartbeat(site.payload)).failing.map(({ slice }) => slice))
      .toEqual(['mail:watch'])
    await expect.poll(() => isOpen, { timeout: 5000 }).toBe(true)
    await expect.poll(async () => (await readHeartbeat(site.payload)).failing).toEqual([])
    await worker.stop()
    expect(isOpen).toBe(false)
  })

  it('in a bounded run goes on while one slice wakes another, and ends with the time', async () => {
    const order: string[] = []
    const chain: Work[] = [
      { name: 'last', everyMs: slow, run: async () => ({ more: order.push('last') < 0 }) },
      {
        name: 'first',
        everyMs: slow,
        run: async ({ wake }) => {
          order.push('first')
          await wait(20)
          if (order.length < 3) wake('last')
          return { more: false }
        },
      },
    ]
    const report = await make(chain).runOnce({ budgetMs: 5000 })
    expect(order).toEqual(['last', 'first', 'last'])
    expect(report).toMatchObject({
      more: false,
      slices: { first: { runs: 1 }, last: { runs: 2, failed: 0 } },
    })

    const endless: Work = { name: 'endless', everyMs: slow, run: () => wait(10, { more: true }) }
    const bounded = await make([endless]).runOnce({ budgetMs: 200 })
    expect(bounded.more).toBe(true)
    expect(bounded.ms).toBeLessThan(1500)
  })

  it('in a bounded run does not let what was woken wait for a slice that is slow', async () => {
    let processed = () => {}
    const isProcessed = new Promise<void>((resolve) => {
      processed = resolve
    })
    let fetched = false
    const work: Work[] = [
      {
        name: 'process',
        everyMs: slow,
        run: async () => {
          if (fetched) processed()
          return { more: false }
        },
      },
      {
        name: 'fetch',
        everyMs: slow,
        run: async ({ wake }) => {
          await wait(20)
          fetched = true
          wake('process')
          await Promise.race([isProcessed, wait(4000)])
          return { more: false }
        },
      },
    ]
    const report = await make(work).runOnce({ budgetMs: 10_000 })
    expect(report).toMatchObject({ more: false, slices: { fetch: { runs: 1 }, process: { runs: 2 } } })
    expect(report.ms).toBeLessThan(3000)
  })

  it('is started once in a process', async () => {
    let runs = 0
    make([{ name: 'one', everyMs: slow, run: async () => ({ more: ++runs < 0 }) }])
    const [first, second] = await Promise.all([
      startHelpdesk({ payload: site.payload }),
      startHelpdesk({ payload: site.payload }),
    ])
    expect(second).toBe(first)
    await expect.poll(() => runs).toBeGreaterThan(0)
    await first.stop()
    const { worker } = getHelpdesk(site.payload)
    worker.inProcess = false
    const before = runs
    await (await startHelpdesk({ payload: site.payload })).stop()
    worker.inProcess = true
    expect(runs).toBe(before)
  })

  it('H09 works by route for whoever has the secret, and for managers', async () => {
    let runs = 0
    make([{ name: 'one', everyMs: slow, run: async () => ({ more: ++runs < 0 }) }])
    const { agent, customer, manager, noRole } = site.users
    const post = async (args: object): Promise<number> =>
      (await site.rest('POST', '/helpdesk/worker', { body: {}, ...args })).status
    const bearer = (value: string) => ({ headers: { authorization: `Bearer ${value}` } })
    expect(await post({})).toBe(401)
    expect(await post(bearer('wrong'))).toBe(401)
    expect(await post(bearer(`${secret}x`))).toBe(401)
    for (const user of [agent, customer, noRole]) expect(await post({ user })).toBe(403)
    expect(runs).toBe(0)
    expect(await post({ user: manager })).toBe(200)
    expect(await post({ ...bearer(secret), body: { budgetMs: 60_000 } })).toBe(400)
    const { body } = await site.rest('POST', '/helpdesk/worker', {
      body: { budgetMs: 5000 },
      ...bearer(secret),
    })
    expect(body).toMatchObject({ more: false, slices: { one: { runs: 1, failed: 0 } } })
    expect((await site.rest('GET', '/helpdesk/worker', { user: manager })).status).toBe(403)
    expect((await site.rest('GET', '/helpdesk/worker')).status).toBe(401)
    expect((await site.rest('GET', '/helpdesk/worker', bearer(secret))).status).toBe(200)
    expect(runs).toBe(3)
  })
})
