import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { MailError } from '../../src/core/errors.js'
import { readMailbox } from '../../src/mail/mailboxes.js'
import { claimNext, dueMailboxes, storeRendered } from '../../src/mail/outbound/claim.js'
import { composeMail } from '../../src/mail/outbound/compose.js'
import { outgoingMail } from '../../src/mail/outbound/outgoing.js'
import { settleAnswer, settleError } from '../../src/mail/outbound/settle.js'
import { transportOf } from '../../src/mail/transports/transportOf.js'
import { retryDelivery } from '../../src/operations/retryDelivery.js'
import { type Desk, header, minute, openDesk, sent } from './mail-out.desk.js'

const desk: Desk = await openDesk()
afterAll(() => desk.close())

const { payload } = desk.site
const hour = 60 * minute
const outboxTable = tableOf(payload, 'helpdesk-outbound-emails')

const state = async (mailbox = desk.mailbox) =>
  (await desk.rows<Record<string, unknown>>('mailboxState', 'mailbox_id = $1', [mailbox]))[0]!

/** The mails that reached somebody, by their Message-IDs. */
const received = (address: string): string[] =>
  desk.server.mailbox(address).map((mail) => header(mail, 'Message-ID')!)

/** Connections to the server so far. */
let connections = 0

beforeEach(async () => {
  connections = 0
  desk.server.faults.onConnect = () => void (connections += 1)
  desk.server.faults.onRcpt = undefined
  desk.server.faults.onData = undefined
  desk.later(3 * hour)
  await desk.changeMailbox({
    send: { kind: 'smtp', ...desk.server.smtp, security: 'none', user: 'help@acme.test', password: 'secret' },
  })
  await sqlOf({ payload }).query(
    `update ${outboxTable} set state = 'cancelled' where state in ('queued', 'sending')`,
  )
})

/** What a worker does before it dies: the row says that sending began, and the mail has perhaps left. */
const startAndDie = async (isSent: boolean): Promise<void> => {
  const claim = (await claimNext(payload, desk.mailbox))!
  const mailbox = (await readMailbox(payload, desk.mailbox))!
  const req = desk.system
  const rendered = claim.row.rendered ?? (await composeMail({ req, row: claim.row, mailbox }))
  await storeRendered({ payload, claim, rendered })
  const to = claim.row.recipients.map(({ address }) => address)
  const mail = await outgoingMail({ req, row: claim.row, rendered, to })
  if (isSent) await transportOf(payload, mailbox).send(mail)
  await sqlOf({ payload }).query(
    `update ${outboxTable} set lease_until = now() - interval '1 second' where id = $1`,
    [claim.row.id],
  )
}

describe('a mail server that does not take mail', () => {
  it('FT08 refused connections: the replies wait, and leave once and in order when it is back', async () => {
    const ticket = await desk.open()
    await desk.changeMailbox({
      send: {
        ...desk.server.smtp,
        port: 9,
        kind: 'smtp',
        security: 'none',
        user: 'help@acme.test',
        password: 'secret',
      },
    })
    const first = await desk.reply(ticket, { text: 'number one' })
    const second = await desk.reply(ticket, { text: 'number two' })
    for (let tries = 0; tries < 4; tries++) {
      await desk.work()
      desk.later(20 * minute)
    }
    const waiting = await desk.outbox(first.outboundEmail)
    expect([waiting.state, waiting.errorCode, waiting.sendingAttempts]).toEqual(['queued', 'connect', 0])
    expect(waiting.error).toContain('No connection to the mail server.')
    expect((await desk.outbox(second.outboundEmail)).errorCode).toBe('connect')
    expect((await state())['send_health']).toBe('failing')
    await desk.changeMailbox({
      send: {
        ...desk.server.smtp,
        kind: 'smtp',
        security: 'none',
        user: 'help@acme.test',
        password: 'secret',
      },
    })
    await desk.work()
    const texts = desk.server.mailbox(ticket.requesterAddress).map(({ text }) => /number \w+/.exec(text)![0])
    expect(texts).toEqual(['number one', 'number two'])
    expect((await state())['send_health']).toBe('ok')
  })

  it.each([
    ['421 on connect', () => (desk.server.faults.onConnect = () => ({ code: 421, message: 'too busy' }))],
    ['451 on RCPT', () => (desk.server.faults.onRcpt = () => ({ code: 451, message: 'greylisted' }))],
    ['452 after DATA', () => (desk.server.faults.onData = () => ({ code: 452, message: 'no space' }))],
  ])('FT09 %s: tried again with the same bytes, then sent', async (_name, fault) => {
    const ticket = await desk.open()
    fault()
    const { outboundEmail } = await desk.reply(ticket)
    await desk.work()
    const waiting = await desk.outbox(outboundEmail)
    expect([waiting.state, waiting.sendingAttempts]).toEqual(['queued', 0])
    expect(waiting.error).toMatch(/too busy|greylisted|no space/)
    expect(new Date(waiting.dueAt).getTime()).toBeGreaterThan(Date.now())
    const [message] = await desk.rows('messages', 'id = $1', [waiting.message])
    expect(message!['delivery_error']).toBe(waiting.error)
    const first = desk.server.submissions.at(-1)?.raw.toString()
    desk.server.faults.onConnect = undefined
    desk.server.faults.onRcpt = undefined
    desk.server.faults.onData = undefined
    desk.later(2 * minute)
    await desk.work()
    expect(received(ticket.requesterAddress)).toEqual([waiting.internetMessageId])
    if (_name.includes('DATA')) expect(desk.server.submissions.at(-1)!.raw.toString()).toBe(first)
  })

  it('FT09 a mail that is put off ten times fails and comes back to the inbox', async () => {
    const ticket = await desk.open()
    desk.server.faults.onRcpt = () => ({ code: 451, message: 'greylisted' })
    const { outboundEmail } = await desk.reply(ticket)
    for (let tries = 0; tries < 12; tries++) {
      await desk.work()
      desk.later(2 * hour)
    }
    const row = await desk.outbox(outboundEmail)
    expect([row.state, row.attempts]).toEqual(['failed', 10])
    expect((await desk.rows('tickets', 'id = $1', [ticket.id]))[0]!['status']).toBe('open')
  })

  it('FT10 one of three recipients refused: the others get it once, and it shows who did not', async () => {
    const ticket = await desk.open()
    desk.server.faults.onRcpt = (address) =>
      address === 'gone@example.com' ? { code: 550, message: 'no such user' } : undefined
    const cc = ['gone@example.com', 'here@example.com'].map((address) => ({ name: '', address }))
    const { outboundEmail } = await desk.reply(ticket, { cc })
    await desk.work()
    desk.later(3 * hour)
    await desk.work()
    const row = await desk.outbox(outboundEmail)
    expect(row.state).toBe('sent')
    expect(row.recipients.map(({ address, state: one }) => [address, one])).toEqual([
      [ticket.requesterAddress, 'sent'],
      ['gone@example.com', 'failed'],
      ['here@example.com', 'sent'],
    ])
    expect(row.recipients[1]!.response).toContain('550 no such user')
    expect(row.error).toContain('gone@example.com: 550 no such user')
    expect([received(ticket.requesterAddress).length, received('here@example.com').length]).toEqual([1, 1])
    expect((await desk.rows('tickets', 'id = $1', [ticket.id]))[0]!['delivery_problem']).toBe(true)
  })

  it('FT10 one of three put off: only that one is tried again', async () => {
    const ticket = await desk.open()
    let isFull = true
    desk.server.faults.onRcpt = (address) =>
      isFull && address === 'full@example.com' ? { code: 452, message: 'mailbox full' } : undefined
    const cc = ['full@example.com', 'other@example.com'].map((address) => ({ name: '', address }))
    const { outboundEmail } = await desk.reply(ticket, { cc })
    await desk.work()
    expect((await desk.outbox(outboundEmail)).recipients.map(({ state: one }) => one)).toEqual([
      'sent',
      'queued',
      'sent',
    ])
    isFull = false
    desk.later(2 * minute)
    await desk.work()
    expect(desk.server.submissions.at(-1)!.envelope.to).toEqual(['full@example.com'])
    expect((await desk.outbox(outboundEmail)).state).toBe('sent')
    expect(received(ticket.requesterAddress).length).toBe(1)
  })

  it('FT10 554 after DATA: failed at once, and not tried again', async () => {
    const ticket = await desk.open()
    desk.server.faults.onData = () => ({ code: 554, message: 'looks like spam' })
    const { outboundEmail } = await desk.reply(ticket)
    const before = desk.server.submissions.length
    await desk.work()
    desk.later(3 * hour)
    await desk.work()
    const row = await desk.outbox(outboundEmail)
    expect([row.state, row.errorCode]).toEqual(['failed', 'refused'])
    expect(desk.server.submissions.length - before).toBe(1)
  })

  it('FT11 dropped before the 250 is read: sent once more under the same Message-ID', async () => {
    const ticket = await desk.open()
    let drops = 1
    desk.server.faults.onData = () => (drops-- > 0 ? 'acceptAndDrop' : undefined)
    const { outboundEmail } = await desk.reply(ticket)
    await desk.work()
    const doubtful = await desk.outbox(outboundEmail)
    expect([doubtful.state, doubtful.errorCode, doubtful.sendingAttempts]).toEqual([
      'queued',
      'maybeDelivered',
      1,
    ])
    desk.later(2 * minute)
    await desk.work()
    const { internetMessageId } = await desk.outbox(outboundEmail)
    expect(received(ticket.requesterAddress)).toEqual([internetMessageId, internetMessageId])
    const [one, two] = desk.server.mailbox(ticket.requesterAddress).map(sent)
    expect(two).toBe(one)
  })

  it('FT11 dropped twice: stands as "failed: may have been delivered", and Retry sends it', async () => {
    const ticket = await desk.open()
    desk.server.faults.onData = () => 'acceptAndDrop'
    const { message, outboundEmail } = await desk.reply(ticket)
    for (let tries = 0; tries < 4; tries++) {
      await desk.work()
      desk.later(3 * hour)
    }
    const row = await desk.outbox(outboundEmail)
    expect([row.state, row.errorCode, row.error]).toEqual([
      'failed',
      'maybeDelivered',
      'failed: may have been delivered',
    ])
    expect(received(ticket.requesterAddress).length).toBe(2)
    desk.server.faults.onData = undefined
    await retryDelivery({ req: desk.agent, overrideAccess: true, message })
    await desk.work()
    expect(received(ticket.requesterAddress)).toEqual(Array(3).fill(row.internetMessageId))
  })

  it('FT12 refused sign-in: the mailbox is marked, the queue kept, and the server left alone', async () => {
    const tickets = [await desk.open(), await desk.open(), await desk.open()]
    const wrong = {
      ...desk.server.smtp,
      kind: 'smtp',
      security: 'none',
      user: 'help@acme.test',
      password: 'wrong',
    }
    await desk.changeMailbox({ send: wrong })
    const replies = []
    for (const ticket of tickets) replies.push(await desk.reply(ticket))
    for (let seconds = 0; seconds < 120; seconds += 10) {
      await desk.work()
      desk.later(10_000)
    }
    expect(connections).toBe(1)
    const before = connections
    desk.later(10 * minute)
    await desk.work()
    await desk.work()
    expect(connections - before).toBe(1)
    expect([(await state())['send_health'], (await state())['send_error_code']]).toEqual(['failing', 'auth'])
    for (const { outboundEmail } of replies) expect((await desk.outbox(outboundEmail)).state).toBe('queued')
    await desk.changeMailbox({ send: { ...wrong, password: 'secret' } })
    await desk.work()
    for (const ticket of tickets) expect(received(ticket.requesterAddress).length).toBe(1)
  })

  it('FT12 a password that no key opens: needs a password, and nothing is said to the server', async () => {
    const ticket = await desk.open()
    await sqlOf({ payload }).query(
      `update ${tableOf(payload, 'mailboxes')} set send_secret = 'v1.00000000.x.x.x' where id = $1`,
      [desk.mailbox],
    )
    const { outboundEmail } = await desk.reply(ticket)
    await desk.work()
    expect([(await state())['send_health'], connections]).toEqual(['needsPassword', 0])
    expect((await desk.outbox(outboundEmail)).state).toBe('queued')
  })

  it('says nothing in the clear to a server that offers no encryption', async () => {
    const ticket = await desk.open()
    const told: string[] = []
    const server: Server = createServer((socket) => {
      socket.write('220 hi\r\n')
      socket.on('data', (data) => {
        told.push(data.toString())
        socket.write(/^EHLO/.test(data.toString()) ? '250-hi\r\n250 AUTH PLAIN\r\n' : '502 no\r\n')
      })
      socket.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    await desk.changeMailbox({
      send: {
        kind: 'smtp',
        host: '127.0.0.1',
        port: (server.address() as AddressInfo).port,
        security: 'starttls',
        user: 'help@acme.test',
        password: 'secret',
      },
    })
    const { outboundEmail } = await desk.reply(ticket)
    await desk.work()
    const row = await desk.outbox(outboundEmail)
    expect([row.state, row.errorCode]).toEqual(['queued', 'noEncryption'])
    expect(told.join('')).toBe('EHLO acme.test\r\nSTARTTLS\r\n')
    await new Promise((resolve) => server.close(resolve))
  })

  it('keeps nobody else waiting', async () => {
    const silent: Server = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const broken = await desk.addMailbox('silent@acme.test', {
      send: { host: '127.0.0.1', port: (silent.address() as AddressInfo).port },
    })
    const stuck = await desk.open({ mailbox: broken })
    await desk.reply(stuck)
    const fine = await desk.open()
    await desk.reply(fine)
    const started = Date.now()
    const working = desk.work()
    await desk.server.waitFor(fine.requesterAddress)
    expect(Date.now() - started).toBeLessThan(2000)
    await working
    expect((await state(broken))['send_error_code']).toBe('timeout')
    silent.close()
  }, 40_000)
})

describe('a worker that dies while it is sending', () => {
  it('E09 after the server has accepted: one more copy with the same Message-ID, then failed', async () => {
    const ticket = await desk.open()
    const { outboundEmail } = await desk.reply(ticket)
    await startAndDieAfterRelease(true)
    expect((await desk.outbox(outboundEmail)).state).toBe('sending')
    await desk.work()
    const row = await desk.outbox(outboundEmail)
    expect([row.state, row.sendingAttempts]).toEqual(['sent', 1])
    expect(received(ticket.requesterAddress)).toEqual([row.internetMessageId, row.internetMessageId])
    const [one, two] = desk.server.mailbox(ticket.requesterAddress).map(sent)
    expect(two).toBe(one)
  })

  it('E09 before anything was said: the customer gets it once', async () => {
    const ticket = await desk.open()
    await desk.reply(ticket)
    await startAndDieAfterRelease(false)
    await desk.work()
    expect(received(ticket.requesterAddress).length).toBe(1)
  })

  it('E09 FT11 twice: failed: may have been delivered', async () => {
    const ticket = await desk.open()
    const { outboundEmail } = await desk.reply(ticket)
    await startAndDieAfterRelease(true)
    desk.server.faults.onRcpt = () => undefined
    await recoverOnly()
    await startAndDie(false)
    await desk.work()
    const row = await desk.outbox(outboundEmail)
    expect([row.state, row.error]).toEqual(['failed', 'failed: may have been delivered'])
    expect((await desk.rows('messages', 'id = $1', [row.message]))[0]!['delivery']).toBe('failed')
    expect((await desk.rows('tickets', 'id = $1', [ticket.id]))[0]!['delivery_problem']).toBe(true)
    desk.later(3 * hour)
    await desk.work()
    expect(received(ticket.requesterAddress).length).toBe(1)
  })

  it('E09 that wakes up late changes nothing', async () => {
    const ticket = await desk.open()
    const { outboundEmail } = await desk.reply(ticket)
    await releaseOnly()
    const late = (await claimNext(payload, desk.mailbox))!
    await sqlOf({ payload }).query(
      `update ${outboxTable} set lease_until = now() - interval '1 second' where id = $1`,
      [outboundEmail],
    )
    await desk.work()
    const before = await desk.outbox(outboundEmail)
    expect(before.state).toBe('sent')
    await settleError({
      payload,
      claim: late,
      error: new MailError('Refused.', { code: 'refused', retry: false }),
    })
    await settleAnswer({ payload, claim: late, result: { accepted: [], rejected: [], response: '' } })
    expect(await desk.outbox(outboundEmail)).toEqual(before)
  })

  const releaseOnly = async () => {
    const { releaseDue } = await import('../../src/mail/outbound/release.js')
    await releaseDue(payload)
    expect(await dueMailboxes(payload)).toContain(desk.mailbox)
  }
  const recoverOnly = async () => {
    const { recoverLost } = await import('../../src/mail/outbound/recover.js')
    await recoverLost(payload)
  }
  const startAndDieAfterRelease = async (isSent: boolean) => {
    await releaseOnly()
    await startAndDie(isSent)
  }
})
