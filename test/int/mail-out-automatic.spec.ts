import { nodemailerAdapter } from '@payloadcms/email-nodemailer'
import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Ticket } from '../../src/collections/types.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { inTransaction } from '../../src/core/transaction.js'
import { type AcknowledgeArgs, queueAcknowledgement } from '../../src/operations/queueAcknowledgement.js'
import { type Desk, header, minute, openDesk, sent } from './mail-out.desk.js'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk({ mail: { automatic: { perAddressPerDay: 3, perHour: 20 } } })
  await desk.changeMailbox({ settings: { acknowledge: true, signature: 'Acme Ltd\nMain Street 1' } })
})
afterAll(() => desk.close())
beforeEach(() => desk.later(25 * 60 * minute))

const acknowledge = (ticket: Ticket, change: Partial<AcknowledgeArgs> = {}) =>
  inTransaction(desk.system, (req) =>
    queueAcknowledgement({
      req,
      ticket,
      mailbox: { id: desk.mailbox, address: 'help@acme.test', acknowledge: true },
      to: { name: 'Dora', address: ticket.requesterAddress },
      verified: false,
      automatic: false,
      messageId: `<m-${ticket.id}@example.com>`,
      arrivedAt: null,
      ...change,
    }),
  )

describe('an acknowledgement', () => {
  it('E08 is marked as automatic, answers the mail, and has no return path', async () => {
    const ticket = await desk.open()
    expect(await acknowledge(ticket)).toBe('queued')
    await desk.work()
    const mail = await desk.server.waitFor(ticket.requesterAddress)
    expect(header(mail, 'Auto-Submitted')).toBe('auto-replied')
    expect(header(mail, 'X-Auto-Response-Suppress')).toBe('All')
    expect(header(mail, 'In-Reply-To')).toBe(`<m-${ticket.id}@example.com>`)
    expect(header(mail, 'Return-Path')).toBe('<>')
    expect(header(mail, 'From')).toBe('Acme <help@acme.test>')
    const { text } = await simpleParser(mail.raw)
    expect(text).toContain('Main Street 1')
    expect(text).toContain(`helpdesk:${ticket.replyKey}`)
  })

  it('E06 repeats nothing that an unproven sender wrote', async () => {
    const ticket = await desk.open({
      subject: 'You have won',
      from: { name: 'Call 0900-SCAM', address: 'victim@example.com' },
    })
    await acknowledge(ticket, { to: { name: 'Call 0900-SCAM', address: 'Victim@example.com' } })
    await desk.work()
    const mail = await desk.server.waitFor('victim@example.com')
    expect(sent(mail)).not.toMatch(/have won|SCAM|does not boil/)
    expect(header(mail, 'Subject')).toBe(`Your request #${ticket.number}`)
    expect(header(mail, 'To')).toBe('victim@example.com')
  })

  it('names the subject to a sender who is proven', async () => {
    const ticket = await desk.open({ subject: 'Kettle' })
    await acknowledge(ticket, { verified: true })
    await desk.work()
    expect(header(await desk.server.waitFor(ticket.requesterAddress), 'Subject')).toBe('Re: Kettle')
  })

  it('F01 stops after three to one address within a day', async () => {
    const results: string[] = []
    for (let i = 0; i < 6; i++) {
      const ticket = await desk.open({ from: { name: '', address: 'vacation@example.com' } })
      results.push(await acknowledge(ticket))
      await desk.work()
    }
    expect(results).toEqual(['queued', 'queued', 'queued', 'addressLimit', 'addressLimit', 'addressLimit'])
    expect(desk.server.mailbox('vacation@example.com').length).toBe(3)
    desk.later(25 * 60 * minute)
    const ticket = await desk.open({ from: { name: '', address: 'vacation@example.com' } })
    expect(await acknowledge(ticket)).toBe('queued')
  })

  it('F01 holds the limit also when several workers queued at once', async () => {
    const tickets = []
    for (let i = 0; i < 6; i++)
      tickets.push(await desk.open({ from: { name: '', address: 'storm@example.com' } }))
    const results = await Promise.all(tickets.map((ticket) => acknowledge(ticket)))
    await desk.work()
    expect(results.filter((result) => result === 'queued').length).toBeGreaterThanOrEqual(3)
    expect(desk.server.mailbox('storm@example.com').length).toBe(3)
    const limited = await desk.rows('outboundEmails', `error_code = 'addressLimit'`)
    for (const row of limited) expect(row['state']).toBe('cancelled')
  })

  it('F01 FT11 counts what may have been delivered', async () => {
    const open = () => desk.open({ from: { name: '', address: 'doubtful@example.com' } })
    desk.server.faults.onData = () => 'acceptAndDrop'
    for (let i = 0; i < 3; i++) expect(await acknowledge(await open())).toBe('queued')
    for (let tries = 0; tries < 4; tries++) {
      await desk.work()
      desk.later(3 * 60 * minute)
    }
    desk.server.faults.onData = undefined
    const rows = await desk.rows('outboundEmails', `error_code = 'maybeDelivered' and state = 'failed'`)
    expect(rows).toHaveLength(3)
    expect(await acknowledge(await open())).toBe('addressLimit')
  })

  it('F01 FT11 counts what may have been delivered before it was refused', async () => {
    const open = () => desk.open({ from: { name: '', address: 'refused@example.com' } })
    desk.server.faults.onData = () => 'acceptAndDrop'
    for (let i = 0; i < 3; i++) expect(await acknowledge(await open())).toBe('queued')
    await desk.work()
    desk.later(3 * 60 * minute)
    desk.server.faults.onData = undefined
    desk.server.faults.onRcpt = () => ({ code: 550, message: 'No such user' })
    await desk.work()
    desk.server.faults.onRcpt = undefined
    const rows = await desk.rows('outboundEmails', `recipients::text like '%refused@example.com%'`)
    expect(rows.map((row) => row['state'])).toEqual(['failed', 'failed', 'failed'])
    expect(await acknowledge(await open())).toBe('addressLimit')
  })

  it('F01 counts none that the server refused at once, nor one that never left', async () => {
    const open = () => desk.open({ from: { name: '', address: 'gone@example.com' } })
    desk.server.faults.onRcpt = () => ({ code: 550, message: 'No such user' })
    for (let i = 0; i < 3; i++) expect(await acknowledge(await open())).toBe('queued')
    await desk.work()
    desk.server.faults.onRcpt = undefined
    const table = tableOf(desk.site.payload, 'helpdesk-outbound-emails')
    const mine = `recipients::text like '%gone@example.com%'`
    expect((await desk.rows('outboundEmails', mine)).map((row) => row['state'])).toEqual(
      Array(3).fill('failed'),
    )
    for (let i = 0; i < 3; i++) expect(await acknowledge(await open())).toBe('queued')
    const cancel = `update ${table} set state = 'cancelled' where ${mine} and state = 'queued'`
    await sqlOf({ payload: desk.site.payload }).query(cancel)
    // And where it may have left before it was cancelled, it counts.
    desk.server.faults.onData = () => 'acceptAndDrop'
    for (let i = 0; i < 3; i++) expect(await acknowledge(await open())).toBe('queued')
    await desk.work()
    desk.server.faults.onData = undefined
    await sqlOf({ payload: desk.site.payload }).query(cancel)
    expect(await acknowledge(await open())).toBe('addressLimit')
  })

  it('F02 two desks that answer each other stop', async () => {
    const table = tableOf(desk.site.payload, 'helpdesk-outbound-emails')
    let mails = 0
    for (let round = 0; round < 10; round++) {
      const ticket = await desk.open({ from: { name: '', address: `desk@other.test` } })
      if ((await acknowledge(ticket)) === 'queued') mails += 1
      await desk.work()
    }
    expect(mails).toBe(3)
    const { rows } = await sqlOf({ payload: desk.site.payload }).query(
      `select 1 from ${table} where state in ('queued', 'sending')`,
    )
    expect(rows).toEqual([])
  })

  it('stops for the whole site above the limit of an hour, and says so at the mailbox', async () => {
    let queued = 0
    let last = ''
    for (let i = 0; i < 22; i++) {
      last = await acknowledge(await desk.open({ from: { name: '', address: `many${i}@example.com` } }))
      if (last === 'queued') queued += 1
    }
    expect([queued, last]).toEqual([20, 'siteLimit'])
    await desk.work()
    const [state] = await desk.rows('mailboxState', 'mailbox_id = $1', [desk.mailbox])
    expect(state!['send_error_code']).toBe('siteLimit')
  })

  it('is one for a ticket, and one for a mail to two of our mailboxes', async () => {
    const other = await desk.addMailbox('sales@acme.test')
    const first = await desk.open({ from: { name: '', address: 'both@example.com' } })
    const second = await desk.open({ from: { name: '', address: 'both@example.com' }, mailbox: other })
    const messageId = '<both@example.com>'
    expect(await acknowledge(first, { messageId })).toBe('queued')
    const mailbox = { id: other, address: 'sales@acme.test', acknowledge: true }
    expect(await acknowledge(second, { messageId, mailbox })).toBe('duplicate')
    expect(await acknowledge(first, { messageId: '<another@example.com>' })).toBe('duplicate')
    await desk.work()
    expect(desk.server.mailbox('both@example.com').length).toBe(1)
  })

  it('goes to no machine, for no old mail, and to none of our own addresses', async () => {
    const ticket = await desk.open()
    const to = (address: string) => ({ to: { name: '', address } })
    const old = new Date(Date.now() - 60 * 60 * minute).toISOString()
    const results = [
      await acknowledge(ticket, { automatic: true }),
      await acknowledge(ticket, { arrivedAt: old }),
      await acknowledge(ticket, to('MAILER-DAEMON@example.com')),
      await acknowledge(ticket, to('no-reply@example.com')),
      await acknowledge(ticket, to('help+abc@acme.test')),
      await acknowledge(ticket, to('a@b.c,d@e.f')),
      await acknowledge(ticket, {
        mailbox: { id: desk.mailbox, address: 'help@acme.test', acknowledge: false },
      }),
    ]
    expect(results).toEqual(['automatic', 'old', 'automatic', 'automatic', 'ownAddress', 'badAddress', 'off'])
  })
})

describe("the site's own email", () => {
  it('carries the same headers, and the Bcc in the envelope only', async () => {
    const own = await openDesk({}, (config) => config)
    const { payload } = own.site
    const adapter = await nodemailerAdapter({
      defaultFromAddress: 'site@acme.test',
      defaultFromName: 'Site',
      skipVerify: true,
      transportOptions: { ...own.server.smtp, secure: false, ignoreTLS: true },
    })
    payload.email = adapter({ payload })
    payload.sendEmail = payload.email.sendEmail
    await own.changeMailbox({ send: { kind: 'site' } })
    const ticket = await own.open({ messageId: '<site-1@example.com>' })
    const { outboundEmail } = await own.reply(ticket, { bcc: [{ name: '', address: 'boss@example.com' }] })
    await own.work()
    const mail = await own.server.waitFor(ticket.requesterAddress)
    const row = await own.outbox(outboundEmail)
    expect(header(mail, 'From')).toBe('Agent at Acme <help@acme.test>')
    expect(header(mail, 'Message-ID')).toBe(row.internetMessageId)
    expect(header(mail, 'In-Reply-To')).toBe('<site-1@example.com>')
    expect(header(mail, 'References')).toBe('<site-1@example.com>')
    expect(header(mail, 'Reply-To')).toBe('help@acme.test')
    expect(header(mail, 'Subject')).toBe('Re: Broken kettle')
    expect(mail.text).not.toMatch(/X-Mailer|boss@/i)
    expect(own.server.mailbox('boss@example.com').length).toBe(1)
    expect(row.recipients.map(({ state }) => state)).toEqual(['sent', 'sent'])
    await own.close()
  })
})
