import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { takeLease } from '../../src/core/lease.js'
import { createSite, type Site } from '../site.js'
import { type SiteProcess, startSiteProcess } from './process.js'

describe('a lease whose holder is killed or frozen', () => {
  let site: Site
  const started: SiteProcess[] = []
  beforeAll(async () => {
    site = await createSite({ users: false })
  })
  afterAll(async () => {
    for (const one of started) if (one.isAlive()) one.signal('SIGKILL')
    await site.close()
  })

  const start = async (): Promise<SiteProcess> => {
    const made = await startSiteProcess({ databaseUrl: site.databaseUrl })
    started.push(made)
    return made
  }
  const take = (key: string) => takeLease({ payload: site.payload, key, holder: 'test', ttlMs: 10_000 })
  const takeWhenFree = async (key: string): Promise<number> => {
    const began = Date.now()
    while (!(await take(key))) {
      if (Date.now() - began > 50_000) throw new Error('never free')
      await wait(50)
    }
    return Date.now() - began
  }
  const rows = async (table: 'counters' | 'leases', key: string): Promise<number> => {
    const { rowCount } = await sqlOf({ payload: site.payload }).query(
      `select 1 from ${tableOf(site.payload, `helpdesk-${table}`)} where key = $1`,
      [key],
    )
    return rowCount ?? 0
  }

  it('FT21 is free when its time is over, and the frozen holder that wakes writes nothing', async () => {
    const holder = await start()
    holder.give({ act: 'writeAlone', key: 'frozen', ttlMs: 1500, failpoint: 'leased:stop' })
    await expect.poll(() => rows('leases', 'frozen'), { timeout: 5000 }).toBe(1)
    expect(await take('frozen')).toBeNull()
    expect(await takeWhenFree('frozen')).toBeLessThan(3000)
    holder.signal('SIGCONT')
    expect(await holder.answer()).toEqual({
      is: 'refused',
      error: 'The lease "frozen" has gone to somebody else.',
    })
    expect(await rows('counters', 'frozen')).toBe(0)
  })

  it('FT21 is free when its holder was killed', async () => {
    const holder = await start()
    holder.give({ act: 'writeAlone', key: 'killed', ttlMs: 1500, failpoint: 'leased' })
    expect(await holder.ended).toBe('SIGKILL')
    expect(await take('killed')).toBeNull()
    expect(await takeWhenFree('killed')).toBeLessThan(3000)
    expect(await rows('counters', 'killed')).toBe(0)
  })

  it('FT21 is free even when its holder froze inside a transaction, which the database then ends', async () => {
    const holder = await start()
    holder.give({ act: 'writeAlone', key: 'fenced', ttlMs: 1500, failpoint: 'fenced:stop' })
    await expect.poll(() => rows('leases', 'fenced'), { timeout: 5000 }).toBe(1)
    await wait(100)
    // Nobody is kept waiting meanwhile.
    const began = Date.now()
    expect(await take('fenced')).toBeNull()
    expect(Date.now() - began).toBeLessThan(1000)
    const freeAfter = await takeWhenFree('fenced')
    expect(freeAfter).toBeGreaterThan(10_000)
    expect(freeAfter).toBeLessThan(30_000)
    holder.signal('SIGCONT')
    expect((await holder.answer()).is).toBe('refused')
    expect(await rows('counters', 'fenced')).toBe(0)
  })
})
