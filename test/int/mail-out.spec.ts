import { simpleParser } from 'mailparser'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { insertRows, sqlOf, tableOf, updateRow } from '../../src/core/database.js'
import { addNote } from '../../src/operations/addNote.js'
import { retryDelivery } from '../../src/operations/retryDelivery.js'
import { undoReply } from '../../src/operations/undoReply.js'
import { footLine, plusAddress } from '../../src/rules/reference.js'
import { type Desk, header, minute, openDesk, sent } from './mail-out.desk.js'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())
afterEach(async () => {
  desk.server.faults.onRcpt = undefined
  desk.server.faults.onData = undefined
  desk.server.faults.onConnect = undefined
  await desk.changeMailbox({ settings: { showAgentName: true, subjectTag: false, replyAddress: 'auto' } })
})

describe('a reply', () => {
  it('reaches the customer from the mailbox, threads, and carries the reply key', async () => {
    const ticket = await desk.open({ subject: 'Ärger mit dem Kessel', messageId: '<a1@example.com>' })
    const { message, outboundEmail } = await desk.reply(ticket)
    await desk.work()
    const mail = await desk.server.waitFor(ticket.requesterAddress)
    const parsed = await simpleParser(mail.raw)
    expect(parsed.from?.value).toEqual([{ name: 'Agent at Acme', address: 'help@acme.test' }])
    expect(parsed.subject).toBe('Re: Ärger mit dem Kessel')
    expect(header(mail, 'In-Reply-To')).toBe('<a1@example.com>')
    expect(header(mail, 'References')).toBe('<a1@example.com>')
    expect(header(mail, 'Reply-To')).toBe('help@acme.test')
    expect(parsed.messageId).toBe((await desk.outbox(outboundEmail)).internetMessageId)
    expect(parsed.text).toContain('Have you tried')
    expect(parsed.text).toContain(footLine(ticket.replyKey))
    expect(parsed.html).toContain(footLine(ticket.replyKey))
    expect(header(mail, 'Return-Path')).toBe('<help@acme.test>')
    const row = await desk.outbox(outboundEmail)
    expect([row.state, row.recipients.map(({ state }) => state), row.leaseToken]).toEqual([
      'sent',
      ['sent'],
      null,
    ])
    const [stored] = await desk.rows('messages', 'id = $1', [message])
    expect(stored!['delivery']).toBe('sent')
    const [state] = await desk.rows('mailboxState', 'mailbox_id = $1', [desk.mailbox])
    expect([state!['send_health'], state!['last_sent_at']]).toEqual(['ok', expect.any(Date)])

    const second = await desk.reply(ticket)
    await desk.work()
    const next = await desk.server.waitFor(
      ticket.requesterAddress,
      (other) => header(other, 'Message-ID') !== parsed.messageId,
    )
    expect(header(next, 'References')).toBe(`<a1@example.com> ${parsed.messageId}`)
    expect(header(next, 'In-Reply-To')).toBe(parsed.messageId)
    expect((await desk.outbox(second.outboundEmail)).state).toBe('sent')
  })

  it('is answered to the plus address where that works, and bears a tag where the mailbox wants one', async () => {
    await desk.changeMailbox({ settings: { showAgentName: false, subjectTag: true, replyAddress: 'plus' } })
    const ticket = await desk.open({ subject: 'Re: Kettle' })
    await desk.reply(ticket)
    await desk.work()
    const mail = await desk.server.waitFor(ticket.requesterAddress)
    expect(header(mail, 'Reply-To')).toBe(plusAddress('help@acme.test', ticket.replyKey))
    expect(header(mail, 'Subject')).toBe(`Re: Kettle [#${ticket.number}-${ticket.replyKey.slice(0, 5)}]`)
    expect(header(mail, 'From')).toBe('Acme <help@acme.test>')
  })

  it('can be taken back within its window and leaves after it', async () => {
    const ticket = await desk.open()
    const first = await desk.reply(ticket, { undoWindowMs: 10_000 })
    await desk.work()
    expect((await desk.outbox(first.outboundEmail)).state).toBe('held')
    await undoReply({ req: desk.agent, overrideAccess: true, message: first.message })
    const second = await desk.reply(ticket, { undoWindowMs: 10_000, text: 'The second.' })
    desk.later(11_000)
    await desk.work()
    const mails = desk.server.mailbox(ticket.requesterAddress)
    expect(mails.length).toBe(1)
    expect(mails[0]!.text).toContain('The second.')
    expect((await desk.outbox(first.outboundEmail)).state).toBe('cancelled')
    await expect(
      undoReply({ req: desk.agent, overrideAccess: true, message: second.message }),
    ).rejects.toThrow()
  })

  it('is not sent when its COMMIT fails, and says so', async () => {
    const ticket = await desk.open({ subject: 'refused at commit' })
    const { payload } = desk.site
    const outbox = tableOf(payload, 'helpdesk-outbound-emails')
    await sqlOf({ payload }).query(
      `create function refuse_reply() returns trigger language plpgsql as
       $$ begin if new.subject = 'refused at commit' then raise exception 'no'; end if; return null; end $$`,
    )
    await sqlOf({ payload }).query(
      `create constraint trigger late after insert on ${outbox} deferrable initially deferred
       for each row execute function refuse_reply()`,
    )
    await expect(desk.reply(ticket)).rejects.toThrow()
    await sqlOf({ payload }).query(`drop trigger late on ${outbox}`)
    await desk.work()
    expect(desk.server.mailbox(ticket.requesterAddress).length).toBe(0)
    expect((await desk.rows('messages', 'ticket_id = $1', [ticket.id])).length).toBe(1)
  })

  it('is mailed in the order of the ticket', async () => {
    const ticket = await desk.open()
    desk.server.faults.onRcpt = () => ({ code: 451, message: 'later' })
    await desk.reply(ticket, { text: 'number one' })
    await desk.work()
    await desk.reply(ticket, { text: 'number two' })
    desk.server.faults.onRcpt = undefined
    await desk.work()
    expect(desk.server.mailbox(ticket.requesterAddress).length).toBe(0)
    desk.later(2 * minute)
    await desk.work()
    const texts = desk.server.mailbox(ticket.requesterAddress).map(({ text }) => /number \w+/.exec(text)![0])
    expect(texts).toEqual(['number one', 'number two'])
  })
})

describe('what a mail carries', () => {
  it('E01 keeps every header one line', async () => {
    const ticket = await desk.open({
      subject: 'Hi\r\nBcc: x@evil.test',
      from: { name: 'Dora\r\nBcc: y@evil.test', address: 'lines@example.com' },
    })
    const { slugs } = (
      desk.site.config.custom as { helpdesk: { slugs: { outboundEmails: string; mailboxes: string } } }
    ).helpdesk
    const { outboundEmail } = await desk.reply(ticket, {
      to: [{ name: 'Dora\r\nBcc: y@evil.test', address: 'lines@example.com' }],
      undoWindowMs: 10_000,
    })
    await updateRow({
      req: desk.system,
      slug: slugs.outboundEmails,
      id: outboundEmail,
      data: {
        subject: 'Hi\r\nBcc: x@evil.test\n\nbody',
        references: ['<a@b.c>', '<x@y.z>\r\nX-Evil: 2'],
      },
    })
    const sender = (fromName: string) =>
      updateRow({ req: desk.system, slug: slugs.mailboxes, id: ticket.mailbox, data: { fromName } })
    await sender('Ann\r\nX-Evil: 1')
    desk.later(11_000)
    await desk.work()
    await sender('Acme')
    const mail = await desk.server.waitFor('lines@example.com')
    expect(header(mail, 'From')).toContain('Ann X-Evil: 1')
    expect(header(mail, 'Bcc')).toBeUndefined()
    expect(header(mail, 'X-Evil')).toBeUndefined()
    expect(header(mail, 'Subject')).toBe('Re: Hi Bcc: x@evil.test body')
    expect(header(mail, 'References')).toBe('<a@b.c>')
    expect(desk.server.addresses().filter((address) => address.includes('evil'))).toEqual([])
  })

  it('E02 goes to exactly the frozen recipients', async () => {
    const ticket = await desk.open()
    for (const address of ['a@b.c,evil@x.test', 'a@b.c>\r\nRCPT TO:<x@evil.test', 'group: a@b.c;'])
      await expect(desk.reply(ticket, { to: [{ name: '', address }] })).rejects.toThrow('valid email address')
    const { outboundEmail } = await desk.reply(ticket, {
      to: [{ name: 'x@evil.test, "Dora" <y@evil.test>', address: 'exact@example.com' }],
      undoWindowMs: 10_000,
    })
    const row = await desk.outbox(outboundEmail)
    // A row that somebody has tampered with is refused like one recipient, the others get it.
    await sqlOf({ payload: desk.site.payload }).query(
      `update ${tableOf(desk.site.payload, 'helpdesk-outbound-emails')} set recipients = $2 where id = $1`,
      [
        outboundEmail,
        JSON.stringify([
          ...row.recipients,
          { name: '', address: 'z@evil.test>\r\nRCPT TO:<q@evil.test', role: 'to', state: 'held' },
        ]),
      ],
    )
    const before = desk.server.submissions.length
    desk.later(11_000)
    await desk.work()
    const [submission, ...others] = desk.server.submissions.slice(before)
    expect(others).toEqual([])
    expect(submission!.envelope.to).toEqual(['exact@example.com'])
    expect((await desk.outbox(outboundEmail)).recipients.map(({ state }) => state)).toEqual([
      'sent',
      'failed',
    ])
  })

  it('E03 attaches nothing but own uploads that are linked to the message', async () => {
    const ticket = await desk.open()
    const upload = async (name: string, data: Buffer) => {
      const slug = 'helpdesk-attachments'
      const [key] = await insertRows({
        req: desk.system,
        slug,
        rows: [{ originalName: name, state: 'pending' }],
      })
      await sqlOf(desk.system).query(
        `update ${tableOf(desk.site.payload, slug)} set uploaded_by_id = $2, filename = $3, mime_type = 'text/plain' where id = $1`,
        [key, desk.agent.user!.id, await stored(name, data)],
      )
      return key!
    }
    const stored = async (name: string, data: Buffer) => {
      const { mkdir, writeFile } = await import('node:fs/promises')
      const folder = desk.site.payload.collections['helpdesk-attachments']!.config.upload.staticDir!
      await mkdir(folder, { recursive: true })
      const filename = `${process.pid}-${name}`
      await writeFile(`${folder}/${filename}`, data)
      return filename
    }
    const mine = await upload('notes.txt', Buffer.from('hello'))
    const lost = await upload('lost.txt', Buffer.from('not mine'))
    await sqlOf(desk.system).query(
      `update ${tableOf(desk.site.payload, 'helpdesk-attachments')} set uploaded_by_id = null where id = $1`,
      [lost],
    )
    await expect(desk.reply(ticket, { attachments: [lost] })).rejects.toThrow()
    await expect(desk.reply(ticket, { attachments: [{ path: '/etc/passwd' } as never] })).rejects.toThrow()
    await desk.reply(ticket, { attachments: [mine] })
    await desk.work()
    const parsed = await simpleParser((await desk.server.waitFor(ticket.requesterAddress)).raw)
    expect(parsed.attachments.map((file) => [file.filename, file.content.toString()])).toEqual([
      ['notes.txt', 'hello'],
    ])
  })

  it('E08 bears no mark of a machine when a person wrote it', async () => {
    const ticket = await desk.open()
    await desk.reply(ticket)
    await desk.work()
    const mail = await desk.server.waitFor(ticket.requesterAddress)
    for (const name of ['Auto-Submitted', 'X-Auto-Response-Suppress', 'Precedence'])
      expect(header(mail, name)).toBeUndefined()
  })

  it('E10 tells no host, path or version', async () => {
    const ticket = await desk.open()
    await desk.reply(ticket)
    await desk.work()
    const mail = await desk.server.waitFor(ticket.requesterAddress)
    const { hostname } = await import('node:os')
    const text = sent(mail)
    // As a word: a short one may stand by chance within a random key.
    expect(text.split(/[^\w-]+/)).not.toContain(hostname())
    expect(text).not.toContain(process.cwd())
    expect(text).not.toMatch(/nodemailer|payload|X-Mailer|User-Agent|_Nmp/i)
    expect(header(mail, 'Message-ID')).toMatch(/^<[a-z2-7]{26}@acme\.test>$/)
  })

  it('B01 never holds a byte of a note', async () => {
    const ticket = await desk.open()
    await addNote({
      req: desk.agent,
      overrideAccess: true,
      ticket: ticket.id,
      text: 'The customer is a pest.',
    })
    await desk.reply(ticket)
    await desk.work()
    const mail = await desk.server.waitFor(ticket.requesterAddress)
    expect((await simpleParser(mail.raw)).text).not.toContain('a pest')
    expect(mail.text).not.toContain('a pest')
  })

  it('B01 never makes a mail of a note, whatever stands in the outbox', async () => {
    const ticket = await desk.open()
    const { message } = await addNote({
      req: desk.agent,
      overrideAccess: true,
      ticket: ticket.id,
      text: 'A pest.',
    })
    const at = new Date(0).toISOString()
    const [id] = await insertRows({
      req: desk.system,
      slug: 'helpdesk-outbound-emails',
      rows: [
        {
          mailbox: desk.mailbox,
          ticket: ticket.id,
          message,
          kind: 'reply',
          automatic: false,
          state: 'queued',
          dueAt: at,
          attempts: 0,
          sendingAttempts: 0,
          recipients: [{ name: '', address: ticket.requesterAddress, role: 'to', state: 'queued' }],
          subject: 'Hi',
          internetMessageId: '<note@acme.test>',
          references: [],
          uniqueKey: `reply:${message}`,
          createdAt: at,
        },
      ],
    })
    await desk.work()
    const row = await desk.outbox(id!)
    expect([row.state, row.errorCode, row.rendered]).toEqual(['failed', 'notForCustomer', null])
    expect(desk.server.mailbox(ticket.requesterAddress).length).toBe(0)
  })

  it('B08 names nobody of the Bcc in the mail', async () => {
    const ticket = await desk.open()
    await desk.reply(ticket, {
      cc: [{ name: 'Carl', address: 'carl@example.com' }],
      bcc: [{ name: 'Boss', address: 'boss@example.com' }],
    })
    await desk.work()
    const mail = await desk.server.waitFor('boss@example.com')
    expect(sent(mail)).not.toMatch(/boss@|"boss|^bcc:/im)
    expect(header(mail, 'Cc')).toBe('Carl <carl@example.com>')
    expect(desk.server.mailbox(ticket.requesterAddress).length).toBe(1)
  })

  it('B09 leaves out our own addresses and sends nobody two', async () => {
    await desk.addMailbox('other@acme.test')
    const ticket = await desk.open()
    const before = desk.server.submissions.length
    await desk.reply(ticket, {
      cc: [
        'help@acme.test',
        'help+abc@acme.test',
        'OTHER@acme.test',
        ticket.requesterAddress.toUpperCase(),
        'five@example.com',
      ].map((address) => ({ name: '', address })),
    })
    await desk.work()
    const submissions = desk.server.submissions.slice(before)
    expect(submissions.map(({ envelope }) => envelope.to)).toEqual([
      [ticket.requesterAddress, 'five@example.com'],
    ])
  })
})

describe('a mail that does not leave', () => {
  it('comes back to the inbox and leaves by Retry, under its own Message-ID', async () => {
    const ticket = await desk.open()
    desk.server.faults.onRcpt = () => ({ code: 550, message: 'no such user' })
    const { message, outboundEmail } = await desk.reply(ticket)
    await desk.work()
    const failed = await desk.outbox(outboundEmail)
    expect([failed.state, failed.attempts]).toEqual(['failed', 1])
    expect(failed.error).toContain('550 no such user')
    const [back] = await desk.rows('tickets', 'id = $1', [ticket.id])
    expect([back!['status'], back!['delivery_problem']]).toEqual(['open', true])
    desk.server.faults.onRcpt = undefined
    await retryDelivery({ req: desk.agent, overrideAccess: true, message })
    await desk.work()
    const mail = await desk.server.waitFor(ticket.requesterAddress)
    expect(header(mail, 'Message-ID')).toBe(failed.internetMessageId)
    expect((await desk.outbox(outboundEmail)).state).toBe('sent')
  })
})
