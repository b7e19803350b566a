import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { replyToTicket } from '../../src/operations/replyToTicket.js'
import { footLine } from '../../src/rules/reference.js'
import { createWorker, type Worker } from '../../src/worker/index.js'
import { type Dovecot, lacksDovecot, startDovecot } from '../mailServer.js'
import { header } from './mail-out.desk.js'
import { createRig, mailOf, type Rig } from './mailRig.js'

const account = { address: 'desk@acme.test', password: 'a Dovecot password' }
const within = { timeout: 20_000, interval: 50 }

describe.skipIf(lacksDovecot)('on Dovecot', () => {
  let dovecot: Dovecot
  let rig: Rig
  let worker: Worker
  let mailbox: DocID
  const login = { user: account.address, password: account.password }
  const deliver = (raw: string) => dovecot.deliver({ to: account.address, raw })
  const verdicts = async (): Promise<Record<string, number>> => {
    const rows = await rig.sql<{ verdict: string; count: number }>(
      `select coalesce(verdict, state) verdict, count(*)::int count from ${rig.table('inboundEmails')}
       where mailbox_id = $1 group by 1`,
      [mailbox],
    )
    return Object.fromEntries(rows.map(({ verdict, count }) => [verdict, count]))
  }
  const ticketCount = async () => (await rig.tickets()).filter((ticket) => ticket.mailbox === mailbox).length
  const messageCount = async () => (await rig.messages()).length
  const state = async (id = mailbox) =>
    (await rig.sql(`select * from ${rig.table('mailboxState')} where mailbox_id = $1`, [id]))[0]

  beforeAll(async () => {
    dovecot = await startDovecot({ accounts: [account] })
    rig = await createRig()
    for (const day of [3, 2]) {
      const date = new Date(Date.now() - day * 86_400_000).toUTCString()
      await deliver(mailOf({ Subject: `From before ${day}`, Date: date }))
    }
    mailbox = await rig.addMailbox(account.address, {
      name: 'Acme Desk',
      receive: { kind: 'imap', ...dovecot.imap, security: 'none', ...login },
      send: { kind: 'smtp', ...rig.server.smtp, security: 'none' },
    })
    worker = createWorker({ payload: rig.payload })
    worker.start()
    await vi.waitUntil(async () => Boolean((await state())?.['started_at']), within)
  })
  afterAll(async () => {
    await worker?.stop()
    await rig?.close()
    await dovecot?.close()
  })

  it('FT16 a mail goes in, the answer out and the next one back, over a UIDVALIDITY change', async () => {
    const first = mailOf({ Subject: 'The kettle', 'Message-ID': '<kettle@example.com>' })
    const since = performance.now()
    await deliver(first)
    await expect.poll(ticketCount, within).toBe(1)
    console.log(`Dovecot: delivered by LMTP → ticket in ${Math.round(performance.now() - since)} ms`)
    const ticket = (await rig.tickets()).find(({ subject }) => subject === 'The kettle')!
    for (let i = 0; i < 20; i++) await deliver(mailOf({ Subject: `Another ${i}` }))
    await expect.poll(verdicts, within).toEqual({ opened: 21 })
    const messages = await messageCount()

    await dovecot.changeUidValidity(account.address)
    // All that lies there has other numbers now: the 21 known ones, and 2 from before the mailbox was connected.
    await expect.poll(verdicts, within).toEqual({ opened: 21, duplicate: 21, ignored: 2 })
    expect([await ticketCount(), await messageCount()]).toEqual([21, messages])

    await replyToTicket({
      req: { payload: rig.payload } as never,
      overrideAccess: true,
      ticket: ticket.id,
      text: 'Is it plugged in?',
      to: [{ name: 'Eve', address: ticket.requesterAddress }],
      undoWindowMs: 0,
    })
    const answer = await rig.server.waitFor(ticket.requesterAddress, () => true, 20_000)
    expect(header(answer, 'From')).toBe('Acme Desk <desk@acme.test>')
    expect(header(answer, 'In-Reply-To')).toBe('<kettle@example.com>')
    expect(answer.text).toContain(footLine(ticket.replyKey))

    const back = mailOf(
      { Subject: 'Re: The kettle', 'In-Reply-To': header(answer, 'Message-ID')! },
      'Now it is.',
    )
    await deliver(back)
    await expect.poll(verdicts, within).toEqual({ opened: 21, duplicate: 21, ignored: 2, appended: 1 })
    expect((await rig.messages(ticket.id)).map(({ kind, text }) => [kind, text])).toEqual([
      ['customer', 'My lamp is broken.'],
      ['reply', 'Is it plugged in?'],
      ['customer', 'Now it is.'],
    ])
    expect(dovecot.mailbox(account.address).length).toBe(24)
  })

  it('mail that came while the numbers changed is not lost', async () => {
    const before = await verdicts()
    await dovecot.changeUidValidity(account.address)
    await deliver(mailOf({ Subject: 'In between' }))
    await expect
      .poll(verdicts, within)
      .toEqual({ ...before, opened: 22, duplicate: before['duplicate']! + 24 })
    expect(await ticketCount()).toBe(22)
  })

  it('FT17 UIDs given again to other mails bring all of them', async () => {
    const before = await ticketCount()
    await dovecot.recreate(account.address)
    for (let i = 0; i < 5; i++) await deliver(mailOf({ Subject: `Under an old number ${i}` }))
    await expect.poll(ticketCount, within).toBe(before + 5)
    const rows = await rig.sql<{ uid: number }>(
      `select uid::int uid from ${rig.table('inboundEmails')}
       where mailbox_id = $1 and subject like 'Under an old number%' order by uid`,
      [mailbox],
    )
    expect(rows.map(({ uid }) => uid)).toEqual([1, 2, 3, 4, 5])
  })

  it('I05 a certificate that nobody vouches for gets no password', async () => {
    const other = await rig.addMailbox('tls@acme.test', {
      receive: { kind: 'imap', ...dovecot.imaps, security: 'tls', ...login },
      send: { kind: 'none' },
    })
    const starttls = await rig.addMailbox('starttls@acme.test', {
      receive: { kind: 'imap', ...dovecot.imap, security: 'starttls', ...login },
      send: { kind: 'none' },
    })
    await expect.poll(async () => (await state(other))?.['error_code'], within).toBe('tls')
    await expect.poll(async () => (await state(starttls))?.['error_code'], within).toBe('tls')
    expect(dovecot.log()).not.toMatch(/Login: user=<desk@acme.test>.*TLS/)
  })
})
