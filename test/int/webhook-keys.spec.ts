import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { type Desk, openDesk } from './mail-out.desk.js'
import { callerOf, keysPath, newKey, request } from './webhookCalls.js'

// The keys that calls of a mailbox's webhook are signed with.

let desk: Desk
let secret: string
let call: ReturnType<typeof callerOf>

beforeAll(async () => {
  desk = await openDesk()
  secret = (await newKey(desk)).secret
  call = callerOf(desk, secret)
})
afterAll(() => desk.close())

describe('keys', () => {
  it('two of a kind hold at once, a third is refused, a revoked one is worthless', async () => {
    const mailbox = await desk.addMailbox('rotating@acme.test')
    const old = await newKey(desk, { mailbox })
    const next = await newKey(desk, { mailbox })
    const send = (key: string) => call(request(), { mailbox, secret: key })
    expect([(await send(old.secret)).status, (await send(next.secret)).status]).toEqual([201, 201])
    const third = await desk.site.rest('POST', keysPath(mailbox), {
      user: desk.site.users.manager,
      body: { kind: 'signing' },
    })
    expect(third).toMatchObject({ status: 409, body: { error: { key: 'tooManyKeys' } } })
    const gone = await desk.site.rest('DELETE', `/helpdesk/webhook-keys/${old.key.id}`, {
      user: desk.site.users.manager,
      body: {},
    })
    expect(gone.status).toBe(200)
    expect([(await send(old.secret)).status, (await send(next.secret)).status]).toEqual([401, 201])
  })

  it('I01 I02 a secret is in the answer to its making and nowhere else', async () => {
    const signing = await newKey(desk)
    const url = await newKey(desk, { kind: 'url' })
    const { body, response } = await desk.site.rest('GET', keysPath(desk.mailbox), {
      user: desk.site.users.manager,
    })
    const shown = await response.text()
    const stored = JSON.stringify(await desk.rows('webhookKeys'))
    for (const value of [signing.secret, signing.secret.slice(6), url.secret, secret]) {
      expect(shown).not.toContain(value)
      expect(stored).not.toContain(value)
    }
    expect(body['keys']).toContainEqual({
      id: url.key.id,
      kind: 'url',
      hint: url.secret.slice(-4),
      createdAt: expect.any(String),
      lastUsedAt: null,
      isReadable: true,
    })
    expect((await call(request(), { token: url.secret })).status).toBe(201)
    const [used] = await desk.rows('webhookKeys', 'id = $1', [url.key.id])
    expect(used!['last_used_at']).not.toBeNull()
    const other = await desk.addMailbox('another@acme.test')
    expect((await call(request(), { token: url.secret, mailbox: other })).status).toBe(401)
  })

  it('an unsigned call is told again by its externalId alone', async () => {
    const former = await desk.rows<{ id: DocID }>('webhookKeys', `mailbox_id = $1 and kind = 'url'`, [
      desk.mailbox,
    ])
    for (const { id } of former)
      await desk.site.rest('DELETE', `/helpdesk/webhook-keys/${id}`, {
        user: desk.site.users.manager,
        body: {},
      })
    const { secret: token } = await newKey(desk, { kind: 'url' })
    const externalId = randomUUID()
    const first = await call(request({ externalId }), { token })
    expect((await call(request({ externalId }), { token })).body).toEqual(first.body)
    expect((await call(request(), { token })).body['ticket']).not.toEqual(first.body['ticket'])
  })
})
