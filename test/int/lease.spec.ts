import { createLocalReq, type PayloadRequest } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertRows, sqlOf, tableOf } from '../../src/core/database.js'
import { LeaseLost, takeLease } from '../../src/core/lease.js'
import { inTransaction } from '../../src/core/transaction.js'
import { createSite, type Site } from '../site.js'

describe('a lease', () => {
  let site: Site
  let req: PayloadRequest
  beforeAll(async () => {
    site = await createSite({ users: false })
    req = await createLocalReq({}, site.payload)
  })
  afterAll(() => site.close())

  const take = (key: string, holder: string, ttlMs = 60_000) =>
    takeLease({ payload: site.payload, key, holder, ttlMs })
  const expire = (key: string) =>
    sqlOf({ payload: site.payload }).query(
      `update ${tableOf(site.payload, 'helpdesk-leases')} set expires_at = now() - interval '1 ms' where key = $1`,
      [key],
    )

  it('has one holder, however many ask at once', async () => {
    const held = await Promise.all(Array.from({ length: 20 }, (_, i) => take('one', `h${i}`)))
    expect(held.filter(Boolean).length).toBe(1)
    expect(await take('two', 'h')).not.toBeNull()
  })

  it('can be taken by one other when it has expired, and not before', async () => {
    const first = await take('expiry', 'first')
    expect(await take('expiry', 'second')).toBeNull()
    await expire('expiry')
    const held = await Promise.all(Array.from({ length: 20 }, (_, i) => take('expiry', `h${i}`)))
    const [second, ...others] = held.filter((lease) => lease !== null)
    expect(others).toEqual([])
    expect(second!.token).not.toBe(first!.token)
    expect(await first!.renew()).toBe(false)
    expect(await second!.renew()).toBe(true)
    // A late release takes nothing away from the new holder.
    await first!.release()
    expect(await take('expiry', 'third')).toBeNull()
    await second!.release()
    expect(await take('expiry', 'third')).not.toBeNull()
  })

  it('is kept by renewing it, and by a fence', async () => {
    const lease = await take('renewed', 'h', 400)
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 150))
      expect(await lease!.renew()).toBe(true)
    }
    await expire('renewed')
    await inTransaction(req, (own) => lease!.fence(own))
    expect(await take('renewed', 'other')).toBeNull()
  })

  it('FT21 lets a late holder commit nothing', async () => {
    const late = await take('fenced', 'late')
    await expire('fenced')
    const next = await take('fenced', 'next')
    const attempt = inTransaction(req, async (own) => {
      await insertRows({ req: own, slug: 'helpdesk-counters', rows: [{ key: 'late', value: 1 }] })
      await late!.fence(own)
    })
    await expect(attempt).rejects.toThrow(LeaseLost)
    await inTransaction(req, (own) => next!.fence(own))
    const { totalDocs } = await site.payload.count({
      collection: 'helpdesk-counters',
      overrideAccess: true,
      req,
    })
    expect(totalDocs).toBe(0)
  })

  it('is not taken, and not waited for, while its holder commits', async () => {
    const lease = await take('locked', 'holder', 1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await inTransaction(req, async (own) => {
      await lease!.fence(own)
      const started = Date.now()
      expect(await take('locked', 'other')).toBeNull()
      expect(Date.now() - started).toBeLessThan(1000)
    })
  })
})
