import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultDesk, openFaultDesk } from '../faults/desk.js'
import { checkLedger } from '../faults/ledger.js'
import { makeMails, makeRandom } from '../faults/mails.js'
import { intakePoints, killWorkers, sayLedger } from '../faults/schedule.js'

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

describe('mail that comes in while leases are taken away', () => {
  let desk: FaultDesk
  beforeAll(async () => {
    desk = await openFaultDesk(
      { mail: { attempts: { inbound: 1000 }, pollIntervalMs: 1000 } },
      { acknowledge: true },
    )
  })
  afterAll(() => desk.close())

  it('FT20 FT21 is stored once by five workers of whom each believes to be alone', {
    timeout: 120_000,
  }, async () => {
    const mails = makeMails(60, makeRandom(seed))
    const workers = await Promise.all(Array.from({ length: 5 }, () => desk.worker()))
    await desk.connected()
    let isOver = false
    let taken = 0
    const takeAway = (async () => {
      while (!isOver) {
        const expired = await desk.sql(
          `update ${desk.table('leases')} set expires_at = now() - interval '1 ms' where expires_at > now() returning 1`,
        )
        taken += expired.length
        await wait(5)
      }
    })()
    for (const mail of mails) {
      desk.server.deliver({ to: 'help@acme.test', raw: mail.raw })
      await wait(30)
    }
    await expect
      .poll(() => desk.rows('inboundEmails', `state = 'done'`).then((rows) => rows.length), {
        timeout: 90_000,
        interval: 250,
      })
      .toBe(mails.length)
    isOver = true
    await takeAway
    const { wrong } = await checkLedger(desk.site.payload, mails)
    console.info(`${mails.length} mails, 5 workers, ${taken} leases taken away: ${wrong.length} faults`)
    expect(taken).toBeGreaterThan(20)
    expect(wrong).toEqual([])
    // One answer for each ticket, as far as its writer may get any, and once at their server.
    const acknowledgements = () =>
      desk.rows<{ ticket_id: number; state: string; recipients: { address: string }[] }>(
        'outboundEmails',
        `kind = 'acknowledgement'`,
      )
    await expect
      .poll(
        async () =>
          (await acknowledgements()).filter(({ state }) => !/^(sent|cancelled)$/.test(state)).length,
        {
          timeout: 30_000,
        },
      )
      .toBe(0)
    const all = await acknowledgements()
    expect(new Set(all.map(({ ticket_id }) => ticket_id)).size).toBe(all.length)
    const sent = all.filter(({ state }) => state === 'sent')
    const addresses = new Set(sent.map(({ recipients }) => recipients[0]!.address))
    const arrived = [...addresses].reduce((sum, address) => sum + desk.server.mailbox(address).length, 0)
    expect([sent.length > 10, arrived]).toEqual([true, sent.length])
    for (const worker of workers) worker.give({ act: 'stop' })
    expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0, 0, 0, 0])
  })
})
