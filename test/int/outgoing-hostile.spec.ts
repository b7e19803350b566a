import dns from 'node:dns'
import dnsPromises from 'node:dns/promises'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlOf } from '../../src/core/database.js'
import {
  type Outgoing,
  ok,
  openOutgoing,
  type Receiver,
  startReceiver,
  verify,
  withOutgoing,
} from './outgoingRig.js'

// Receivers and addresses that mean no good.

let desk: Outgoing
let receiver: Receiver
const webhookOptions = { allowPrivateHosts: ['127.0.0.1'], timeoutMs: 1500 }

const listen = withOutgoing({
  options: { events: { webhooks: webhookOptions } },
  onOpen: (opened) => {
    desk = opened.desk
    receiver = opened.receiver
  },
})

/** What name servers answer, said by the test: they are the one thing here that is somebody else's. */
const names = { asked: [] as string[], answers: {} as Record<string, string[][]> }
const real = { lookup: dns.lookup, promise: dnsPromises.lookup }
beforeAll(() => {
  const answerOf = (name: string) => {
    names.asked.push(name)
    const all = names.answers[name]!
    const addresses = (all.length > 1 ? all.shift() : all[0])!
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  dnsPromises.lookup = (async (name: string, options: object) =>
    name in names.answers ? answerOf(name) : real.promise(name, options)) as never
  // Node's own, by which it would look again when it connects.
  dns.lookup = ((name: string, options: object, done: (...args: unknown[]) => void) =>
    name in names.answers ? done(null, answerOf(name)) : real.lookup(name, options, done as never)) as never
  syncBuiltinESMExports()
})
afterAll(() => {
  dnsPromises.lookup = real.promise
  dns.lookup = real.lookup
  syncBuiltinESMExports()
})
const say = (name: string, ...answers: string[][]) => {
  names.asked = []
  names.answers = { [name]: answers }
}

/** What became of one event. */
const outcome = async () => {
  await desk.open()
  await desk.tell()
  const rows = await desk.deliveries()
  const { state, error_code: code, status } = rows.at(-1)!
  return { state, code, status: status === null ? null : Number(status) }
}

describe('J01 an address that must not be called', () => {
  it('is refused when it is saved, in every spelling, when it is made and when it is changed', async () => {
    const hosts = [
      'localhost',
      'LOCALHOST.',
      '127.0.0.2',
      '127.2',
      '0x7f000002',
      '2130706434',
      '0177.0.0.2',
      '１２７.0.0.2',
      '0.0.0.0',
      '10.0.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '[::1]',
      '[::ffff:7f00:2]',
      '[::7f00:2]',
      '[fd00::1]',
      '[64:ff9b::a9fe:a9fe]',
      'metadata.google.internal',
    ]
    const { id } = await listen()
    for (const host of hosts)
      for (const url of [`https://${host}/`, `http://${host}:8080/latest`]) {
        const created = await desk.save({ url })
        const changed = await desk.asManager('PATCH', `/helpdesk-webhooks/${id}`, { url })
        for (const { status, body } of [created, changed]) {
          expect([url, status]).toEqual([url, 400])
          expect(JSON.stringify(body)).toContain('private network')
        }
      }
    for (const [url, words] of [
      ['http://hooks.example.com/', 'https'],
      ['https://me:secret@hooks.example.com/', 'password'],
      ['file:///etc/passwd', 'whole address'],
      ['hooks.example.com', 'whole address'],
    ] as const) {
      const { status, body } = await desk.save({ url })
      expect([url, status, JSON.stringify(body).includes(words)]).toEqual([url, 400, true])
    }
    expect(await desk.rows('webhooks')).toHaveLength(1)
  })

  it('is refused when it is sent to, where the name leads there, or to there among others', async () => {
    await listen({ url: `https://hooks.example.com:${receiver.port}/hook` })
    for (const answer of [
      ['127.0.0.1'],
      ['10.0.0.1'],
      ['::1'],
      ['::ffff:127.0.0.1'],
      ['93.184.215.14', '127.0.0.1'],
    ]) {
      say('hooks.example.com', answer)
      expect([answer, await outcome()]).toEqual([
        answer,
        { state: 'queued', code: 'privateHost', status: null },
      ])
      expect(names.asked).toEqual(['hooks.example.com'])
    }
    expect(receiver.calls).toEqual([])
  })

  it('is refused when it was saved before the option was taken back', async () => {
    const { id } = await listen()
    await sqlOf({ payload: desk.site.payload }).query('update helpdesk_webhooks set url = $1 where id = $2', [
      `http://127.0.0.2:${receiver.port}/hook`,
      id,
    ])
    expect(await outcome()).toEqual({ state: 'queued', code: 'privateHost', status: null })
  })

  it('is not reached by a redirect', async () => {
    await listen()
    const inside = await startReceiver('127.0.0.2', receiver.port)
    say('inside.example.com', ['127.0.0.2'])
    for (const status of [307, 308])
      for (const location of [
        inside.url,
        `http://0x7f000002:${receiver.port}/`,
        `http://localhost:${receiver.port}/`,
        `//127.0.0.2:${receiver.port}/`,
        `https://inside.example.com:${receiver.port}/`,
        'http://169.254.169.254/latest/meta-data/',
      ]) {
        receiver.answer = (response) => response.writeHead(status, { location }).end()
        expect([location, await outcome()]).toEqual([
          location,
          { state: 'queued', code: 'privateHost', status: null },
        ])
      }
    for (const location of ['file:///etc/passwd', 'gopher://127.0.0.1/', 'http://'])
      for (const status of [307, 308]) {
        receiver.answer = (response) => response.writeHead(status, { location }).end()
        expect(['badUrl', 'redirect']).toContain((await outcome()).code)
      }
    for (const status of [301, 302, 303, 304]) {
      receiver.answer = (response) => response.writeHead(status, { location: receiver.url }).end()
      expect(await outcome()).toEqual({ state: 'queued', code: 'redirect', status })
    }
    expect(inside.calls).toEqual([])
    await inside.close()
  })

  it('is pinned: a name that says something else a moment later is not asked again', async () => {
    const open = await openOutgoing({ events: { webhooks: { allowPrivateHosts: ['rebind.example.com'] } } })
    const inside = await startReceiver('127.0.0.2', receiver.port)
    say('rebind.example.com', ['127.0.0.1'], ['127.0.0.2'])
    const { secret } = await open.listen({ url: `http://rebind.example.com:${receiver.port}/hook` })
    await open.open()
    await open.tell()
    expect(names.asked).toEqual(['rebind.example.com'])
    expect([receiver.calls.length, inside.calls.length]).toEqual([1, 0])
    // The receiver is told the name all the same.
    expect(receiver.calls[0]!.headers['host']).toBe(`rebind.example.com:${receiver.port}`)
    verify(receiver.calls[0]!, secret)
    await inside.close()
    await open.close()
  })
})

describe('redirects', () => {
  it('that keep the POST are followed, three at most, each with the same bytes', async () => {
    const { secret } = await listen()
    receiver.answer = (response, { path }) => {
      const hop = Number(/\d+$/.exec(path)?.[0] ?? 0)
      if (hop < 3) response.writeHead(hop % 2 ? 307 : 308, { location: `/hook${hop + 1}` }).end()
      else ok(response)
    }
    expect(await outcome()).toEqual({ state: 'delivered', code: null, status: 204 })
    expect(receiver.calls.map(({ path }) => path)).toEqual(['/hook', '/hook1', '/hook2', '/hook3'])
    for (const call of receiver.calls) verify(call, secret)
    receiver.calls.length = 0
    receiver.answer = (response) => response.writeHead(307, { location: '/hook' }).end()
    expect((await outcome()).code).toBe('redirect')
    expect(receiver.calls).toHaveLength(4)
  })
})

describe('secrets', () => {
  it('two sign at once for a day; no answer and no row holds one', async () => {
    const { id, secret } = await listen()
    const turn = async () => (await desk.asManager('POST', `/helpdesk/webhooks/${id}/secret`)).body
    const { secret: next, secrets } = (await turn()) as { secret: string; secrets: object[] }
    expect(secrets).toMatchObject([{ expiresAt: null }, { hint: secret.replace(/=+$/, '').slice(-4) }])
    await outcome()
    const [both] = receiver.calls
    expect(String(both!.headers['webhook-signature']).split(' ')).toHaveLength(2)
    for (const one of [secret, next]) verify(both!, one)
    desk.ahead(24 * 60 * 60_000 + 1000)
    receiver.calls.length = 0
    await outcome()
    expect(String(receiver.calls[0]!.headers['webhook-signature']).split(' ')).toHaveLength(1)
    desk.ahead(0)
    const last = String((await turn())['secret'])
    await turn()
    expect(await desk.rows('webhookSecrets')).toHaveLength(2)

    const all = [secret, next, last].flatMap((one) => [one, one.slice(6)])
    const paths = [
      `/helpdesk-webhooks/${id}?depth=3`,
      '/helpdesk-webhooks?depth=3&joins=false',
      '/helpdesk-webhook-secrets',
      '/helpdesk-webhook-deliveries',
      `/helpdesk/webhooks/${id}/deliveries`,
    ]
    const stored = (await desk.rows<{ secret: string }>('webhookSecrets')).map((row) => row.secret)
    for (const user of Object.values(desk.site.users))
      for (const path of paths) {
        const text = await (await desk.site.rest('GET', path, { user })).response.text()
        expect([path, [...all, ...stored].some((value) => text.includes(value))]).toEqual([path, false])
      }
    const kept = JSON.stringify([
      await desk.rows('webhooks'),
      await desk.rows('webhookSecrets'),
      await desk.deliveries(),
    ])
    expect(all.some((value) => kept.includes(value))).toBe(false)
  })

  it('one that this site cannot open any more signs nothing, and the log says so', async () => {
    const { id } = await listen()
    await sqlOf({ payload: desk.site.payload }).query(
      `update helpdesk_webhook_secrets set secret = 'v1.00000000.a.b.c' where webhook_id = $1`,
      [id],
    )
    expect(await outcome()).toEqual({ state: 'queued', code: 'noSecret', status: null })
    expect(receiver.calls).toEqual([])
    const refused = await desk.asManager('POST', `/helpdesk/webhooks/${id}/test`)
    expect(refused).toMatchObject({ status: 409, body: { error: { key: 'noSecret' } } })
  })
})

describe('a test event', () => {
  it('goes the same way', async () => {
    const { id, secret } = await listen()
    expect((await desk.asManager('POST', `/helpdesk/webhooks/${id}/test`)).status).toBe(200)
    expect(receiver.calls).toEqual([])
    await desk.send()
    expect(receiver.calls.map(({ event }) => [event.type, event.data])).toEqual([['test', {}]])
    verify(receiver.calls[0]!, secret)
    const log = await desk.asManager('GET', `/helpdesk/webhooks/${id}/deliveries`)
    expect(log.body['deliveries']).toMatchObject([{ event: 'test', state: 'delivered', ticket: null }])
  })
})

describe('FT38 a receiver that speaks no HTTP', () => {
  it('fails by what it is', async () => {
    await listen({ url: `https://127.0.0.1:${receiver.port}/` })
    expect((await outcome()).code).toBe('tls')
    const closed = await startReceiver()
    await closed.close()
    await listen({ url: closed.url })
    expect((await outcome()).code).toBe('connect')
    say('nowhere.example.com', [])
    await listen({ url: 'https://nowhere.example.com/' })
    expect((await outcome()).code).toBe('dns')
  })
})
