import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSite, type Site } from '../site.js'

type Doc = { id: number; address: string; receive: Record<string, unknown> }
type Refusal = { errors: { message: string; data: { errors: { path: string; message: string }[] } }[] }

const login = { kind: 'imap', host: 'imap.example.com', security: 'tls', user: 'help@acme.test' }

describe('what the mailbox editor saves', () => {
  let site: Site
  let id: number
  beforeAll(async () => {
    site = await createSite({ options: { mailboxes: { allowPrivateHosts: false } } })
    const data = { name: 'Help', address: ' Help@Acme.test ', receive: { ...login, password: 'a secret' } }
    const { status, body } = await site.rest<{ doc: Doc }>('POST', '/mailboxes', {
      user: site.users.manager,
      body: { ...data, send: { kind: 'none' } },
    })
    expect(status).toBe(201)
    id = body.doc.id
    expect(body.doc.address).toBe('help@acme.test')
  })
  afterAll(() => site.close())

  const save = <T>(receive: object) =>
    site.rest<T>('PATCH', `/mailboxes/${id}`, { user: site.users.manager, body: { receive } })
  const read = async () =>
    (await site.rest<Doc>('GET', `/mailboxes/${id}`, { user: site.users.manager })).body.receive

  it('says that a password is stored, and never which', async () => {
    const receive = await read()
    expect(receive['hasPassword']).toBe(true)
    expect(receive['password'] ?? null).toBeNull()
    expect(JSON.stringify(receive)).not.toContain('a secret')
  })

  it('asks for the password again at its own field', async () => {
    const { status, body } = await save<Refusal>({ ...login, host: 'imap.evil.test' })
    expect(status).toBe(400)
    expect(body.errors[0]!.data.errors).toEqual([
      { path: 'receive.password', message: body.errors[0]!.message },
    ])
    expect(body.errors[0]!.message).toContain('type the password again')
  })

  it('refuses a private host at its own field', async () => {
    const { status, body } = await save<Refusal>({ ...login, host: '10.1.2.3', password: 'a secret' })
    expect(status).toBe(400)
    expect(body.errors[0]!.data.errors[0]!.path).toBe('receive.host')
  })

  it('says in words what is wrong with a port', async () => {
    const { status, body } = await save<Refusal>({ ...login, port: 70_000, password: 'a secret' })
    expect(status).toBe(400)
    expect(JSON.stringify(body)).toContain('whole number between 1 and 65535')
  })

  it('forgets the password where nobody signs in any more', async () => {
    expect((await save({ ...login, user: '' })).status).toBe(200)
    expect((await read())['hasPassword']).toBe(false)
  })

  it('tests a mailbox that is not saved yet, for managers only', async () => {
    const body = {
      address: 'new@acme.test',
      receive: { kind: 'imap', host: '127.0.0.1', user: 'new@acme.test', password: 'x' },
    }
    const path = '/helpdesk/mailboxes/new/test'
    const tested = await site.rest<{ ok: boolean; steps: { name: string; code: string }[] }>('POST', path, {
      user: site.users.manager,
      body,
    })
    expect(tested.body).toMatchObject({ ok: false, steps: [{ name: 'resolve', code: 'privateHost' }] })
    expect((await site.rest('POST', path, { user: site.users.agent, body })).status).toBe(403)
    expect((await site.rest('POST', path, { body })).status).toBe(401)
  })
})
