import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultDesk, openFaultDesk } from './desk.js'
import { checkLedger } from './ledger.js'
import { makeMails, makeRandom } from './mails.js'
import { killWorkers } from './schedule.js'

const seed = Number(process.env.HELPDESK_SEED ?? Date.now() % 1_000_000)

describe('mail that comes in, with as many tries as a site has unless it says otherwise,', () => {
  let desk: FaultDesk
  beforeAll(async () => {
    desk = await openFaultDesk({ mail: { pollIntervalMs: 1000 } })
  })
  afterAll(() => desk.close())

  it('FT01 is not set aside because workers were killed while they had it', {
    timeout: 240_000,
  }, async () => {
    const random = makeRandom(seed)
    const mails = makeMails(12, random)
    const order = ['before-parse', 'before-parse', 'before-parse']
    const { deaths } = await killWorkers({ desk, mails, kills: order.length, random, order })
    expect(deaths).toEqual(order)
    const ledger = await checkLedger(desk.site.payload, mails)
    expect(ledger.wrong).toEqual([])
    const tries = (await desk.rows<{ attempts: number }>('inboundEmails')).map(({ attempts }) => attempts)
    // A survivor may have given the first of them its verdict between two deaths.
    expect(Math.max(...tries.map(Number))).toBeGreaterThan(1)
  })
})

describe('a mail that takes each worker that touches it with it', () => {
  let desk: FaultDesk
  beforeAll(async () => {
    desk = await openFaultDesk({ mail: { pollIntervalMs: 1000 } })
  })
  afterAll(() => desk.close())

  it('FT27 is set aside after so many deaths, with its source, and the mails behind it come in', {
    timeout: 180_000,
  }, async () => {
    const first = await desk.worker()
    await desk.connected()
    first.signal('SIGKILL')
    await first.ended
    await desk.age(first)
    const poison = makeMails(1, makeRandom(1), { first: 900 })[0]!
    desk.server.deliver({ to: 'help@acme.test', raw: poison.raw })
    // As many as a mail has tries: each worker dies before it has parsed it.
    for (let death = 0; death < 4; death++) {
      const worker = await desk.worker({ failpoint: 'before-parse' })
      expect(await worker.ended).toBe('SIGKILL')
      await desk.age(worker)
    }
    const good = makeMails(10, makeRandom(2), { first: 1000 }).filter(
      ({ becomes }) => becomes !== 'duplicate',
    )
    for (const { raw } of good) desk.server.deliver({ to: 'help@acme.test', raw })
    const survivor = await desk.worker()
    const rowsOf = async (messageId: string) =>
      desk.rows<{ id: number; state: string; verdict: string; error: string }>(
        'inboundEmails',
        'internet_message_id = $1',
        [messageId],
      )
    await expect
      .poll(
        async () =>
          (await Promise.all(good.map(({ messageId }) => rowsOf(messageId))))
            .flat()
            .filter(({ state }) => state === 'done').length,
        { timeout: 60_000 },
      )
      .toBe(good.length)
    // Until it is looked at again it waits longer and longer, as each of its tries failed.
    await desk.sql(`update ${desk.table('inboundEmails')} set next_try_at = null where state = 'received'`)
    await expect
      .poll(
        async () => {
          const rows = await desk.sql<{ state: string }>(
            `select state from ${desk.table('inboundEmails')} where error like '%ended 4 times%'`,
          )
          return rows.map(({ state }) => state)
        },
        { timeout: 60_000 },
      )
      .toEqual(['quarantined'])
    expect(survivor.isAlive()).toBe(true)
    const raws = await desk.sql(
      `select 1 from ${desk.table('rawSources')} r join ${desk.table('inboundEmails')} i on i.id = r.inbound_email_id where i.state = 'quarantined'`,
    )
    expect(raws.length).toBeGreaterThan(0)
  })
})
