import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultDesk, openFaultDesk, type WorkerProcess } from './desk.js'
import { checkLedger } from './ledger.js'
import { makeMails, makeRandom } from './mails.js'

// Deploys, one after the other, while mail comes in: each worker is told to stop and another takes its place.

const seed = Number(process.env.HELPDESK_SEED ?? Date.now() % 1_000_000)

let desk: FaultDesk
beforeAll(async () => {
  desk = await openFaultDesk({ mail: { pollIntervalMs: 1000 } })
})
afterAll(() => desk.close())

describe('workers that are restarted again and again', () => {
  it(`FT28 take each mail in once, and stop cleanly: HELPDESK_SEED=${seed}`, {
    timeout: 240_000,
  }, async () => {
    const mails = makeMails(200, makeRandom(seed))
    const workers: WorkerProcess[] = await Promise.all([desk.worker(), desk.worker()])
    await desk.connected()
    let delivered = 0
    let isOver = false
    const arriving = (async () => {
      for (; delivered < mails.length && !isOver; delivered++) {
        desk.server.deliver({ to: 'help@acme.test', raw: mails[delivered]!.raw })
        await wait(150)
      }
    })()
    const ends: string[] = []
    let spare = desk.worker({ isWaiting: true })
    // On a busy machine the mails are all there before so many workers have started.
    for (let deploy = 0; delivered < mails.length || deploy < 4; deploy++) {
      const place = deploy % 2
      const leaving = workers[place]!
      const next = await spare
      spare = desk.worker({ isWaiting: true })
      leaving.give({ act: 'stop' })
      ends.push(String(await leaving.ended))
      next.give({ act: 'work', workerId: next.workerId })
      workers[place] = next
      await wait(500)
    }
    isOver = true
    await arriving
    await expect
      .poll(() => desk.rows('inboundEmails', `state = 'done'`).then((rows) => rows.length), {
        timeout: 90_000,
        interval: 250,
      })
      .toBe(mails.length)
    console.info(`HELPDESK_SEED=${seed}: ${mails.length} mails, ${ends.length} deploys`)
    expect(ends.length).toBeGreaterThan(3)
    expect([...new Set(ends)]).toEqual(['0'])
    expect((await checkLedger(desk.site.payload, mails)).wrong).toEqual([])
  })
})
