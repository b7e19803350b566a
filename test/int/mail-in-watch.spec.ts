import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { getHelpdesk } from '../../src/core/config.js'
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
