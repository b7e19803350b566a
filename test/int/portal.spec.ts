import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { changeStatus } from '../../src/operations/index.js'
import { formToken } from '../../src/portal/formToken.js'
import { hashOf } from '../../src/portal/keys.js'
import { isLinkGood } from '../../src/portal/signIn.js'
import { type Desk, openDesk } from './mail-out.desk.js'
import { portalPage } from './portalPage.js'
import { type Answers, visit } from './portalVisitor.js'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk({
    portal: {
      url: 'https://acme.test/support',
      attachments: { maxSize: 1000, maxCount: 2, types: ['text/plain', '.pdf'] },
      limits: { linksPerAddress: 3, requestsPerAddress: 4, perHour: 200 },
      fields: ['orderNumber'],
      customer: ({ user }) =>
        user.collection === 'customers'
          ? { email: String((user as { email?: string }).email), verified: true }
          : null,
    },
    overrides: {
      tickets: {
        fields: ({ defaultFields }) => [
          ...defaultFields,
          { name: 'orderNumber', type: 'text' },
          { name: 'vip', type: 'checkbox' },
        ],
      },
    },
  })
  await desk.changeMailbox({ settings: { acknowledge: true } })
})
afterAll(() => desk.close())

const linkIn = (text: string, name: string): string =>
  new URL(/https:\/\/acme\.test\/support\?\S+/.exec(text)![0]).searchParams.get(name)!

/** The newest mail that somebody has got. */
const mailTo = async (address: string): Promise<string> => {
  await desk.work()
  const mails = desk.server.mailbox(address)
  return (await simpleParser(mails.at(-1)!.raw)).text ?? ''
}

/** Asks for a link, reads the mail and uses the link: the session's token. */
const signIn = async (address: string): Promise<string> => {
  const visitor = visit({ site: desk.site })
  const asked = await visitor.post('/sign-in', { values: { email: address } })
  expect(asked.status).toBe(303)
  expect(asked.headers.get('location')).toBe('/support?sent=link')
  const link = linkIn(await mailTo(address), 'signin')
  const used = await visitor.post('/sign-in/use', { values: { link } })
  expect(used.status).toBe(303)
  const cookie = used.headers.get('set-cookie')!
  expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000/)
  return /helpdesk-portal=([^;]+)/.exec(cookie)![1]!
}

const ask = (values: Record<string, string> = {}) => ({
  values: { email: 'ada@example.com', subject: 'Kettle', message: 'It does not boil.', ...values },
})

const numberOf = (location: string | null): number =>
  Number(
    new URL(location!, 'http://x').searchParams.get('number') ??
      new URL(location!, 'http://x').searchParams.get('ticket'),
  )

const ticketOf = async (number: number) =>
  (await desk.rows<Record<string, unknown>>('tickets', 'number = $1', [number]))[0]!

describe('a visitor', () => {
  it('opens a ticket with files and the site’s own field by a plain form, and gets a link to it', async () => {
    const visitor = visit({ site: desk.site })
    const sent = await visitor.post('/requests', {
      ...ask({ name: 'Ada', 'fields[orderNumber]': 'A-7', 'fields[vip]': 'on', 'fields[status]': 'closed' }),
      files: [{ name: 'note.txt', type: 'text/plain', data: 'words' }],
    })
    expect(sent.status).toBe(303)
    const number = numberOf(sent.headers.get('location'))
    const ticket = await ticketOf(number)
    expect(ticket).toMatchObject({
      subject: 'Kettle',
      source: 'portal',
      status: 'open',
      requester_address: 'ada@example.com',
      requester_verified: false,
      order_number: 'A-7',
    })
    // Not one that customers fill.
    expect(ticket['vip']).not.toBe(true)
    expect(
      await desk.rows('attachments', `ticket_id = $1 and state = 'linked'`, [ticket['id']]),
    ).toHaveLength(1)
    const text = await mailTo('ada@example.com')
    // The address is nobody's yet: none of its words come back.
    expect(text).not.toMatch(/Kettle|boil|\bAda\b/)
    const guest = linkIn(text, 'guest')
    const seen = await visit({ site: desk.site, guest }).get<Answers>(`/tickets/${number}`)
    expect(seen.body.messages).toMatchObject([
      { text: 'It does not boil.', isOwn: true, files: [{ name: 'note.txt' }] },
    ])
    const file = await visit({ site: desk.site, guest }).get(
      `/attachments/${seen.body.messages[0]!.files[0]!.id}`,
    )
    expect(await file.response.text()).toBe('words')
    expect(file.headers.get('content-disposition')).toMatch(/^attachment/)
  })

  it('once, however often the form is sent', async () => {
    const visitor = visit({ site: desk.site })
    const again = ask({ email: 'twice@example.com', request: 'the-same-try' })
    const answers = await Promise.all([1, 2, 3].map(() => visitor.post('/requests', again)))
    expect(new Set(answers.map(({ headers }) => headers.get('location'))).size).toBe(1)
    expect(await desk.rows('tickets', `requester_address = 'twice@example.com'`)).toHaveLength(1)
  })

  it('is told what is wrong, and nothing is stored', async () => {
    const visitor = visit({ site: desk.site })
    const before = await desk.rows('tickets')
    const cases: [Record<string, string>, RegExp][] = [
      [{ email: 'nobody' }, /email address/],
      [{ message: '  ' }, /Write/],
      [{ subject: '' }, /subject/i],
      [{ email: 'help@acme.test' }, /our addresses|address of/],
    ]
    for (const [values, words] of cases) {
      const page = await visitor.post('/requests', ask(values))
      expect(page.status).toBe(400)
      expect(page.headers.get('content-type')).toMatch(/^text\/html/)
      expect(await page.response.text()).toMatch(words)
      const json = await visitor.post<Answers>('/requests', { ...ask(values), json: true })
      expect(json.status).toBe(400)
      expect(json.body.error.message).toMatch(words)
    }
    const large = { name: 'a.txt', type: 'text/plain', data: 'x'.repeat(1001) }
    const small = { name: 'a.txt', type: 'text/plain', data: 'x' }
    for (const [files, words] of [
      [[large], /larger than 0 MB|larger than/],
      [[small, small, small], /limit: 2\b/],
      [[{ name: 'a.exe', type: 'application/x-msdownload', data: 'x' }], /of a type that we don’t accept/],
    ] as const) {
      const page = await visitor.post('/requests', { ...ask(), files: [...files] })
      expect(await page.response.text()).toMatch(words)
      expect(page.status).toBeGreaterThanOrEqual(400)
    }
    expect(await desk.rows('tickets')).toHaveLength(before.length)
    expect(await desk.rows('attachments', `state = 'pending'`)).toEqual([])
  })

  it('H08 cannot be made to send by another site, or by a page that was made for somebody else', async () => {
    const visitor = visit({ site: desk.site })
    const post = (args: object) =>
      visitor.post('/requests', { ...ask({ email: 'csrf@example.com' }), ...args })
    expect((await post({ headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
    expect((await post({ token: '' })).status).toBe(403)
    expect((await post({ token: '12.abc' })).status).toBe(403)
    const session = await signIn('csrf2@example.com')
    const others = visit({ site: desk.site, session })
    // A token of nobody's page in the hands of somebody who is signed in.
    const nobodys = formToken(desk.site.payload, { key: '' })
    expect((await others.post('/requests', { ...ask(), token: nobodys })).status).toBe(403)
  })

  it('H08 JSON that is sent as text, and a post of which only a foreign origin is known, store nothing', async () => {
    const address = 'csrf4@example.com'
    const opened = await desk.open({ from: { name: '', address } })
    const session = await signIn(address)
    const nobody = visit({ site: desk.site })
    await nobody.post('/sign-in', { values: { email: 'csrf5@example.com' } })
    const link = linkIn(await mailTo('csrf5@example.com'), 'signin')
    const known = { key: hashOf(session) }
    type Post = { path: string; values?: Record<string, string>; session?: string }
    const posts: Post[] = [
      { path: '/requests', values: { email: 'csrf6@example.com', subject: 'x', message: 'y' } },
      { path: '/requests', values: { subject: 'x', message: 'y' }, session },
      { path: '/sign-in', values: { email: 'csrf6@example.com' } },
      { path: '/sign-in/use', values: { link } },
      { path: `/tickets/${opened.number}/reply`, values: { message: 'y' }, session },
      { path: `/tickets/${opened.number}/solve`, session },
      { path: '/sign-out', session },
    ]
    const tables = ['tickets', 'messages', 'contacts', 'participants', 'attachments', 'outboundEmails']
    const stored = () => Promise.all([...tables, 'portalKeys'].map((table) => desk.rows(table)))
    const before = await stored()
    const send = async ({ path, values, session: of }: Post, sent: Record<string, string>) => {
      const { type, ...headers } = sent
      const token = formToken(desk.site.payload, of ? known : { key: '' })
      const all = { token, page: '/support', request: `h08-${Math.random()}`, ...values }
      const form = new URLSearchParams(all).toString()
      const raw = type === 'application/x-www-form-urlencoded' ? form : JSON.stringify(all)
      return desk.site.rest('POST', `/helpdesk/portal${path}`, {
        raw: Buffer.from(raw),
        headers: {
          ...(type && { 'content-type': type }),
          ...(of && { cookie: `helpdesk-portal=${of}` }),
          ...headers,
        },
      })
    }
    // What a browser sends to another site without asking it first; the last one has no type at all.
    const simple = [
      'text/plain',
      'text/plain;charset=UTF-8',
      'text/plain; x=application/json',
      'TEXT/PLAIN',
      '',
    ]
    const foreign = [
      'https://evil.test',
      'http://localhost:3001',
      'https://localhost:3000.evil.test',
      'http://sub.localhost:3000',
      'https://acme.test',
      'file://',
      'null',
    ]
    for (const post of posts) {
      for (const type of simple) {
        const { status, headers } = await send(post, { type })
        expect([post.path, type, status, headers.get('set-cookie')]).toEqual([post.path, type, 415, null])
      }
      // Without `sec-fetch-site`, as older browsers send it.
      for (const origin of foreign)
        for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
          const sent = { type, origin, 'sec-fetch-site': '', host: 'localhost:3000' }
          const { status, headers } = await send(post, sent)
          // Of an origin that a browser keeps to itself the words are read first: a guest’s key may stand in them.
          const refused = origin === 'null' && type === 'text/plain' ? 415 : 403
          const told = [post.path, type, origin, status, headers.get('set-cookie')]
          expect(told).toEqual([post.path, type, origin, refused, null])
        }
    }
    expect(await stored()).toEqual(before)
    // Of the site’s own origin each of them does its work.
    const own = { origin: 'http://localhost:3000', 'sec-fetch-site': '', host: 'localhost:3000' }
    for (const [index, post] of posts.entries()) {
      const type = index % 2 ? 'application/json' : 'application/x-www-form-urlencoded'
      const { status } = await send(post, { type, ...own })
      expect([post.path, status]).toEqual([post.path, index % 2 ? 200 : 303])
    }
  })

  it('H08 a guest link of one’s own signs nobody else in or out, from a page that keeps its origin to itself', async () => {
    const opened = await desk.open({ from: { name: '', address: 'csrf7@example.com' } })
    await desk.reply(opened, { text: 'Look here' })
    const guest = linkIn(await mailTo('csrf7@example.com'), 'guest')
    await visit({ site: desk.site }).post('/sign-in', { values: { email: 'csrf7@example.com' } })
    const link = linkIn(await mailTo('csrf7@example.com'), 'signin')
    const victim = await signIn('csrf8@example.com')
    const before = await desk.rows('portalKeys')
    const evil = visit({ site: desk.site, guest })
    const headers = { origin: 'null', 'sec-fetch-site': '', cookie: `helpdesk-portal=${victim}` }
    for (const path of ['/sign-in/use', '/sign-out']) {
      const { headers: told } = await evil.post(path, { values: { link }, headers })
      expect([path, told.get('set-cookie')]).toEqual([path, null])
    }
    expect(await desk.rows('portalKeys')).toEqual(before)
    // In the ticket of the link it does what its holder may.
    expect((await evil.post(`/tickets/${opened.number}/solve`, { headers })).status).toBe(303)
  })
})

describe('a customer who has proven their address by a link', () => {
  it('sees their tickets, answers, marks one as solved and opens it again; by mail and on the page it is one thread', async () => {
    const ticket = await desk.open({ from: { name: 'Bea', address: 'bea@example.com' }, subject: 'By mail' })
    await desk.reply(ticket, { text: 'Which one?' })
    await desk.work()
    const session = await signIn('bea@example.com')
    const bea = visit({ site: desk.site, session })
    const { body } = await bea.get<Answers>('/tickets')
    expect(body.tickets).toMatchObject([{ number: ticket.number, subject: 'By mail', status: 'pending' }])
    const replied = await bea.post(`/tickets/${ticket.number}/reply`, { values: { message: 'The red one.' } })
    expect(replied.headers.get('location')).toBe(`/support?ticket=${ticket.number}&sent=reply`)
    expect((await ticketOf(ticket.number))['status']).toBe('open')
    const { body: seen } = await bea.get<Answers>(`/tickets/${ticket.number}`)
    expect(seen.messages.map(({ text, isOwn, isReply }) => [text, isOwn, isReply])).toEqual([
      [expect.stringContaining('boil'), true, false],
      ['Which one?', false, true],
      ['The red one.', true, false],
    ])
    await bea.post(`/tickets/${ticket.number}/solve`)
    expect((await ticketOf(ticket.number))['status']).toBe('resolved')
    expect(
      await desk.rows('activities', `kind = 'statusChanged' and actor_kind = 'customer' and ticket_id = $1`, [
        ticket.id,
      ]),
    ).toHaveLength(1)
    await bea.post(`/tickets/${ticket.number}/reply`, { values: { message: 'It is not.' } })
    expect((await ticketOf(ticket.number))['status']).toBe('open')
    const opened = await bea.post('/requests', { values: { subject: 'Another', message: 'Hello' } })
    const made = await ticketOf(numberOf(opened.headers.get('location')))
    expect(made).toMatchObject({ requester_verified: true, requester_address: 'bea@example.com' })
    const out = await bea.post('/sign-out')
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0')
    expect((await bea.get('/tickets')).status).toBe(401)
  })

  it('a ticket that was closed too long ago leads to a new one', async () => {
    const ticket = await desk.open({ from: { name: '', address: 'late@example.com' } })
    await changeStatus({ req: desk.agent, ticket: ticket.id, status: 'closed' })
    const { payload } = desk.site
    await sqlOf({ payload }).query(
      `update ${tableOf(payload, 'tickets')} set closed_at = now() - interval '40 days' where id = $1`,
      [ticket.id],
    )
    const late = visit({ site: desk.site, session: await signIn('late@example.com') })
    const done = await late.post(`/tickets/${ticket.number}/reply`, { values: { message: 'Once more' } })
    const next = await ticketOf(numberOf(done.headers.get('location')))
    expect(next).toMatchObject({ follow_up_of_id: ticket.id, status: 'open' })
    expect((await ticketOf(ticket.number))['status']).toBe('closed')
  })

  it('C04 a link that a scanner has opened still works, and works once', async () => {
    const visitor = visit({ site: desk.site })
    await visitor.post('/sign-in', { values: { email: 'scan@example.com' } })
    const link = linkIn(await mailTo('scan@example.com'), 'signin')
    const keys = await desk.rows<{ key: string }>('portalKeys')
    expect(keys.map(({ key }) => key)).toContain(`link:${hashOf(link)}`)
    const token = formToken(desk.site.payload, { key: '' })
    const query = `signin=${link}&link=${link}&token=${token}&page=/support&email=scan@example.com`
    for (let look = 0; look < 3; look++) {
      expect(await portalPage({ site: desk.site }, { signin: link })).toContain(`value="${link}"`)
      // By guess, what stands behind the button of the page.
      for (const method of ['GET', 'HEAD'])
        for (const path of ['/sign-in/use', '/sign-in', '/sign-out', '/requests', '/tickets', '/tickets/1']) {
          const { status, headers } = await desk.site.rest(method, `/helpdesk/portal${path}?${query}`)
          expect([method, path, status >= 400, headers.get('set-cookie')]).toEqual([method, path, true, null])
        }
      expect(await isLinkGood(desk.system, link)).toBe(true)
    }
    expect(await desk.rows('portalKeys')).toEqual(keys)
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => visitor.post('/sign-in/use', { values: { link } })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410, 410, 410])
  })

  it('C04 a guest link that a scanner has opened has closed nothing and answered nothing', async () => {
    const opened = await desk.open({ from: { name: '', address: 'scan2@example.com' } })
    await desk.reply(opened, { text: 'Is it solved?' })
    const guest = linkIn(await mailTo('scan2@example.com'), 'guest')
    const all = async () => [
      await ticketOf(opened.number),
      await desk.rows('messages', 'ticket_id = $1', [opened.id]),
      await desk.rows('participants', 'ticket_id = $1', [opened.id]),
      await desk.rows('portalKeys'),
    ]
    const before = await all()
    const token = formToken(desk.site.payload, { key: hashOf(guest) })
    const query = `guest=${guest}&token=${token}&request=by-a-scanner&message=Hello&page=/support`
    for (let look = 0; look < 3; look++) {
      expect(await portalPage({ site: desk.site, guest })).toContain('Is it solved?')
      for (const method of ['GET', 'HEAD'])
        for (const path of ['', '/solve', '/reply']) {
          const { status } = await desk.site.rest(
            method,
            `/helpdesk/portal/tickets/${opened.number}${path}?${query}`,
          )
          const isShown = method === 'GET' && !path
          expect([method, path, status]).toEqual([method, path, isShown ? 200 : 404])
        }
    }
    expect(await all()).toEqual(before)
    // By the same key and words, once somebody presses the button.
    const visitor = visit({ site: desk.site, guest })
    expect((await visitor.post(`/tickets/${opened.number}/solve`)).status).toBe(303)
    expect((await ticketOf(opened.number))['status']).toBe('resolved')
  })

  it('K02 the answer to a known and an unknown address is the same', async () => {
    await desk.open({ from: { name: 'Bea', address: 'bea@example.com' } })
    const visitor = visit({ site: desk.site })
    const answer = async (email: string) => {
      const { status, headers, response } = await visitor.post('/sign-in', { values: { email } })
      return [status, headers.get('location'), await response.text()]
    }
    expect(await answer('bea@example.com')).toEqual(await answer('unknown@example.com'))
  })

  it('E06 F01 links and requests to one address are limited', async () => {
    const visitor = visit({ site: desk.site })
    const links: number[] = []
    for (let index = 0; index < 5; index++)
      links.push((await visitor.post('/sign-in', { values: { email: 'victim@example.com' } })).status)
    expect(links).toEqual([303, 303, 303, 429, 429])
    const requests: number[] = []
    for (let index = 0; index < 6; index++)
      requests.push((await visitor.post('/requests', ask({ email: 'victim2@example.com' }))).status)
    expect(requests).toEqual([303, 303, 303, 303, 429, 429])
    await desk.work()
    expect(desk.server.mailbox('victim@example.com')).toHaveLength(3)
  })
})
