import { afterEach, describe, expect, it } from 'vitest'
import { oddLimit } from '../faults/oddMails.js'
import { openStorm, pollIntervalMs, runStorm, type Storm } from '../faults/storm.js'
import { checkStorm } from '../faults/stormLedger.js'

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)

const first = number('HELPDESK_SEED', Date.now() % 1_000_000)
const mails = number('HELPDESK_STORM_MAILS', 90)
const faults = number('HELPDESK_STORM_FAULTS', 7)
const seeds = Array.from({ length: number('HELPDESK_STORM_ROUNDS', 1) }, (_, round) => first + round)

/** What a worker that was killed leaves is taken up when its leases have run out: half a minute at most. */
const leaseMs = 30_000

/** Workers on two cores get through more than this a second. */
const slowestPerSecond = 20

describe('a storm of faults', () => {
  let storm: Storm | undefined
  afterEach(async () => {
    await storm?.close()
    storm = undefined
  })

  it.each(seeds)(
    'FT40 loses nothing, doubles nothing and leaves nothing without its verdict: HELPDESK_SEED=%i',
    async (seed) => {
      storm = await openStorm({ maxMessageSize: oddLimit })
      const began = Date.now()
      const result = await runStorm(storm, { seed, mails, faults })
      const ledger = await checkStorm(storm, result)
      const { lost, doubled, withoutVerdict, sightings, duplicates, odd, replies, automatic } = ledger
      console.info(
        [
          `HELPDESK_SEED=${seed}: ${mails} mails, ${odd} of them odd, 2 mailboxes, 2 workers, ${faults} faults:`,
          `${lost} lost, ${doubled} doubled, ${withoutVerdict} without verdict`,
          `(${sightings} sightings, ${duplicates} known copies;`,
          `${replies.sent} replies sent, ${replies.twice} of them twice, ${replies.doubtful} in doubt;`,
          `${automatic} acknowledgements), in place ${(result.recoveredMs / 1000).toFixed(1)} s after the last fault,`,
          `${Math.round((Date.now() - began) / 1000)} s in all`,
          `\nfaults: ${result.schedule.join(', ')}`,
        ].join(' '),
      )
      expect(ledger.wrong).toEqual([])
      expect(result.recoveredMs).toBeLessThan(
        2 * pollIntervalMs + leaseMs + (mails / slowestPerSecond) * 1000,
      )
    },
    400_000,
  )
})
