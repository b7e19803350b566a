import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlOf } from '../../src/core/database.js'
import { createSite, type RequestArgs } from '../site.js'
import { type AccessDesk, type Asker, askers, openAccessDesk } from './accessDesk.js'

const password = 'imap-password-of-acme-7312'
const routeSecret = 'a route secret for tests'

let desk: AccessDesk
beforeAll(async () => {
  desk = await openAccessDesk({ options: { worker: { routeSecret } } })
  const { status } = await ask('manager', 'PATCH', mailbox(), {
    body: { receive: { ...login, kind: 'imap', port: 993 }, send: { ...login, kind: 'smtp', port: 465 } },
  })
  expect(status).toBe(200)
})
afterAll(() => desk.site.close())

const login = { host: 'mail.acme.example', security: 'tls', user: 'help', password }
const mailbox = () => `/mailboxes/${desk.mailbox}`

type Body = {
  docs?: unknown[]
  error?: { key: string; fields?: object }
  errors?: { message: string; data?: object }[]
}

const ask = (as: Asker, method: string, path: string, sent: RequestArgs = {}) =>
  desk.site.rest<Body>(method, path, { ...(desk.users[as] && { user: desk.users[as] }), ...sent })

const get = (as: Asker, path: string) => ask(as, 'GET', path)

const stored = async () => {
  const row = await desk.one('mailboxes', desk.mailbox)
  return { receive: String(row['receive_secret']), send: String(row['send_secret']) }
}

describe('I01 a mailbox’s password', () => {
  it('is in no answer to anybody, nor what it is stored as', async () => {
    const secrets = Object.values(await stored())
    expect(secrets.every((secret) => secret.length > 20)).toBe(true)
    const paths = [
      `${mailbox()}?depth=3`,
      `/mailboxes?depth=3&select[receive][secret]=true&select[receive][password]=true&select[send]=true`,
      `/mailboxes?populate[mailboxes][receive]=true`,
      `/tickets?depth=4&populate[mailboxes][receive][secret]=true`,
      `/messages?depth=6&limit=100`,
      `/helpdesk-inbound-emails?depth=4`,
      `/helpdesk-outbound-emails?depth=4`,
      `/helpdesk/inbox/overview`,
      `/helpdesk${mailbox()}/health`,
      '/access',
    ]
    const graphql = `{ Mailboxes { docs { receive { host hasPassword secret password } send { secret password } } } }`
    for (const as of askers) {
      for (const path of paths) {
        const text = await (await get(as, path)).response.text()
        expect([as, path, [password, ...secrets].some((secret) => text.includes(secret))]).toEqual([
          as,
          path,
          false,
        ])
      }
      const answer = JSON.stringify(await desk.site.graphql(graphql, { user: desk.users[as] }))
      expect([as, [password, ...secrets].some((secret) => answer.includes(secret))]).toEqual([as, false])
    }
    const { body } = await get('manager', mailbox())
    expect(body).toMatchObject({ receive: { host: 'mail.acme.example', hasPassword: true } })
    expect(JSON.stringify(body)).not.toMatch(/"(secret|password)":/)
    const seen = await (await get('agent', mailbox())).response.text()
    expect(seen).toContain('help@acme.example')
    expect(seen).not.toMatch(/mail\.acme\.example|hasPassword/)
  })

  it('cannot be guessed by filters, sorting or distinct values, nor can other hidden fields', async () => {
    const fields = [
      ['mailboxes', 'receive.secret'],
      ['mailboxes', 'send.secret'],
      ['tickets', 'mailbox.receive.secret'],
      ['tickets', 'replyKey'],
      ['messages', 'ticket.replyKey'],
      ['messages', 'ticket.mailbox.send.secret'],
      ['tickets', 'assignee.hash'],
      ['tickets', 'assignee.salt'],
      ['tickets', 'assignee.resetPasswordToken'],
      ['contacts', 'owner.hash'],
      ['contacts', 'tickets.replyKey'],
      ['deals', 'owner.salt'],
      ['helpdesk-attachments', 'uploadedBy.hash'],
      ['helpdesk-activities', 'actor.hash'],
      ['helpdesk-outbound-emails', 'leaseToken'],
    ] as const
    const values = (operator: string) => (operator === 'exists' ? 'true' : '%')
    const open: string[] = []
    for (const [slug, field] of fields)
      for (const as of ['agent', 'manager', 'administrator'] as const)
        for (const operator of ['like', 'exists', 'not_equals', 'greater_than'])
          for (const path of [
            `/${slug}?where[${field}][${operator}]=${values(operator)}`,
            `/${slug}?where[and][0][or][0][${field}][${operator}]=${values(operator)}`,
            `/${slug}/count?where[${field}][${operator}]=${values(operator)}`,
          ]) {
            const { status } = await get(as, path)
            if (status < 400) open.push(`${as} ${path}`)
          }
    expect(open).toEqual([])
    const { payload } = desk.site
    const req = await desk.reqOf(desk.site.users.administrator)
    for (const [slug, field] of [
      ['mailboxes', 'receive.secret'],
      ['tickets', 'replyKey'],
    ] as const)
      await expect(
        payload.findDistinct({
          collection: slug as never,
          field: field as never,
          depth: 0,
          overrideAccess: false,
          req,
        }),
      ).rejects.toMatchObject({ status: expect.toSatisfy((status) => status >= 400) })
  }, 300_000)

  it('does not show in the order of a list', async () => {
    for (const field of ['receive.secret', 'send.secret', 'replyKey']) {
      const slug = field === 'replyKey' ? 'tickets' : 'mailboxes'
      const order = async (sort: string) => {
        const { status, body } = await get('administrator', `/${slug}?depth=0&limit=100&sort=${sort}`)
        return status < 400 ? (body.docs as { id: number }[]).map(({ id }) => id) : 'refused'
      }
      const up = await order(field)
      const down = await order(`-${field}`)
      expect([field, up === 'refused' || JSON.stringify(up) === JSON.stringify(down)]).toEqual([field, true])
    }
  })
})

describe('I02 at rest', () => {
  it('stands nowhere in the database as it was typed, and never twice alike', async () => {
    const { payload } = desk.site
    const { rows: tables } = await sqlOf({ payload }).query<{ name: string }>(
      "select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_schema = 'public'",
    )
    expect(tables.length).toBeGreaterThan(20)
    for (const { name } of tables) {
      const { rows } = await sqlOf({ payload }).query(
        `select 1 from ${name} x where x::text like $1 limit 1`,
        [`%${password}%`],
      )
      expect([name, rows.length]).toEqual([name, 0])
    }
    const { receive, send } = await stored()
    expect(receive).not.toBe(send)
    const encoded = Buffer.from(password).toString('base64')
    expect(receive + send).not.toContain(encoded.slice(0, 12))
  })
})

describe('I04 a stored password', () => {
  const refusedBy = (body: Body): string =>
    JSON.stringify(body.error ?? body.errors?.[0]?.data ?? body.errors?.[0]?.message ?? '')

  it('is not sent to a server that its owner never saw: host, port, user and security ask for it again', async () => {
    const before = await desk.one('mailboxes', desk.mailbox)
    const changes = [{ host: 'evil.example' }, { port: 12_345 }, { user: 'other' }, { security: 'none' }]
    for (const side of ['receive', 'send'])
      for (const change of changes) {
        const saved = await ask('administrator', 'PATCH', mailbox(), { body: { [side]: change } })
        expect([side, change, saved.status, refusedBy(saved.body)]).toEqual([
          side,
          change,
          400,
          expect.stringContaining('passwordAgain'),
        ])
        const kind = side === 'receive' ? 'imap' : 'smtp'
        const tested = await ask('administrator', 'POST', `/helpdesk${mailbox()}/test`, {
          body: { [side]: { kind, ...change } },
        })
        expect([side, change, tested.status, refusedBy(tested.body)]).toEqual([
          side,
          change,
          400,
          expect.stringContaining('passwordAgain'),
        ])
      }
    expect(await desk.one('mailboxes', desk.mailbox)).toEqual(before)
  })

  it('stays with other changes, and cannot be written past the field it is typed into', async () => {
    const before = await stored()
    const other = await ask('manager', 'PATCH', mailbox(), {
      body: {
        name: 'Support desk',
        receive: { folder: 'Inbox', secret: 'forged' },
        send: { secret: 'forged' },
      },
    })
    expect(other.status).toBe(200)
    expect(await stored()).toEqual(before)
    const typed = await ask('manager', 'PATCH', mailbox(), {
      body: { receive: { host: 'new.example', password } },
    })
    expect(typed.status).toBe(200)
    expect((await stored()).receive).not.toBe(before.receive)
    expect((await stored()).send).toBe(before.send)
  })
})

describe('H09 the worker’s route', () => {
  const call = (method: string, headers: Record<string, string>, as: Asker = 'anonymous') =>
    ask(as, method, '/helpdesk/worker?budgetMs=1000', {
      headers: { ...headers, 'content-type': 'application/json' },
      ...(method === 'POST' && { body: { budgetMs: 1000 } }),
    })

  it('takes the secret or a manager, and nothing that only looks like it', async () => {
    for (const method of ['GET', 'POST'])
      for (const authorization of [
        '',
        'Bearer',
        'Bearer ',
        `Bearer ${routeSecret} `.replace('tests', 'test'),
        `Bearer ${routeSecret.toUpperCase()}`,
        `Basic ${routeSecret}`,
        'Bearer undefined',
        'Bearer null',
      ])
        expect([
          method,
          authorization,
          (await call(method, authorization ? { authorization } : {})).status,
        ]).toEqual([method, authorization, 401])
    for (const as of ['customer', 'noRole', 'agent'] as const)
      expect([as, (await call('POST', {}, as)).status]).toEqual([as, 403])
    for (const method of ['GET', 'POST'])
      expect((await call(method, { authorization: `Bearer ${routeSecret}` })).status).toBe(200)
  }, 60_000)

  it('is closed to a secret where the site has set none', async () => {
    const site = await createSite({ users: false })
    for (const authorization of ['Bearer undefined', 'Bearer ', 'Bearer null', `Bearer ${routeSecret}`])
      expect((await site.rest('GET', '/helpdesk/worker', { headers: { authorization } })).status).toBe(401)
    await site.close()
  })

  it('has no other way to background work: the plugin brings no jobs', async () => {
    for (const path of ['/payload-jobs/run', '/payload-jobs/handle-schedules', '/payload-jobs'])
      for (const as of askers)
        expect([path, as, (await get(as, path)).status >= 400]).toEqual([path, as, true])
  })
})

describe('other doors of Payload', () => {
  it('tell nothing of the help desk: preferences, locks, key-value pairs, presets', async () => {
    for (const path of [
      '/payload-locked-documents',
      '/payload-kv',
      '/payload-preferences',
      '/payload-query-presets',
    ])
      for (const as of ['customer', 'noRole', 'agent'] as const) {
        const text = await (await get(as, `${path}?depth=3`)).response.text()
        expect([path, as, /help@acme|kettle|helpdesk|secret/i.test(text)]).toEqual([path, as, false])
      }
  })

  it('let the first user of another collection be nobody in the help desk', async () => {
    const site = await createSite({ users: false })
    const first = await site.rest<{ token: string }>('POST', '/customers/first-register', {
      body: { email: 'first@example.com', password: 'x12345678', helpdeskRole: 'administrator' },
    })
    expect(first.status).toBe(200)
    const headers = { authorization: `JWT ${first.body.token}` }
    for (const path of ['/tickets', '/helpdesk/inbox/overview'])
      expect([path, (await site.rest('GET', path, { headers })).status]).toEqual([path, 403])
    expect((await site.rest('POST', '/helpdesk/claim', { headers, body: {} })).status).toBe(403)
    await site.close()
  })
})
