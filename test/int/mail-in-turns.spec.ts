import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { takeLease } from '../../src/core/lease.js'
import { fetchLease, watchLease } from '../../src/mail/inbound/fetchMailbox.js'
import { fetchWork } from '../../src/mail/inbound/fetchWork.js'
import { processWork } from '../../src/mail/inbound/processWork.js'
import { context, createRig, mailOf, type Rig } from './mailRig.js'

// Which worker works on which mailbox, and for how long: backlogs of more than the four batches of a turn.

const mails = 110

type Turn = { key: string; token: string; holder: string }

let rig: Rig
let billing: DocID
/** The leases that were held while a mail was worked on. */
let turns: Turn[] = []
/** What a mail that is stuck waits for. */
let stuck: Promise<void> = Promise.resolve()
/** The mailbox whose mails take long. */
let slow: DocID | null = null
beforeAll(async () => {
  rig = await createRig({
    options: {
      mail: {
        steps: ({ defaultSteps }) => [
          {
            name: 'record',
            when: 'before',
            run: async ({ mail, mailbox }) => {
              if (mail.subject === 'Stuck') await stuck
              if (mailbox.id === slow) await new Promise((resolve) => setTimeout(resolve, 40))
              const held = `select key, token, holder from ${rig.table('leases')} where key = $1`
              turns.push(...(await rig.sql<Turn>(held, [keyOf(mailbox.id)])))
            },
          },
          ...defaultSteps,
        ],
      },
    },
  })
  billing = await rig.addMailbox('billing@acme.test')
  await rig.receive()
})
afterAll(() => rig.close())
afterEach(() => {
  turns = []
})

const deliver = (name: 'help' | 'billing') => {
  for (let index = 0; index < mails; index++)
    rig.server.deliver({ to: `${name}@acme.test`, raw: mailOf({ Subject: `${name} ${index}` }) })
}

/** Fetches mails into the journal, with nobody at them yet. */
const fetchAll = async () => {
  await rig.sql(`update ${rig.table('mailboxState')} set next_try_at = null`)
  await rig.run('mail.fetch')
}

const work = (workerId: string) => processWork().run({ ...context(rig.payload), workerId })

const keyOf = (mailbox: DocID) => `mailbox:${mailbox}:process`
const distinct = (of: keyof Turn, mailbox: DocID) => [
  ...new Set(turns.filter(({ key }) => key === keyOf(mailbox)).map((turn) => turn[of])),
]
const waiting = async () => (await rig.journal()).filter(({ state }) => state === 'received').length

/** A run on two backlogs whose time is up as soon as it has begun. */
const runLong = async () => {
  for (const name of ['help', 'billing', 'help', 'billing'] as const) deliver(name)
  await fetchAll()
  const began = performance.now()
  const clock = vi.spyOn(performance, 'now').mockReturnValue(began)
  const run = work('one')
  while (!turns.length) await new Promise((resolve) => setTimeout(resolve, 20))
  clock.mockReturnValue(began + 60_000)
  const result = await run
  clock.mockRestore()
  return result
}

describe('a backlog', () => {
  it('of one mailbox is worked off in one run under one lease', async () => {
    deliver('help')
    await fetchAll()
    expect(await waiting()).toBe(mails)
    await work('one')
    expect(await waiting()).toBe(0)
    expect(distinct('token', rig.mailbox)).toHaveLength(1)
  })

  it('of two mailboxes stays with the worker that is at it; another one finds nothing to do', async () => {
    deliver('help')
    deliver('billing')
    await fetchAll()
    const first = work('one')
    while (!turns.length) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await work('two')).toEqual({ more: false })
    expect(await waiting()).toBeGreaterThan(0)
    await first
    expect(await waiting()).toBe(0)
    for (const mailbox of [rig.mailbox, billing]) {
      expect(distinct('token', mailbox)).toHaveLength(1)
      expect(distinct('holder', mailbox)).toEqual(['one'])
    }
  })

  it('of three mailboxes is worked off in turns: the third waits for no end of the others', async () => {
    const third = await rig.addMailbox('sales@acme.test', { receive: { kind: 'none' } })
    deliver('help')
    deliver('billing')
    await fetchAll()
    // Half of what lies there is the third one's, and came last.
    await rig.sql(
      `update ${rig.table('inboundEmails')} set mailbox_id = $1
       where id in (select id from ${rig.table('inboundEmails')} where state = 'received' order by id desc limit $2)`,
      [third, mails],
    )
    deliver('help')
    deliver('billing')
    await fetchAll()
    while ((await work('one')).more);
    expect(await waiting()).toBe(0)
    const [order] = await rig.sql<{ begun: Date; ended: Date }>(
      `select min(done_at) filter (where mailbox_id = $1) begun, max(done_at) filter (where mailbox_id <> $1) ended
       from ${rig.table('inboundEmails')}`,
      [third],
    )
    expect(order!.begun.getTime()).toBeLessThan(order!.ended.getTime())
    expect(distinct('token', third).length).toBeGreaterThan(0)
  })

  it('is let go of when a run has lasted long, also where one mailbox goes on for longer than the other', async () => {
    slow = billing
    expect(await runLong()).toEqual({ more: true })
    // One turn, while the quicker one of the two could have its second.
    expect(distinct('token', billing)).toHaveLength(1)
    expect(await waiting()).toBe(2 * mails - 100)
    slow = null
    while ((await work('one')).more);
    expect(await waiting()).toBe(0)
  })

  it('that is let go of is for another worker only two seconds later', async () => {
    await runLong()
    const left = await waiting()
    expect(left).toBeGreaterThan(0)
    const leases = await rig.sql<{ ms: number }>(
      `select extract(epoch from expires_at - now()) * 1000 ms from ${rig.table('leases')} where key like '%:process'`,
    )
    expect(leases).toHaveLength(2)
    for (const { ms } of leases) {
      expect(Number(ms)).toBeGreaterThan(0)
      expect(Number(ms)).toBeLessThanOrEqual(2000)
    }
    // As another process sees them, which does not know how to take them up again.
    await rig.sql(
      `update ${rig.table('leases')} set token = 'of another process', expires_at = now() + interval '2 s' where key like '%:process'`,
    )
    expect(await work('two')).toEqual({ more: false })
    expect(await waiting()).toBe(left)
    await new Promise((resolve) => setTimeout(resolve, 2000))
    while ((await work('two')).more);
    expect(await waiting()).toBe(0)
  })

  it('that another worker has just fetched is left to it for two seconds', async () => {
    const other = { payload: rig.payload, holder: 'another process', ttlMs: 60_000 }
    for (const [mailbox, name, lease] of [
      [rig.mailbox, 'help', fetchLease],
      [billing, 'billing', watchLease],
    ] as const) {
      rig.server.deliver({ to: `${name}@acme.test`, raw: mailOf({ Subject: 'New' }) })
      await fetchAll()
      const held = await takeLease({ ...other, key: lease(mailbox) })
      expect(await work('one')).toEqual({ more: false })
      expect(await waiting()).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 2000))
      await work('one')
      expect(await waiting()).toBe(0)
      await held!.release()
      // Where nobody is said to fetch it, it is anybody's.
      rig.server.deliver({ to: `${name}@acme.test`, raw: mailOf({ Subject: 'Newer' }) })
      await fetchAll()
      await work('one')
      expect(await waiting()).toBe(0)
    }
  })

  it('of one mailbox where a mail is stuck keeps no other mailbox waiting', async () => {
    let letGo = () => {}
    stuck = new Promise((resolve) => {
      letGo = resolve
    })
    rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: 'Stuck' }) })
    await fetchAll()
    const run = work('one')
    await new Promise((resolve) => setTimeout(resolve, 500))
    deliver('billing')
    await fetchAll()
    await expect.poll(waiting, { timeout: 5000 }).toBe(1)
    // Also when the run has lasted long already.
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000)
    deliver('billing')
    await fetchAll()
    await expect.poll(waiting, { timeout: 5000 }).toBe(1)
    clock.mockRestore()
    letGo()
    await run
    expect(await waiting()).toBe(0)
  })

  it('that failed once is taken up again, though a mail is stuck in another mailbox', async () => {
    let letGo = () => {}
    stuck = new Promise((resolve) => {
      letGo = resolve
    })
    rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: 'Stuck' }) })
    await fetchAll()
    const log = vi.spyOn(rig.payload.logger, 'error')
    const run = work('one')
    await new Promise((resolve) => setTimeout(resolve, 500))
    deliver('billing')
    await fetchAll()
    const rename = (from: string, to: string) =>
      rig.sql(`alter table ${rig.table('mailboxes')} rename column ${from} to ${to}`)
    await rename('archived', 'away')
    await expect.poll(() => log.mock.calls.length, { timeout: 5000 }).toBeGreaterThan(0)
    await rename('away', 'archived')
    expect(JSON.stringify(log.mock.calls)).toContain(`mail of mailbox ${billing}`)
    log.mockRestore()
    await expect.poll(waiting, { timeout: 15_000 }).toBe(1)
    letGo()
    await expect(run).rejects.toThrow()
    expect(await waiting()).toBe(0)
  })

  it('is worked on while the rest of it is still being fetched', async () => {
    deliver('help')
    await rig.sql(`update ${rig.table('mailboxState')} set next_try_at = null`)
    let wakes = 0
    const wake = (name: string) => {
      if (name === 'mail.process') wakes++
    }
    await fetchWork(getHelpdesk(rig.payload)).run({ ...context(rig.payload), wake })
    // Once for each batch of fifty.
    expect(wakes).toBeGreaterThanOrEqual(Math.ceil(mails / 50))
    await work('one')
    expect(await waiting()).toBe(0)
  })
})
