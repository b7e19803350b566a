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
    timeout: 120_000,
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
