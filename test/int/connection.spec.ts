import { ImapFlow } from 'imapflow'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { testConnection } from '../../src/mail/connection/test.js'
import { type Desk, header, openDesk } from './mail-out.desk.js'

let desk: Desk
const login = (side: 'imap' | 'smtp') => ({
  kind: side,
  ...desk.server[side],
  security: 'none',
  user: 'help@acme.test',
  password: 'secret',
})

beforeAll(async () => {
  desk = await openDesk()
  await desk.changeMailbox({ receive: login('imap') })
})
afterAll(() => desk.close())
afterEach(() => {
  desk.server.faults.onRcpt = undefined
})

const test = (values = {}, waitMs = 5000) =>
  testConnection({ req: desk.system, mailbox: desk.mailbox, values, waitMs })

const brief = (result: Awaited<ReturnType<typeof test>>) =>
  result.steps.map(({ side, name, ok }) => `${side} ${name} ${ok ? 'ok' : 'failed'}`)

const state = async () => (await desk.rows('mailboxState', 'mailbox_id = $1', [desk.mailbox]))[0]

describe('the connection test', () => {
  it('signs in to both servers, and a mail goes round by both addresses', async () => {
    const result = await test()
    expect(brief(result)).toEqual([
      'receive resolve ok',
      'receive connect ok',
      'receive login ok',
      'receive folder ok',
      'send resolve ok',
      'send connect ok',
      'send login ok',
      'send send ok',
      'receive receive ok',
      'receive plus ok',
    ])
    expect(result.ok).toBe(true)
    expect((await state())!['plus_address_works']).toBe(true)
    const [plain, plus] = desk.server.mailbox('help@acme.test').slice(-2)
    const token = (await state())!['plus_probe'] as string
    expect(header(plain!, 'Subject')).toBe(`Help desk test ${token}`)
    expect(header(plus!, 'To')).toBe(`help+${token}@acme.test`)
    expect(header(plus!, 'X-Helpdesk-Probe')).toBe(token)
    expect(result.steps.find(({ name }) => name === 'send')!.response).toMatch(/^250/)
  })

  it('keeps the plain address where the provider knows no plus', async () => {
    const other = await desk.addMailbox('plain@acme.test')
    await desk.changeMailbox(
      {
        receive: { ...login('imap'), user: 'plain@acme.test' },
        send: { ...login('smtp'), user: 'plain@acme.test' },
      },
      other,
    )
    desk.server.faults.onRcpt = (address) =>
      address.includes('+') ? { code: 550, message: 'no such user' } : undefined
    const result = await testConnection({ req: desk.system, mailbox: other, waitMs: 5000 })
    expect(result.ok).toBe(true)
    expect(result.steps.at(-1)!.message).toContain('plain one')
    const [kept] = await desk.rows('mailboxState', 'mailbox_id = $1', [other])
    expect(kept!['plus_address_works']).not.toBe(true)
  })

  it('FT34 pressed ten times leaves mails and flags as they were', async () => {
    for (let i = 0; i < 100; i++)
      desk.server.deliver({ to: 'help@acme.test', raw: `From: eve@example.com\nSubject: ${i}\n\nHi\n` })
    const look = async () => {
      const { host, port } = desk.server.imap
      const auth = { user: 'help@acme.test', pass: 'secret' }
      const client = new ImapFlow({ host, port, secure: false, logger: false, auth })
      await client.connect()
      await client.mailboxOpen('INBOX', { readOnly: true })
      const mails = await client.fetchAll('1:*', { uid: true, flags: true, envelope: true })
      await client.logout()
      return mails
        .filter(({ envelope }) => !envelope?.subject?.startsWith('Help desk test'))
        .map(({ uid, flags }) => [uid, [...(flags ?? [])]])
    }
    const before = await look()
    for (let i = 0; i < 10; i++) expect((await test()).ok).toBe(true)
    expect(await look()).toEqual(before)
    expect(before.length).toBe(100)
  })

  it('shows the step that fails, with the words of the server', async () => {
    const wrong = await test({ receive: { password: 'wrong' }, send: { password: 'wrong' } })
    expect(brief(wrong)).toEqual([
      'receive resolve ok',
      'receive connect ok',
      'receive login failed',
      'send resolve ok',
      'send connect ok',
      'send login failed',
    ])
    expect(wrong.steps.at(-1)!.response).toMatch(/^535/)
    expect(wrong.steps.map(({ code }) => code).filter(Boolean)).toEqual(['auth', 'auth'])
    expect(wrong.ok).toBe(false)
    expect(JSON.stringify(wrong)).not.toMatch(/secret|"wrong"/)
    const folder = await test({ receive: { folder: 'Nowhere' } }, 500)
    expect(brief(folder)).toContain('receive folder failed')
    const noServer = await test({ send: { ...login('smtp'), port: 9 } }, 500)
    expect(brief(noServer).at(-1)).toBe('send connect failed')
    const noName = await test({ send: { ...login('smtp'), host: 'nowhere.invalid' } }, 500)
    expect(brief(noName).at(-1)).toBe('send resolve failed')
    const noTls = await test({ receive: { ...login('imap'), security: 'starttls' } }, 500)
    expect(brief(noTls).slice(0, 3)).toEqual([
      'receive resolve ok',
      'receive connect ok',
      'receive tls failed',
    ])
    const noSecret = await test({ receive: { ...login('imap'), user: '', password: null } }, 500)
    expect(brief(noSecret)[0]).toBe('receive login failed')
  })

  it('does not send a stored password to another server', async () => {
    const attempt = test({ send: { host: 'smtp.evil.test' } })
    await expect(attempt).rejects.toMatchObject({ key: 'passwordAgain' })
    await expect(test({ receive: { security: 'starttls' } })).rejects.toMatchObject({ key: 'passwordAgain' })
  })

  it('tests what is not saved yet', async () => {
    desk.server.addAccount({ address: 'new@acme.test', password: 'secret' })
    const values = {
      address: 'new@acme.test',
      receive: { kind: 'none' },
      send: { ...login('smtp'), user: 'new@acme.test' },
    }
    const result = await testConnection({ req: desk.system, mailbox: null, values })
    expect(result.ok).toBe(true)
    expect(desk.server.mailbox('new@acme.test').length).toBe(1)
  })
})

describe('private networks', () => {
  it('are refused where the site does not allow them, also by their names', async () => {
    const strict = await openDesk({ mailboxes: { allowPrivateHosts: false } }).catch((error: Error) => error)
    // The mailbox's own hook refuses the address already; the test does so for a name that leads there.
    expect(String(strict)).toContain('private network')
  })
})
