import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { changeStatus } from '../../src/operations/index.js'
import { type Desk, openDesk } from './mail-out.desk.js'
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
    expect(text).not.toMatch(/Kettle|boil|Ada/)
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
      [{ email: 'help@acme.test' }, /address of/],
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
      [[small, small, small], /2 files/],
      [[{ name: 'a.exe', type: 'application/x-msdownload', data: 'x' }], /does not take/],
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
    const { formToken } = await import('../../src/portal/formToken.js')
    const nobodys = formToken(desk.site.payload, { key: '' })
    expect((await others.post('/requests', { ...ask(), token: nobodys })).status).toBe(403)
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
    const { isLinkGood } = await import('../../src/portal/signIn.js')
    for (let look = 0; look < 3; look++) expect(await isLinkGood(desk.system, link)).toBe(true)
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => visitor.post('/sign-in/use', { values: { link } })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410, 410, 410])
  })

  it('K02 the answer to a known and an unknown address is the same', async () => {
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
