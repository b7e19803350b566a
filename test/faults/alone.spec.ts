import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultDesk, openFaultDesk } from './desk.js'
import { checkLedger } from './ledger.js'
import { makeMails, makeRandom, type TestMail } from './mails.js'

// A site as it is set up unless it says otherwise: it looks every minute, and nobody lends a hand.

const pollIntervalMs = 60_000

let desk: FaultDesk
const sent: TestMail[] = []
beforeAll(async () => {
  desk = await openFaultDesk()
})
afterAll(() => desk.close())

describe('a worker that is killed in the middle of a mail', () => {
  it.each(['after-fetch', 'after-attempt-mark', 'before-verb-commit'])(
    'FT01 FT02 FT21 leaves nothing that is not in place within two polls, at %s',
    { timeout: 240_000 },
    async (failpoint) => {
      const first = await desk.worker({ failpoint: '' })
      await desk.connected()
      first.give({ act: 'arm', failpoint })
      const mails = makeMails(6, makeRandom(7), { first: 100 * (sent.length + 1) })
      sent.push(...mails)
      for (const { raw } of mails) desk.server.deliver({ to: 'help@acme.test', raw })
      expect(await first.ended).toBe('SIGKILL')
      const began = Date.now()
      const next = await desk.worker()
      const waiting = async () =>
        (await desk.rows<{ state: string }>('inboundEmails')).filter(({ state }) => state !== 'done').length
      const known = (await desk.rows('inboundEmails')).length
      await expect
        .poll(async () => (await desk.rows('inboundEmails')).length, {
          timeout: 2 * pollIntervalMs,
          interval: 500,
        })
        .toBe(sent.length)
      await expect.poll(waiting, { timeout: 2 * pollIntervalMs, interval: 500 }).toBe(0)
      console.info(
        `killed at ${failpoint}: in place after ${((Date.now() - began) / 1000).toFixed(1)} s, ${known - sent.length + mails.length} of ${mails.length} were known`,
      )
      expect(Date.now() - began).toBeLessThan(2 * pollIntervalMs)
      expect((await checkLedger(desk.site.payload, sent)).wrong).toEqual([])
      next.give({ act: 'stop' })
      await next.ended
    },
  )
})
