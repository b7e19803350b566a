import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { afterEach, describe, expect, it } from 'vitest'
import { type MailServer, startMailServer } from './index.js'

const accounts = [
  { address: 'support@acme.test', password: 'secret' },
  { address: 'billing@acme.test', password: 'other' },
]
const raw = (subject: string): string =>
  `From: Eve <eve@example.com>\nTo: support@acme.test\nSubject: ${subject}\n\nHällo\n`

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

const serve = async (args = {}): Promise<MailServer> => {
  const server = await startMailServer({ accounts, ...args })
  open.push(server.close)
  return server
}

const connect = async (
  server: MailServer,
  user = 'support@acme.test',
  pass = 'secret',
): Promise<ImapFlow> => {
  const client = new ImapFlow({ ...server.imap, secure: false, logger: false, auth: { user, pass } })
  client.on('error', () => undefined)
  await client.connect()
  open.push(() => client.logout().catch(() => undefined))
  return client
}

const send = (server: MailServer, mail: SendMailOptions, auth?: { user: string; pass: string }) => {
  const transport = createTransport({ ...server.smtp, secure: false, ignoreTLS: true, auth })
  return transport.sendMail({ from: 'eve@example.com', subject: 'Hi', text: 'Hi', ...mail })
}

describe('the local mail server', () => {
  it('tells a waiting client at once, and only the account that the mail is for', async () => {
    const server = await serve()
    const support = await connect(server)
    const billing = await connect(server, 'billing@acme.test', 'other')
    const counts: number[] = []
    for (const client of [support, billing]) {
      await client.mailboxOpen('INBOX')
      client.on('exists', ({ count }: { count: number }) => counts.push(count))
      void client.idle()
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
    server.deliver({ to: 'support+abc@acme.test', raw: raw('One') })
    await expect.poll(() => counts).toEqual([1])
    const mail = await support.fetchOne('1', { source: true, uid: true })
    expect((mail || undefined)?.source?.toString()).toBe(raw('One').replace(/\n/g, '\r\n'))
  })

  it('refuses a wrong password on both sides', async () => {
    const server = await serve()
    await expect(connect(server, 'support@acme.test', 'other')).rejects.toThrow()
    await expect(
      send(server, { to: 'x@example.com' }, { user: 'support@acme.test', pass: 'no' }),
    ).rejects.toThrow('535')
  })

  it('delivers what it accepts, and shows the faults it is told to', async () => {
    const server = await serve()
    await send(
      server,
      { to: ['support+k@acme.test', 'dora@example.com'] },
      { user: 'support@acme.test', pass: 'secret' },
    )
    const mail = await server.waitFor('dora@example.com')
    expect(mail.text).toMatch(/^Return-Path: <eve@example.com>\r\nDelivered-To: dora@example.com\r\n/)
    expect(server.mailbox('support@acme.test').length).toBe(1)

    server.faults.onRcpt = (address) =>
      address.startsWith('no') ? { code: 550, message: 'No such user' } : undefined
    await expect(send(server, { to: 'no@example.com' })).rejects.toThrow('550 No such user')
    server.faults.onData = () => 'acceptAndDrop'
    await expect(send(server, { to: 'dora@example.com' })).rejects.toThrow()
    expect(server.mailbox('dora@example.com').length).toBe(2)
    server.faults.onData = () => 'drop'
    await expect(send(server, { to: 'dora@example.com' })).rejects.toThrow()
    expect([server.mailbox('dora@example.com').length, server.submissions.length]).toEqual([2, 3])
  })

  it('keeps mail, flags and numbers over a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mail-'))
    open.push(async () => rmSync(folder, { recursive: true }))
    const first = await startMailServer({ accounts, folder })
    first.deliver({ to: 'support@acme.test', raw: raw('One') })
    first.deliver({ to: 'support@acme.test', raw: raw('Two') })
    const client = await connect(first)
    const { uidValidity } = await client.mailboxOpen('INBOX')
    await client.messageFlagsAdd('2', ['\\Seen'])
    await client.append('Sent', raw('Sent'))
    await client.logout()
    await first.close()

    const second = await serve({ folder })
    second.deliver({ to: 'support@acme.test', raw: raw('Three') })
    const again = await connect(second)
    const inbox = await again.mailboxOpen('INBOX')
    expect([inbox.uidValidity, inbox.uidNext]).toEqual([uidValidity, 4])
    const mails = await again.fetchAll('1:*', { uid: true, flags: true, envelope: true })
    expect(mails.map(({ uid, flags, envelope }) => [uid, flags?.has('\\Seen'), envelope?.subject])).toEqual([
      [1, false, 'One'],
      [2, true, 'Two'],
      [3, false, 'Three'],
    ])
    expect(second.mailbox('support@acme.test', 'Sent').length).toBe(1)
  })

  it('can forget its numbers', async () => {
    const server = await serve()
    server.deliver({ to: 'support@acme.test', raw: raw('One') })
    const before = await (await connect(server)).mailboxOpen('INBOX')
    server.changeUidValidity('support@acme.test')
    const after = await (await connect(server)).mailboxOpen('INBOX')
    expect(after.uidValidity).not.toBe(before.uidValidity)
  })
})
