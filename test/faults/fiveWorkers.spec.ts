import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { type FaultDesk, openFaultDesk } from './desk.js'
import { checkLedger } from './ledger.js'
import { makeMails, makeRandom, type TestMail } from './mails.js'

const seed = Number(process.env.HELPDESK_SEED ?? Date.now() % 1_000_000)

let desk: FaultDesk
afterEach(() => desk?.close())

/** Takes every lease away, again and again, until told to stop; how many there were. */
const takeLeasesAway = (everyMs: number) => {
  let isOver = false
  let taken = 0
  const work = (async () => {
    while (!isOver) {
      const expired = await desk.sql(
        `update ${desk.table('leases')} set expires_at = now() - interval '1 ms' where expires_at > now() returning 1`,
      )
      taken += expired.length
      await wait(everyMs)
    }
  })()
  return async (): Promise<number> => {
    isOver = true
    await work
    return taken
  }
}

type Acknowledgement = { ticket_id: number; state: string; recipients: { address: string }[] }

const acknowledgements = (): Promise<Acknowledgement[]> =>
  desk.rows<Acknowledgement>('outboundEmails', `kind = 'acknowledgement'`)

type FiveArgs = { mails: TestMail[]; pauseMs: number; everyMs: number; perHour?: number }

/** Five workers take mails in, of which each is acknowledged as far as its writer may get any automatic mail. */
const takeByFive = async ({ mails, pauseMs, everyMs, perHour }: FiveArgs) => {
  desk = await openFaultDesk(
    {
      mail: { attempts: { inbound: 1000 }, pollIntervalMs: 1000, ...(perHour && { automatic: { perHour } }) },
    },
    { acknowledge: true },
  )
  const workers = await Promise.all(Array.from({ length: 5 }, () => desk.worker()))
  await desk.connected()
  const began = Date.now()
  const stop = takeLeasesAway(everyMs)
  for (const mail of mails) {
    desk.server.deliver({ to: 'help@acme.test', raw: mail.raw })
    if (pauseMs) await wait(pauseMs)
  }
  await expect
    .poll(() => desk.rows('inboundEmails', `state = 'done'`).then((rows) => rows.length), {
      timeout: 120_000,
      interval: 250,
    })
    .toBe(mails.length)
  const seconds = ((Date.now() - began) / 1000).toFixed(1)
  const taken = await stop()
  const { wrong, opened } = await checkLedger(desk.site.payload, mails)
  expect(taken).toBeGreaterThan(20)
  expect(wrong).toEqual([])
  // One answer for each ticket, as far as its writer may get any, and once at their server.
  await expect
    .poll(
      async () => (await acknowledgements()).filter(({ state }) => !/^(sent|cancelled)$/.test(state)).length,
      { timeout: 60_000 },
    )
    .toBe(0)
  const all = await acknowledgements()
  expect(new Set(all.map(({ ticket_id }) => ticket_id)).size).toBe(all.length)
  const sent = all.filter(({ state }) => state === 'sent')
  const addresses = new Set(sent.map(({ recipients }) => recipients[0]!.address))
  const arrived = [...addresses].reduce((sum, address) => sum + desk.server.mailbox(address).length, 0)
  console.info(
    `HELPDESK_SEED=${seed}: ${mails.length} mails, 5 workers, ${taken} leases taken away: ${opened} tickets in ${seconds} s, ${sent.length} acknowledged, ${arrived} arrived`,
  )
  expect(arrived).toBe(sent.length)
  for (const worker of workers) worker.give({ act: 'stop' })
  expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0, 0, 0, 0])
  return { opened, sent: sent.length }
}

describe('mail that comes in while leases are taken away', () => {
  it('FT20 FT21 is stored once by five workers of whom each believes to be alone', {
    timeout: 240_000,
  }, async () => {
    const mails = makeMails(60, makeRandom(seed))
    const { sent } = await takeByFive({ mails, pauseMs: 30, everyMs: 5 })
    expect(sent).toBeGreaterThan(10)
  })

  it('FT20 500 mails at once become 500 messages in 500 tickets, each acknowledged at most once', {
    timeout: 300_000,
  }, async () => {
    // Whoever writes a lot is not always answered: here each ticket is somebody else's.
    const mails = makeMails(1500, makeRandom(seed))
      .filter(({ becomes, raw }) => becomes === 'opened' && !raw.includes('<busy'))
      .slice(0, 500)
    expect(mails).toHaveLength(500)
    const result = await takeByFive({ mails, pauseMs: 0, everyMs: 100, perHour: 1000 })
    expect(result).toEqual({ opened: 500, sent: 500 })
  })
})
