import { createLocalReq } from 'payload'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SlugKey } from '../../src/core/slugs.js'
import { ensureContact, openTicket } from '../../src/operations/index.js'
import { createWorker, type Worker } from '../../src/worker/index.js'
import { type FaultDesk, openFaultDesk } from '../faults/desk.js'
import { checkLedger } from '../faults/ledger.js'
import { makeMails, makeRandom, type TestMail } from '../faults/mails.js'

// The faults are made on purpose and would fill the screen.
process.env.HELPDESK_TEST_LOG = 'silent'

describe('a COMMIT that fails', () => {
  let desk: FaultDesk
  let worker: Worker
  const broken: string[] = []
  beforeAll(async () => {
    desk = await openFaultDesk({ mail: { pollIntervalMs: 1000 } })
    await desk.sql(`create function refuse_late() returns trigger language plpgsql as
      $$ begin raise exception 'refused at commit'; end $$`)
    worker = createWorker({ payload: desk.site.payload })
    worker.start()
    await desk.connected()
  })
  afterEach(async () => {
    for (const table of broken.splice(0)) await desk.sql(`drop trigger late on ${table}`)
  })
  afterAll(async () => {
    await worker.stop()
    await desk.close()
  })

  /** From now on a transaction that does this to the table is refused when it commits, and not before. */
  const breakCommit = async (key: SlugKey, when: string): Promise<void> => {
    const table = desk.table(key)
    await desk.sql(
      `create constraint trigger late after ${when.replace('$table', table)} execute function refuse_late()`,
    )
    broken.push(table)
  }
  const onInsert = 'insert on $table deferrable initially deferred for each row'
  const onUpdate = (state: string): string =>
    `update on $table deferrable initially deferred for each row when (new.state = '${state}')`
  const repair = async (): Promise<void> => {
    for (const table of broken.splice(0)) await desk.sql(`drop trigger late on ${table}`)
  }
  const count = async (key: SlugKey, where?: string): Promise<number> => (await desk.rows(key, where)).length
  const cursor = async (): Promise<number> =>
    (await desk.sql<{ uid: number }>(`select last_uid::int uid from ${desk.table('mailboxState')}`))[0]!.uid
  const health = () => desk.sql(`select health, error_code code, error from ${desk.table('mailboxState')}`)
  const inbox = (): number[] => desk.server.mailbox('help@acme.test').map(({ uid }) => uid)
  const written = makeMails(12, makeRandom(7))
  const all: TestMail[] = []
  const deliver = (): TestMail[] => {
    const mails = written.slice(all.length, all.length + 6)
    all.push(...mails)
    for (const { raw } of mails) desk.server.deliver({ to: 'help@acme.test', raw })
    return mails
  }
  const isWorkedOff = () =>
    expect
      .poll(() => count('inboundEmails', `state = 'done'`), { timeout: 30_000, interval: 200 })
      .toBe(all.length)

  it('of the journal is reported; the cursor stays, and nothing is marked', async () => {
    const before = await cursor()
    await breakCommit('inboundEmails', onInsert)
    deliver()
    await expect.poll(health, { timeout: 10_000 }).toEqual([
      {
        health: 'warning',
        code: 'internal',
        error: 'Something went wrong on this site: refused at commit',
      },
    ])
    expect(await cursor()).toBe(before)
    expect([await count('inboundEmails'), await count('rawSources')]).toEqual([0, 0])
    expect(await desk.seen()).toEqual([])
    await repair()
    await isWorkedOff()
    expect((await checkLedger(desk.site.payload, all)).wrong).toEqual([])
    await expect.poll(async () => (await desk.seen()).length, { timeout: 10_000 }).toBe(all.length)
    await expect.poll(health, { timeout: 10_000 }).toEqual([{ health: 'ok', code: null, error: null }])
  })

  it('of the verdict is reported at the mail; nothing is moved, linked or opened until it is repaired', async () => {
    await desk.sql(
      `update ${desk.table('mailboxes')} set receive_afterwards = 'move', receive_move_to = 'Trash', updated_at = now()`,
    )
    const [tickets, uids] = [await count('tickets'), inbox()]
    await breakCommit('inboundEmails', onUpdate('done'))
    const mails = deliver()
    const open = `state = 'received' and error like '%refused at commit%'`
    await expect.poll(() => count('inboundEmails', open), { timeout: 20_000 }).toBe(mails.length)
    expect(await count('tickets')).toBe(tickets)
    expect(await count('attachments', `state = 'linked' and message_id is null`)).toBe(0)
    expect(inbox().length).toBe(uids.length + mails.length)
    await repair()
    await desk.sql(`update ${desk.table('inboundEmails')} set next_try_at = null where state = 'received'`)
    worker.wake('mail.process')
    await isWorkedOff()
    expect((await checkLedger(desk.site.payload, all)).wrong).toEqual([])
    await expect.poll(() => inbox().length, { timeout: 10_000 }).toBe(uids.length)
  })

  const ticket = async (): Promise<{ id: string; address: string }> => {
    const { payload } = desk.site
    const req = await createLocalReq({}, payload)
    const requester = { name: 'Ines', address: `ines${Date.now()}@example.com` }
    const { contact } = await ensureContact({ req, ...requester })
    const opened = await openTicket({
      req,
      overrideAccess: true,
      mailbox: desk.mailbox,
      contact,
      requester,
      requesterVerified: false,
      subject: 'Question',
      source: 'manual',
      silent: true,
    })
    return { id: String(opened.ticket.id), address: requester.address }
  }

  it('of a reply is answered as an error; the draft stays, and the customer gets nothing', async () => {
    const { agent } = desk.site.users
    const { id, address } = await ticket()
    const act = (name: string, body: unknown) =>
      desk.site.rest<{ error?: { message: string } }>('POST', `/helpdesk/tickets/${id}/${name}`, {
        user: agent,
        body,
      })
    const written = { text: 'The answer.', to: [{ name: 'Ines', address }] }
    expect(
      (await act('draft', { kind: 'reply', source: { text: 'The answer.' }, to: written.to })).status,
    ).toBe(200)
    const state = async () => [
      await desk.rows('tickets', 'id = $1', [id]),
      await desk.rows('drafts', 'ticket_id = $1', [id]),
      await desk.rows('messages', 'ticket_id = $1', [id]),
      await desk.rows('activities', 'ticket_id = $1', [id]),
      await desk.rows('outboundEmails', 'ticket_id = $1', [id]),
    ]
    const before = await state()
    expect(before[1]!.length).toBe(1)
    await breakCommit('outboundEmails', onInsert)
    const refused = await act('reply', written)
    expect([refused.status, refused.body.error?.message]).toEqual([
      500,
      'Something went wrong on the server. Nothing was changed.',
    ])
    expect(await state()).toEqual(before)
    await repair()
    expect((await act('reply', written)).status).toBe(200)
    await desk.sql(`update ${desk.table('outboundEmails')} set due_at = now() where ticket_id = $1`, [id])
    await desk.server.waitFor(address)
    await expect
      .poll(() => desk.rows('outboundEmails', `ticket_id = $1 and state = 'sent'`, [id]))
      .toHaveLength(1)
    expect(desk.server.mailbox(address).length).toBe(1)
  })

  it('of the note that a reply was sent: it stands as "may have been delivered", and came at most twice', async () => {
    const { agent } = desk.site.users
    const { id, address } = await ticket()
    await breakCommit('outboundEmails', onUpdate('sent'))
    await desk.site.rest('POST', `/helpdesk/tickets/${id}/reply`, {
      user: agent,
      body: { text: 'The answer.', to: [{ name: 'Ines', address }] },
    })
    await desk.sql(`update ${desk.table('outboundEmails')} set due_at = now() where ticket_id = $1`, [id])
    const row = async () =>
      (
        await desk.sql<{ state: string; error: string; messageId: string; delivery: string }>(
          `select o.state, o.error, o.internet_message_id "messageId", m.delivery from ${desk.table('outboundEmails')} o
           join ${desk.table('messages')} m on m.id = o.message_id where o.ticket_id = $1`,
          [id],
        )
      )[0]!
    await desk.server.waitFor(address)
    await expect
      .poll(
        async () => {
          // The lease of a try that was never noted runs out at once.
          await desk.sql(
            `update ${desk.table('outboundEmails')} set lease_until = now() - interval '1 ms' where state = 'sending'`,
          )
          return (await row()).state
        },
        { timeout: 30_000, interval: 1000 },
      )
      .toBe('failed')
    const { error, messageId, delivery } = await row()
    expect([error, delivery]).toEqual(['failed: may have been delivered', 'failed'])
    const copies = desk.server.mailbox(address).map(({ text }) => /^Message-ID: (.+?)\r?$/im.exec(text)![1])
    expect(new Set(copies)).toEqual(new Set([messageId]))
    expect(copies.length).toBeLessThanOrEqual(2)
  })
})
