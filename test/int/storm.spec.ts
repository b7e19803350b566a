import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStorm, pollIntervalMs, runStorm, type Storm } from '../faults/storm.js'
import { checkStorm } from '../faults/stormLedger.js'

const seed = Number(process.env.HELPDESK_SEED ?? Date.now() % 1_000_000)
const mails = Number(process.env.HELPDESK_STORM_MAILS ?? 120)
const faults = Number(process.env.HELPDESK_STORM_FAULTS ?? 9)

/** What a worker that was killed leaves is taken up when its leases have run out: half a minute at most. */
const leaseMs = 30_000

describe('a storm of faults', () => {
  let storm: Storm
  beforeAll(async () => {
    storm = await openStorm()
  })
  afterAll(() => storm?.close())

  it('FT40 loses nothing, doubles nothing and leaves nothing without its verdict', {
    timeout: 400_000,
  }, async () => {
    const began = Date.now()
    const result = await runStorm(storm, { seed, mails, faults })
    const ledger = await checkStorm(storm, result)
    const { lost, doubled, withoutVerdict, sightings, duplicates, replies, automatic } = ledger
    console.info(
      [
        `HELPDESK_SEED=${seed}: ${mails} mails, 2 mailboxes, 2 workers, ${faults} faults:`,
        `${lost} lost, ${doubled} doubled, ${withoutVerdict} without verdict`,
        `(${sightings} sightings, ${duplicates} known copies;`,
        `${replies.sent} replies sent, ${replies.twice} of them twice, ${replies.doubtful} in doubt;`,
        `${automatic} acknowledgements), in place ${Math.round(result.recoveredMs / 100) / 10} s after the last fault,`,
        `${Math.round((Date.now() - began) / 1000)} s in all`,
        `\nfaults: ${result.schedule.join(', ')}`,
      ].join(' '),
    )
    expect(ledger.wrong).toEqual([])
    expect(result.recoveredMs).toBeLessThan(2 * pollIntervalMs + leaseMs + (mails / 20) * 1000)
  })
})
