import { randomUUID } from 'node:crypto'
import { APIError } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { postgresOf } from '../../src/core/database.js'
import { blockSender } from '../../src/index.js'
import { sweepCalls } from '../../src/webhook/calls.js'
import { type Desk, minute, openDesk } from './mail-out.desk.js'
import { callerOf, newKey, request, secondsNow, stored } from './webhookCalls.js'

// Calls of other systems, through Payload's own REST handler.

let desk: Desk

let call: ReturnType<typeof callerOf>

/** Of somebody whom the help desk does not know, with a file. */
const fresh = (change: object = {}) =>
  request({
    email: `${randomUUID()}@example.com`,
    attachments: [{ filename: 'a.txt', content: 'aGVsbG8=' }],
    ...change,
  })

beforeAll(async () => {
  desk = await openDesk({
    overrides: {
      tickets: {
        collection: ({ defaultCollection }) => ({
          ...defaultCollection,
          hooks: {
            ...defaultCollection.hooks,
            beforeValidate: [
              ...(defaultCollection.hooks?.beforeValidate ?? []),
              ({ data }) => {
                if (data?.['subject'] === 'The hook refuses this')
                  throw new APIError('Not during the holidays.', 422, null, true)
                return data
              },
            ],
          },
        }),
        fields: ({ defaultFields }) => [
          ...defaultFields,
          {
            name: 'orderNumber',
            type: 'text',
            validate: (value: unknown) => !value || /^A-\d+$/.test(String(value)) || 'Like A-17.',
          },
        ],
      },
    },
  })
  call = callerOf(desk, (await newKey(desk)).secret)
})
afterAll(() => desk.close())

describe('a call', () => {
  it('opens a ticket, with all that it says', async () => {
    const { status, body, type } = await call(
      request({
        subject: 'A broken kettle',
        html: '<p>It <b>leaks</b>.<script>alert(1)</script></p><img src="https://evil.test/a.png">',
        priority: 'high',
        fields: { orderNumber: 'A-17' },
        attachments: [{ filename: 'a photo.txt', contentType: 'text/plain', content: 'aGVsbG8=' }],
      }),
    )
    expect([status, type, body]).toEqual([
      201,
      'application/json; charset=utf-8',
      {
        result: 'created',
        ticket: { id: expect.anything(), number: expect.any(Number) },
        message: expect.anything(),
      },
    ])
    const [ticket] = await desk.rows('tickets', 'id = $1', [(body['ticket'] as { id: DocID }).id])
    expect(ticket).toMatchObject({
      subject: 'A broken kettle',
      status: 'open',
      priority: 'high',
      source: 'webhook',
      requester_address: 'ada@example.com',
      requester_verified: false,
      order_number: 'A-17',
      has_attachments: true,
    })
    const spoken = await call(request({ email: 'dora@example.com', language: 'de' }))
    const opened = await desk.rows('tickets', 'id = $1', [(spoken.body['ticket'] as { id: DocID }).id])
    expect(await desk.rows('contacts', 'id = $1', [opened[0]!['contact_id']])).toMatchObject([
      { locale: 'de' },
    ])
    const [message] = await desk.rows('messages', 'id = $1', [body['message']])
    expect(message).toMatchObject({
      kind: 'customer',
      visibility: 'customer',
      text: 'It leaks.',
      reason: 'webhook',
    })
    expect(message!['html']).toContain('<b>leaks</b>')
    expect(message!['html']).not.toMatch(/script|alert/)
    expect(Number(message!['remote_images'])).toBe(1)
    const [file] = await desk.rows('attachments', 'message_id = $1', [body['message']])
    expect(file).toMatchObject({ original_name: 'a photo.txt', state: 'linked', bytes: '5' })
    const [contact] = await desk.rows('contacts', 'id = $1', [ticket!['contact_id']])
    expect(contact).toMatchObject({ name: 'Ada Lovelace' })
  })

  it('of the same sender and subject is added to the active ticket', async () => {
    const first = await call(request({ subject: 'Where is my parcel?' }))
    const second = await call(request({ subject: ' where is  my PARCEL? ', message: 'Any news?' }))
    expect([first.status, second.status]).toEqual([201, 200])
    expect(second.body).toMatchObject({ result: 'appended', ticket: first.body['ticket'] })
    const other = await call(request({ subject: 'Where is my parcel?', email: 'eve@example.com' }))
    expect(other.status).toBe(201)
  })

  it('two at once of the same sender and subject make one ticket', async () => {
    const same = request({ subject: 'Both at once' })
    const results = await Promise.all(Array.from({ length: 6 }, () => call(same)))
    expect(results.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201])
    expect(await desk.rows('tickets', 'subject = $1', ['Both at once'])).toHaveLength(1)
  })

  it('opens another ticket where the one before is closed', async () => {
    const first = await call(request({ subject: 'Closed' }))
    await desk.site.payload.db.updateOne({
      collection: 'tickets' as never,
      id: (first.body['ticket'] as { id: DocID }).id as never,
      data: { status: 'closed' },
      req: undefined as never,
    })
    expect((await call(request({ subject: 'Closed' }))).status).toBe(201)
  })

  it('opens each time where the option says so', async () => {
    const { webhook } = (
      desk.site.payload.config.custom as { helpdesk: { webhook: { appendToActive: boolean } } }
    ).helpdesk
    webhook.appendToActive = false
    try {
      const statuses = [await call(request({ subject: 'Twice' })), await call(request({ subject: 'Twice' }))]
      expect(statuses.map(({ status }) => status)).toEqual([201, 201])
    } finally {
      webhook.appendToActive = true
    }
  })
})

describe('J04 the same call again', () => {
  it('by its webhook id gets the first answer again, whatever it says now', async () => {
    const id = randomUUID()
    const first = await call(request(), { id })
    const again = await call(request({ subject: 'Another', message: 'Other words.' }), { id })
    expect([again.status, again.body]).toEqual([201, first.body])
  })

  it('by its externalId, under another webhook id', async () => {
    const externalId = 'order/17'
    const first = await call(request({ externalId }))
    const id = randomUUID()
    const again = await call(request({ externalId }), { id })
    const third = await call(request(), { id })
    expect([again.body, third.body]).toEqual([first.body, first.body])
  })

  it('by its webhook id takes over no externalId of a body that it did not bring', async () => {
    const id = randomUUID()
    const first = await call(request(), { id })
    const externalId = randomUUID()
    expect((await call(request({ externalId }), { id })).body).toEqual(first.body)
    expect((await call(request({ externalId }))).body['ticket']).not.toEqual(first.body['ticket'])
  })

  it('by an externalId that somebody with a mere token has named before is another call', async () => {
    const { secret: token } = await newKey(desk, { kind: 'url' })
    const externalId = randomUUID()
    const first = await call(request({ externalId }), { token })
    const signed = await call(request({ externalId }))
    expect([first.status, signed.status]).toEqual([201, 201])
    expect(signed.body['ticket']).not.toEqual(first.body['ticket'])
  })

  it('is known by its externalId for ever, by its webhook id for a month', async () => {
    const externalId = randomUUID()
    await call(request({ externalId }))
    const kinds = async () => (await desk.rows<{ kind: string }>('webhookCalls')).map(({ kind }) => kind)
    expect(await kinds()).toContain('id')
    desk.later(31 * 24 * 60 * minute)
    try {
      await sweepCalls(desk.site.payload)
      expect([...new Set(await kinds())]).toEqual(['external'])
    } finally {
      desk.later(-31 * 24 * 60 * minute)
    }
  })

  it('from ten connections at once: one ticket', async () => {
    const id = randomUUID()
    const body = request({ externalId: 'ten at once', attachments: [{ filename: 'a', content: 'aGVsbG8=' }] })
    const results = await Promise.all(Array.from({ length: 10 }, () => call(body, { id })))
    expect(new Set(results.map((result) => JSON.stringify([result.status, result.body]))).size).toBe(1)
    expect(await desk.rows('tickets', 'subject = $1', [body.subject])).toHaveLength(1)
    expect(await desk.rows('attachments', 'message_id = $1', [results[0]!.body['message']])).toHaveLength(1)
  })

  it('whose COMMIT nobody heard of keeps its files, and is told what it has brought', async () => {
    const { drizzle } = postgresOf(desk.site.payload)
    const real = drizzle.transaction.bind(drizzle)
    const body = request({ attachments: [{ filename: 'a.txt', content: 'aGVsbG8=' }] })
    const id = randomUUID()
    let isLost = false
    drizzle.transaction = (async (work: Parameters<typeof real>[0]) => {
      const result = await real(work)
      if (isLost || !(await desk.rows('tickets', 'subject = $1', [body.subject])).length) return result
      isLost = true
      throw new Error('The connection was lost while the answer to COMMIT was on its way.')
    }) as never
    try {
      expect((await call(body, { id })).status).toBe(503)
    } finally {
      drizzle.transaction = real as never
    }
    const again = await call(body, { id })
    expect(again.status).toBe(201)
    expect(await desk.rows('attachments', 'message_id = $1', [again.body['message']])).toHaveLength(1)
  })

  it('in another mailbox is another call', async () => {
    const other = await desk.addMailbox('sales@acme.test')
    const { secret: own } = await newKey(desk, { mailbox: other })
    const id = randomUUID()
    const first = await call(request(), { id })
    const second = await call(request(), { id, mailbox: other, secret: own })
    expect(second.status).toBe(201)
    expect(second.body['ticket']).not.toEqual(first.body['ticket'])
  })
})

describe('J04 a call that is refused stores nothing', () => {
  const cases: [name: string, status: number, key: string, send: () => ReturnType<typeof call>][] = [
    [
      'without signature or token',
      401,
      'callNotSigned',
      () =>
        call(fresh(), { headers: { 'webhook-id': '', 'webhook-timestamp': '', 'webhook-signature': '' } }),
    ],
    ['without an id', 401, 'callNotSigned', () => call(fresh(), { id: null })],
    ['with an id of blanks and dots', 400, 'badInput', () => call(fresh(), { id: 'a.b c' })],
    [
      'by another secret',
      401,
      'badSignature',
      () => call(fresh(), { secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` }),
    ],
    ['with a signature that is none', 401, 'badSignature', () => call(fresh(), { signature: 'v1,AAAA' })],
    [
      'with a signature of an unknown version',
      401,
      'badSignature',
      () => call(fresh(), { signature: 'v9,AAAA' }),
    ],
    [
      'with a body that was changed on its way',
      401,
      'badSignature',
      () => call(fresh(), { tampered: JSON.stringify(fresh({ priority: 'urgent' })) }),
    ],
    ['an hour old', 400, 'timestampOff', () => call(fresh(), { timestamp: secondsNow() - 3600 })],
    [
      'five and a half minutes old',
      400,
      'timestampOff',
      () => call(fresh(), { timestamp: secondsNow() - 330 }),
    ],
    ['from the future', 400, 'timestampOff', () => call(fresh(), { timestamp: secondsNow() + 3600 })],
    ['with a timestamp in words', 400, 'timestampOff', () => call(fresh(), { timestamp: 'now' })],
    ['to a mailbox that is not there', 401, 'badSignature', () => call(fresh(), { mailbox: 999_999 })],
    ['to a mailbox that cannot be one', 401, 'badSignature', () => call(fresh(), { mailbox: 'help' })],
    ['by a token that is none', 401, 'badSignature', () => call(fresh(), { token: 'guess' })],
    [
      'as a form',
      415,
      'notJSON',
      () => call(fresh(), { headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    ],
    ['as text', 415, 'notJSON', () => call(fresh(), { headers: { 'content-type': 'text/plain' } })],
    ['that is not JSON', 400, 'malformedJSON', () => call('{"email": ')],
    ['that is empty', 400, 'malformedJSON', () => call('')],
    ['with a list as its body', 400, 'badInput', () => call([])],
    ['without an address', 400, 'badInput', () => call(fresh({ email: undefined }))],
    [
      'with a value that the site’s own field refuses',
      400,
      'badInput',
      () => call(fresh({ fields: { orderNumber: 'seventeen' } })),
    ],
    ['H03 with a managed field', 400, 'badInput', () => call(fresh({ fields: { status: 'closed' } }))],
    ['of a mailbox’s own address', 400, 'ownAddress', () => call(fresh({ email: 'help@acme.test' }))],
    [
      'of a mailbox’s own plus address',
      400,
      'ownAddress',
      () => call(fresh({ email: 'help+abc@acme.test' })),
    ],
  ]
  it.each(cases)('%s', async (_name, status, key, send) => {
    const before = await stored(desk)
    const result = await send()
    expect(result.type).toBe('application/problem+json; charset=utf-8')
    expect(result.body).toMatchObject({ status, key, title: expect.any(String), detail: expect.any(String) })
    expect(result.status).toBe(status)
    expect(await stored(desk)).toEqual(before)
  })

  it('names the field', async () => {
    const { body } = await call(fresh({ fields: { orderNumber: 'seventeen' } }))
    expect(body['errors']).toEqual([{ field: 'fields.orderNumber', detail: 'Like A-17.' }])
  })

  it('larger than a call may be', async () => {
    const { webhook } = (
      desk.site.payload.config.custom as { helpdesk: { webhook: { maxBodySize: number } } }
    ).helpdesk
    const before = webhook.maxBodySize
    webhook.maxBodySize = 1000
    try {
      expect((await call(fresh({ message: 'x'.repeat(2000) }))).status).toBe(413)
    } finally {
      webhook.maxBodySize = before
    }
  })

  it('of a sender whom an agent has blocked', async () => {
    const { body } = await call(request({ email: 'mallory@example.com' }))
    const { id } = body['ticket'] as { id: DocID }
    await blockSender({ req: desk.system, overrideAccess: true, ticket: id, blocked: true })
    const before = await stored(desk)
    expect(await call(fresh({ email: 'Mallory@example.com' }))).toMatchObject({
      status: 403,
      body: { key: 'blockedSender' },
    })
    expect(await stored(desk)).toEqual(before)
  })

  it('to an archived mailbox', async () => {
    const other = await desk.addMailbox('old@acme.test')
    const { secret: own } = await newKey(desk, { mailbox: other })
    await desk.changeMailbox({ archived: true }, other)
    const before = await stored(desk)
    const result = await call(fresh(), { mailbox: other, secret: own })
    expect(result).toMatchObject({ status: 409, body: { key: 'mailboxArchived' } })
    expect(await stored(desk)).toEqual(before)
  })

  it('with a body that is no UTF-8, though its signature is right', async () => {
    const before = await stored(desk)
    const raw = Buffer.from(JSON.stringify(fresh({ message: 'Größer' })), 'latin1')
    expect(await call(raw)).toMatchObject({ status: 400, body: { key: 'malformedJSON' } })
    expect(await stored(desk)).toEqual(before)
  })

  it('with the site’s own words and status where a hook of the site refuses it', async () => {
    const before = await stored(desk)
    const result = await call(fresh({ subject: 'The hook refuses this' }))
    expect(result).toMatchObject({ status: 422, body: { status: 422, detail: 'Not during the holidays.' } })
    expect(await stored(desk)).toEqual(before)
  })
})

describe('E06 what a call brings is acknowledged as mail is', () => {
  it('to an address that nobody has proven without a word of what was sent, and at most so often', async () => {
    const mailbox = await desk.addMailbox('acks@acme.test', { settings: { acknowledge: true } })
    const { secret: own } = await newKey(desk, { mailbox })
    for (let i = 0; i < 6; i++)
      await call(request({ email: 'victim@example.com', name: 'BUY NOW', subject: `Cheap pills ${i}` }), {
        mailbox,
        secret: own,
      })
    desk.later(minute)
    await desk.work()
    const got = desk.server.mailbox('victim@example.com')
    expect(got).toHaveLength(3)
    for (const mail of got) expect(mail.raw.toString()).not.toMatch(/pills|BUY NOW|leaks/)
  })
})
