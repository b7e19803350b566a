import { setTimeout as wait } from 'node:timers/promises'
import { createLocalReq } from 'payload'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf } from '../../src/core/database.js'
import { takeLease } from '../../src/core/lease.js'
import { inTransaction } from '../../src/core/transaction.js'
import { fetchLease, watchLease } from '../../src/mail/inbound/fetchMailbox.js'
import { fetchWork } from '../../src/mail/inbound/fetchWork.js'
import { context, createRig, type Rig } from './mailRig.js'

let rig: Rig
beforeAll(async () => {
  rig = await createRig()
})
afterAll(() => rig.close())

/** A little longer than mailboxes are looked at. */
const oneLook = 5500

const leases = () => rig.sql(`select key from ${rig.table('leases')} where key like '%:watch'`)
const work = () => fetchWork(getHelpdesk(rig.payload))

it('a watch that cannot begin leaves nothing running and nothing taken', async () => {
  const intervals = vi.spyOn(globalThis, 'setInterval')
  const find = vi.spyOn(rig.payload, 'find').mockRejectedValueOnce(new Error('no such luck'))
  await expect(work().watch!(context(rig.payload))).rejects.toThrow('no such luck')
  find.mockRestore()
  await rig.addMailbox('billing@acme.test')
  await rig.sql(
    `create function refuse_second() returns trigger language plpgsql as
     $$ begin if (select count(*) from ${rig.table('leases')} where key like '%:watch') > 0
       then raise exception 'only one'; end if; return new; end $$`,
  )
  await rig.sql(
    `create trigger only_one before insert on ${rig.table('leases')} for each row
     when (new.key like '%:watch') execute function refuse_second()`,
  )
  await expect(work().watch!(context(rig.payload))).rejects.toMatchObject({ message: 'only one' })
  await rig.sql(`drop trigger only_one on ${rig.table('leases')}`)
  expect(await leases()).toEqual([])
  await wait(oneLook)
  expect(await leases()).toEqual([])
  expect(intervals).not.toHaveBeenCalledWith(expect.anything(), 5000)
  intervals.mockRestore()
}, 30_000)

it('a watch that can look no more says so through its slice, which fetches all the same', async () => {
  const slice = work()
  const end = await slice.watch!(context(rig.payload))
  expect((await leases()).length).toBe(2)
  await slice.run(context(rig.payload))
  await rig.sql(
    `create function refuse_renewal() returns trigger language plpgsql as
     $$ begin raise exception 'no renewal'; end $$`,
  )
  await rig.sql(
    `create trigger no_renewal before update on ${rig.table('leases')} for each row
     when (new.key like '%:watch') execute function refuse_renewal()`,
  )
  await wait(oneLook)
  const before = await rig.journal()
  await rig.sql(`update ${rig.table('mailboxState')} set next_try_at = null`)
  rig.server.deliver({
    to: 'help@acme.test',
    raw: 'From: eve@example.com\r\nSubject: Hello\r\n\r\nHello\r\n',
  })
  await expect(slice.run(context(rig.payload))).rejects.toMatchObject({ message: 'no renewal' })
  await expect.poll(async () => (await rig.journal()).length).toBe(before.length + 1)
  await rig.sql(`drop trigger no_renewal on ${rig.table('leases')}`)
  await wait(oneLook)
  await slice.run(context(rig.payload))
  await end()
  expect(await leases()).toEqual([])
}, 40_000)

const raw = (subject: string) => `From: eve@example.com\r\nSubject: ${subject}\r\n\r\nHello\r\n`

it('what another process has not taken to its mailboxes by the next look is watched here', async () => {
  const [first] = await rig.sql<{ id: number }>(
    `select mailbox_id id from ${rig.table('mailboxState')} order by mailbox_id desc limit 1`,
  )
  const key = watchLease(first!.id)
  const other = await takeLease({ payload: rig.payload, key, holder: 'another process', ttlMs: 60_000 })
  const mine = () => rig.sql(`select key from ${rig.table('leases')} where holder like 'test-%'`)
  const end = await work().watch!(context(rig.payload))
  expect(await mine()).toEqual([])
  await wait(oneLook)
  expect(await mine()).toHaveLength(1)
  await end()
  await other!.release()
  // Where nobody else watches any, all are taken at once.
  const endAgain = await work().watch!(context(rig.payload))
  expect(await mine()).toHaveLength(2)
  await endAgain()
}, 30_000)

/** Runs the slice whenever it is woken, as a worker does; its ordinary interval is longer than any of these tests. */
const runWhenWoken = () => {
  const slice = work()
  const woken = { ...context(rig.payload), wake: (name: string) => name === slice.name && void again() }
  let running: Promise<unknown> | undefined
  let isWanted = false
  let runs = 0
  const again = async (): Promise<void> => {
    isWanted = true
    if (running) return
    while (isWanted) {
      isWanted = false
      runs++
      running = slice.run(woken)
      await running.catch(() => undefined)
    }
    running = undefined
  }
  return { begin: () => slice.watch!(woken), again, runs: () => runs }
}

const arrived = async () => (await rig.journal()).length

it('news that come while a mailbox is being read are read when that has ended, not a look later', async () => {
  const worker = runWhenWoken()
  const end = await worker.begin()
  await worker.again()
  await wait(1000)
  const before = await arrived()
  let letGo = () => {}
  const isHeld = new Promise<void>((resolve) => {
    letGo = resolve
  })
  await rig.sql(`update ${rig.table('mailboxState')} set next_try_at = null`)
  // When all has been looked at, to note it waits for a row that somebody else has.
  let holding: Promise<unknown> = Promise.resolve()
  await new Promise<void>((begun) => {
    holding = createLocalReq({}, rig.payload).then((req) =>
      inTransaction(req, async (own) => {
        await sqlOf(own).query(`select 1 from ${rig.table('mailboxState')} for update`)
        begun()
        await isHeld
      }),
    )
  })
  await worker.again()
  rig.server.deliver({ to: 'help@acme.test', raw: raw('Late') })
  await wait(1000)
  letGo()
  await holding
  const freed = Date.now()
  await expect.poll(arrived, { timeout: 10_000 }).toBe(before + 1)
  expect(Date.now() - freed).toBeLessThan(2000)
  await end()
}, 40_000)

it('news that come while another process reads are read soon after it, not a poll interval later', async () => {
  const worker = runWhenWoken()
  const end = await worker.begin()
  await worker.again()
  await wait(1000)
  const before = await arrived()
  const [{ id } = { id: 0 }] = await rig.sql<{ id: number }>(
    `select mailbox_id id from ${rig.table('mailboxState')} order by id limit 1`,
  )
  const other = await takeLease({
    payload: rig.payload,
    key: fetchLease(id),
    holder: 'another process',
    ttlMs: 60_000,
  })
  rig.server.deliver({ to: 'help@acme.test', raw: raw('Meanwhile') })
  await wait(1000)
  // However much of it comes, it asks again every two seconds and no more often.
  const runs = worker.runs()
  for (let index = 0; index < 20; index++) {
    rig.server.deliver({ to: 'help@acme.test', raw: raw(`Meanwhile ${index}`) })
    await wait(250)
  }
  expect(worker.runs() - runs).toBeLessThanOrEqual(4)
  expect(await arrived()).toBe(before)
  await other!.release()
  await expect.poll(arrived, { timeout: 5000 }).toBe(before + 21)
  await end()
}, 40_000)

it('news that come while the database takes no lease are read when it does, not a poll interval later', async () => {
  const worker = runWhenWoken()
  const end = await worker.begin()
  await worker.again()
  await wait(1000)
  const before = await arrived()
  await rig.sql(
    `create function no_fetch() returns trigger language plpgsql as $$ begin
       if new.key like '%:fetch' then raise exception 'no lease'; end if; return new;
     end $$`,
  )
  await rig.sql(
    `create trigger no_fetch before insert or update on ${rig.table('leases')} for each row execute function no_fetch()`,
  )
  const runs = worker.runs()
  rig.server.deliver({ to: 'help@acme.test', raw: raw('In an outage') })
  await expect.poll(() => worker.runs(), { timeout: 5000 }).toBeGreaterThan(runs)
  await wait(200)
  expect(await arrived()).toBe(before)
  await rig.sql(`drop trigger no_fetch on ${rig.table('leases')}`)
  await expect.poll(arrived, { timeout: 5000 }).toBe(before + 1)
  await end()
}, 40_000)
