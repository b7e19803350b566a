import { setTimeout as wait } from 'node:timers/promises'
import { ImapFlow } from 'imapflow'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeMails, makeRandom, type TestMail } from './mails.js'
import type { Fault } from './proxy.js'
import { openStorm, pollIntervalMs, type Storm } from './storm.js'

// One fault at a time, on real worker processes behind wires that can be harmed.

let storm: Storm
beforeAll(async () => {
  storm = await openStorm()
})
afterAll(() => storm?.close())
afterEach(() => {
  storm.wires.database.harm(null)
  storm.wires.smtp.harm(null)
  for (const { imap } of storm.mailboxes) imap.harm(null)
})

let next = 10_000
/** Mails that nobody has written before, to one of the mailboxes. */
const write = (count: number, to = storm.mailboxes[0]!.address): TestMail[] => {
  const first = next
  next += count
  return makeMails(count, makeRandom(first), { to, first }).filter(({ becomes }) => becomes !== 'duplicate')
}
const deliver = (mails: TestMail[], args: { to?: string; date?: Date } = {}): void => {
  const { to = storm.mailboxes[0]!.address, date } = args
  for (const { raw } of mails) storm.server.deliver({ to, raw, ...(date && { date }) })
}

type Row = { messageId: string; state: string; verdict: string | null; attempts: number; copies: number }

/** The journal's rows of these mails, with how many messages each has become. */
const rowsOf = (mails: TestMail[]): Promise<Row[]> =>
  storm.sql<Row>(
    `select internet_message_id "messageId", state, verdict, attempts::int attempts,
       (select count(*)::int from ${storm.table('messages')} m where m.message_id = j.internet_message_id) copies
     from ${storm.table('inboundEmails')} j where internet_message_id = any($1) order by id`,
    [mails.map(({ messageId }) => messageId)],
  )
const countDone = async (mails: TestMail[]): Promise<number> => {
  const [row] = await storm.sql<{ count: number }>(
    `select count(*)::int count from ${storm.table('inboundEmails')} where state = 'done' and internet_message_id = any($1)`,
    [mails.map(({ messageId }) => messageId)],
  )
  return row!.count
}

/** Waits until all of them have their verdict, the right one, and looks whether each has become one message. */
const expectOnce = async (mails: TestMail[], timeout: number): Promise<void> => {
  await expect.poll(() => countDone(mails), { timeout, interval: 100 }).toBe(mails.length)
  const rows = await rowsOf(mails)
  expect(rows.map(({ copies }) => copies)).toEqual(mails.map(() => 1))
  // An answer to a mail that is not among them may open a ticket, if that one never came.
  const known = mails.filter(({ opener }) => mails.some(({ key }) => key === opener))
  const verdicts = new Map(rows.map(({ messageId, verdict }) => [messageId, verdict]))
  expect(known.map(({ messageId }) => verdicts.get(messageId))).toEqual(known.map(({ becomes }) => becomes))
  const empty = await storm.sql(
    `select id from ${storm.table('tickets')} t
     where not exists (select from ${storm.table('messages')} m where m.ticket_id = t.id)`,
  )
  expect(empty).toEqual([])
}

/** Looks into a mailbox past the wires, as another mail program does. */
const withClient = async <T>(address: string, work: (client: ImapFlow) => Promise<T>): Promise<T> => {
  const auth = { user: address, pass: 'secret' }
  const client = new ImapFlow({ ...storm.server.imap, secure: false, logger: false, auth })
  await client.connect()
  try {
    await client.mailboxOpen('INBOX')
    return await work(client)
  } finally {
    await client.logout()
  }
}

/** UIDs that are marked as read. */
const seen = (address: string): Promise<number[]> =>
  withClient(address, async (client) => (await client.search({ seen: true }, { uid: true })) || [])

const twoPolls = 2 * pollIntervalMs

describe('the database', () => {
  it('FT04 is away when mail comes: nothing changes on the server, and all is there when it is back', async () => {
    const { address } = storm.mailboxes[0]!
    const before = await seen(address)
    storm.wires.database.harm({ kind: 'refuse' })
    const mails = write(20)
    deliver(mails)
    await wait(2 * pollIntervalMs)
    expect(await seen(address)).toEqual(before)
    expect(await rowsOf(mails)).toEqual([])
    storm.wires.database.harm(null)
    await expectOnce(mails, twoPolls + 4000)
    expect((await rowsOf(mails)).map(({ attempts }) => attempts)).toEqual(mails.map(() => 1))
  }, 60_000)

  it('FT05 ends 50 connections within transactions, many of them when mails have been stored: each mail comes once', async () => {
    // Looks every millisecond, for up to a second. Only what takes mails in writes their keys.
    await storm.sql(
      `create function end_one(has_stored boolean) returns boolean language plpgsql as $$ declare ended boolean; begin
         for i in 1..700 loop
           perform pg_stat_clear_snapshot();
           select pg_terminate_backend(pid) into ended from pg_stat_activity a
             where datname = current_database() and application_name = 'storm' and xact_start is not null
               and case when has_stored then exists (
                 select from pg_locks l where l.pid = a.pid and l.mode = 'RowExclusiveLock' and l.granted
                   and l.relation = '${storm.table('mailKeys')}'::regclass
               ) else query_start > xact_start end limit 1;
           if ended then return true; end if;
           perform pg_sleep(0.001);
         end loop;
         return false;
       end $$`,
    )
    const random = makeRandom(5)
    const mails: TestMail[] = []
    const began = Date.now()
    let ended = 0
    for (let round = 0; ended < 50 && Date.now() - began < 200_000; round++) {
      // What one end of a connection holds up shall not become a heap.
      if (mails.length - (await countDone(mails)) < 100) {
        const more = write(5)
        mails.push(...more)
        deliver(more)
      }
      // First of all comes the journal; what becomes of its mails a little later.
      await wait(random() * 150)
      const [row] = await storm.sql<{ one: boolean }>('select end_one($1) one', [round % 2 === 0])
      if (row!.one) ended++
    }
    console.info(
      `FT05 ${ended} connections ended, ${mails.length} mails, ${Math.round((Date.now() - began) / 1000)} s`,
    )
    expect(ended).toBe(50)
    await expectOnce(mails, twoPolls + 20_000)
  }, 300_000)

  it('FT06 does not tell that it has committed: each mail comes once', async () => {
    const { database } = storm.wires
    // Workers that have just begun take nothing in yet.
    const first = write(3)
    deliver(first)
    await expectOnce(first, 30_000)
    const before = database.hits()
    database.harm({ kind: 'swallow', when: /commit\0/i })
    const mails = write(30)
    deliver(mails)
    await wait(3000)
    database.harm(null)
    expect(database.hits() - before).toBeGreaterThan(2)
    await expectOnce(mails, twoPolls + 10_000)
    // Nothing that was not heard of stands in the way of the next ones.
    const next = write(5)
    deliver(next)
    await expectOnce(next, twoPolls + 10_000)
  }, 60_000)
})

describe('the mail server', () => {
  it('FT15 falls silent on an open connection: the next mail comes by a new one', async () => {
    const { imap } = storm.mailboxes[0]!
    await wait(1000)
    imap.silence()
    const mails = write(3)
    deliver(mails)
    // The look of the next poll waits half a minute for an answer, and then for none.
    await expectOnce(mails, pollIntervalMs + 30_000 + twoPolls)
  }, 80_000)

  it('FT30 loses a mail between our look and our fetch: it is passed over, and the next ones come', async () => {
    const { imap, address } = storm.mailboxes[0]!
    const [gone, ...others] = write(6)
    let isGone = false
    const expunge = async () => {
      if (isGone) return
      isGone = true
      await withClient(address, (client) =>
        client.messageDelete({ header: { 'message-id': gone!.messageId } }, { uid: true }),
      )
    }
    const state = async () => {
      const [row] = await storm.sql<{ health: string; failures: number }>(
        `select health, coalesce(failures, 0)::int failures from ${storm.table('mailboxState')} where mailbox_id = $1`,
        [storm.mailboxes[0]!.id],
      )
      return `${row!.health}, ${row!.failures} failures`
    }
    const well = 'ok, 0 failures'
    await expect.poll(state, { timeout: 20_000 }).toBe(well)
    const states = new Set<string>()
    let isOver = false
    const watching = (async () => {
      for (; !isOver; await wait(20)) states.add(await state())
    })()
    try {
      imap.harm({ kind: 'before', when: /FETCH [\d,:]+ \(.*BODY\.PEEK\[\]/i, act: expunge })
      deliver([gone!, ...others])
      await expectOnce(others, 20_000)
      await wait(500)
    } finally {
      isOver = true
      await watching
    }
    expect(isGone).toBe(true)
    expect(
      storm.server.mailbox(address).some(({ text }) => text.includes(`Message-ID: ${gone!.messageId}`)),
    ).toBe(false)
    // At no time was it a fault.
    expect([...states]).toEqual([well])
  }, 60_000)
})

describe('a mailbox whose server is in trouble', () => {
  const take = async (): Promise<number> => {
    const other = storm.mailboxes[1]!.address
    const mails = write(200, other)
    const began = Date.now()
    deliver(mails, { to: other })
    await expectOnce(mails, 60_000)
    return mails.length / ((Date.now() - began) / 1000)
  }
  const mean = (rates: number[]): number => rates.reduce((sum, rate) => sum + rate) / rates.length

  const troubles: [string, Fault][] = [
    ['sends one byte a second', { kind: 'trickle', bytes: 1 }],
    ['lets nobody in', { kind: 'refuse' }],
    ['says nothing any more', { kind: 'drop', direction: 'toClient' }],
  ]
  it.each(troubles)(
    'FT32 %s: the other mailbox keeps its pace',
    { timeout: 180_000 },
    async (name, fault) => {
      const { imap } = storm.mailboxes[0]!
      // Two workers that have just begun are slow at first.
      for (let round = 0; round < 3; round++) await take()
      const first = await take()
      const late = write(5)
      const before = imap.hits()
      imap.harm(fault)
      deliver(late)
      const beside = [await take(), await take()]
      const hits = imap.hits() - before
      expect(await countDone(late)).toBe(0)
      imap.harm(null)
      await expectOnce(late, 40_000 + twoPolls)
      const healthy = [first, await take()]
      console.info(
        `${healthy.map(Math.round).join(' and ')} mails/s with both well, ${beside.map(Math.round).join(' and ')} while the other one ${name} (${hits} times)`,
      )
      expect(hits).toBeGreaterThan(0)
      expect(mean(beside)).toBeGreaterThan(0.8 * mean(healthy))
    },
  )
})

describe('time', () => {
  it('FT22 worker clocks that are hours wrong, and Date headers of other centuries: all comes, in its order', async () => {
    const [one, two] = storm.workers
    one!.give({ act: 'skew', ms: 2 * 60 * 60_000 })
    two!.give({ act: 'skew', ms: -2 * 60 * 60_000 })
    const jumped = Date.now()
    const during = write(8)
    deliver(during)
    await expectOnce(during, 40_000)
    // By then both have looked at the database's clock again.
    await wait(Math.max(0, jumped + 22_000 - Date.now()))
    const years = ['Thu, 01 Jan 2099 00:00:00 +0000', 'Thu, 01 Jan 1970 00:00:00 +0000', 'not a date']
    const odd = write(12)
      .filter(({ becomes }) => becomes === 'opened')
      .map((mail, index) => ({
        ...mail,
        raw: mail.raw.replace(/^Date: .*$/m, `Date: ${years[index % years.length]}`),
      }))
    for (const mail of odd) {
      deliver([mail])
      await wait(300)
    }
    await expectOnce(odd, twoPolls + 4000)
    const order = await storm.sql<{ messageId: string; wrong: number }>(
      `select m.message_id "messageId", abs(extract(epoch from now() - t.last_activity_at))::float8 wrong
       from ${storm.table('tickets')} t join ${storm.table('messages')} m on m.ticket_id = t.id
       where m.message_id = any($1) order by t.last_activity_at, t.number`,
      [odd.map(({ messageId }) => messageId)],
    )
    expect(order.map(({ messageId }) => messageId)).toEqual(odd.map(({ messageId }) => messageId))
    for (const { wrong } of order) expect(wrong).toBeLessThan(60)
    // One of them is left: what the other put off does not wait hours for it.
    one!.give({ act: 'stop' })
    expect(await one!.ended).toBe(0)
    const after = write(3)
    deliver(after)
    await expectOnce(after, twoPolls + 4000)
    two!.give({ act: 'skew', ms: 0 })
    await storm.replace(one!)
  }, 120_000)

  it('FT23 a week without a worker: all 300 mails come, and nobody is told that their old mail was received', async () => {
    for (const worker of storm.workers) worker.give({ act: 'stop' })
    for (const worker of storm.workers) await worker.ended
    const weekAgo = new Date(Date.now() - 7 * 24 * 60 * 60_000)
    // Some that are written are another's copy.
    const written: TestMail[] = []
    while (written.length < 300) written.push(...write(50))
    const mails = written.slice(0, 300).map((mail) => ({
      ...mail,
      raw: mail.raw.replace(/^Date: .*$/m, `Date: ${weekAgo.toUTCString()}`),
    }))
    deliver(mails, { date: weekAgo })
    for (const worker of [...storm.workers]) await storm.replace(worker)
    await expectOnce(mails, 60_000)
    const told = await storm.sql(
      `select 1 from ${storm.table('outboundEmails')} o join ${storm.table('messages')} m on m.ticket_id = o.ticket_id
       where o.automatic and m.message_id = any($1)`,
      [mails.map(({ messageId }) => messageId)],
    )
    expect(told).toEqual([])
  }, 120_000)
})
