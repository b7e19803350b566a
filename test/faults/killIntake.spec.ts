import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultDesk, openFaultDesk } from './desk.js'
import { checkLedger } from './ledger.js'
import { makeMails, makeRandom } from './mails.js'
import { intakePoints, killWorkers, sayLedger } from './schedule.js'

const seed = Number(process.env.HELPDESK_SEED ?? Date.now() % 1_000_000)
const mailCount = Number(process.env.HELPDESK_FAULT_MAILS ?? 200)
const killCount = Number(process.env.HELPDESK_FAULT_KILLS ?? 20)

describe('mail that comes in while workers are killed', () => {
  let desk: FaultDesk
  beforeAll(async () => {
    // A mail that kills its worker again and again is set aside; here it is the test that kills.
    desk = await openFaultDesk({ mail: { attempts: { inbound: 1000 }, pollIntervalMs: 1000 } })
  })
  afterAll(() => desk.close())

  it('FT01 FT02 FT03 FT20 FT36 FT40 is neither lost nor doubled, and each has its verdict', {
    timeout: 120_000 + killCount * 20_000,
  }, async () => {
    const random = makeRandom(seed)
    const mails = makeMails(mailCount, random)
    const { deaths, flaggedUnsafe } = await killWorkers({ desk, mails, kills: killCount, random })
    const ledger = await checkLedger(desk.site.payload, mails)
    console.info(sayLedger({ seed, mails, deaths, ledger }))
    expect(deaths.length).toBe(killCount)
    // With fewer kills there is no turn for each.
    if (killCount >= 20) expect(intakePoints.filter((point) => !deaths.includes(point))).toEqual([])
    expect(flaggedUnsafe).toEqual([])
    expect(ledger.wrong).toEqual([])
    await expect.poll(() => desk.seen().then((seen) => seen.length), { timeout: 30_000 }).toBe(mails.length)
  })
})
