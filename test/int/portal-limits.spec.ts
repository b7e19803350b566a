import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sqlOf, tableOf } from '../../src/core/database.js'
import type { HelpdeskOptions } from '../../src/index.js'
import { guestLink } from '../../src/operations/guestLink.js'
import { blockSender, changeStatus } from '../../src/operations/index.js'
import { formToken } from '../../src/portal/formToken.js'
import { addKey, hashOf, newToken } from '../../src/portal/keys.js'
import { type Desk, openDesk } from './mail-out.desk.js'
import { type Answers, visit } from './portalVisitor.js'

let isHuman = true
const options: HelpdeskOptions = {
  tickets: { reopenWithinDays: 5 },
  portal: {
    url: ({ language }) => `https://acme.test/${language === 'de' ? 'hilfe' : 'support'}`,
    attachments: { maxSize: 2500 },
    limits: {
      linksPerAddress: 2,
      requestsPerAddress: 2,
      perCustomer: 3,
      perHour: 6,
      clientAddress: ({ headers }) => headers.get('x-client'),
    },
    challenge: ({ values }) => isHuman || values['answer'] === '42',
    customer: ({ user }) =>
      user.collection === 'customers'
        ? { email: String(user.email), name: 'Cora\u0000 Lane', verified: true }
        : null,
  },
}

let desk: Desk
beforeAll(async () => {
  desk = await openDesk(options)
  await desk.changeMailbox({ settings: { acknowledge: true } })
})
afterAll(() => desk.close())
beforeEach(async () => {
  isHuman = true
  const { payload } = desk.site
  await sqlOf({ payload }).query(
    `delete from ${tableOf(payload, 'helpdesk-portal-keys')} where kind = 'limit'`,
  )
})

const visitor = () => visit({ site: desk.site })
const ask = (email: string, values: Record<string, unknown> = {}) =>
  visitor().post('/requests', { values: { email, subject: 'Kettle', message: 'It is cold.', ...values } })
const ticketsOf = (address: string) =>
  desk.rows<{ id: number; number: number; status: string }>('tickets', 'requester_address = $1', [address])

const session = async (address: string): Promise<string> => {
  const token = newToken()
  await addKey({ req: desk.system, kind: 'session', key: hashOf(token), address, ms: 60_000 })
  return token
}

const guestKey = async (ticket: number, address: string): Promise<string> => {
  const mailbox = { id: desk.mailbox, address: 'help@acme.test', name: 'Acme' }
  const url = await guestLink({ req: desk.system, mailbox, ticket, address })
  return new URL(url).searchParams.get('guest')!
}

describe('a stranger', () => {
  it('E06 uses up their own share before that of all others, and only by what could have been sent', async () => {
    // Refused as they are, and so not counted.
    for (let index = 0; index < 5; index++)
      expect((await ask('greedy@example.com', { message: ' ' })).status).toBe(400)
    const statuses: number[] = []
    for (let index = 0; index < 10; index++) statuses.push((await ask('greedy@example.com')).status)
    expect(statuses).toEqual([303, 303, ...Array(8).fill(429)])
    expect(await ticketsOf('greedy@example.com')).toHaveLength(2)
    // The others go on, up to what all have together.
    for (const name of ['one', 'two', 'three', 'four'])
      expect((await ask(`${name}@example.com`)).status).toBe(303)
    expect((await ask('five@example.com')).status).toBe(429)
  })

  it('E06 gets no more mail by writing their address in other ways', async () => {
    const links = async (email: string) => (await visitor().post('/sign-in', { values: { email } })).status
    expect([
      await links('v@example.com'),
      await links('v+1@example.com'),
      await links('V+2@Example.com'),
    ]).toEqual([303, 303, 429])
    const queued = await desk.rows(
      'outboundEmails',
      `kind = 'signIn' and recipients::text like '%v%@example.com%'`,
    )
    expect(queued).toHaveLength(2)
  })

  it('E06 uses up their own share whatever address they name, where the site knows their connection', async () => {
    const from = async (client: string, email: string) => {
      const values = { email, subject: 'Kettle', message: 'It is cold.' }
      return (await visitor().post('/requests', { values, headers: { 'x-client': client } })).status
    }
    // A tenth of what all have together, and one at least.
    expect(await from('192.0.2.1', 'first@example.com')).toBe(303)
    expect(await from('192.0.2.1', 'second@example.com')).toBe(429)
    expect(await from('192.0.2.2', 'second@example.com')).toBe(303)
  })

  it('E06 is asked the site’s own question, where it asks one', async () => {
    isHuman = false
    const refused = await ask('bot@example.com')
    expect(refused.status).toBe(403)
    expect(await refused.response.text()).toContain('make sure that you are a person')
    expect((await visitor().post('/sign-in', { values: { email: 'bot@example.com' } })).status).toBe(403)
    expect(await ticketsOf('bot@example.com')).toEqual([])
    expect((await ask('person@example.com', { answer: '42' })).status).toBe(303)
  })

  it('is promised a mail only where one is on its way', async () => {
    const sentOf = async (email: string) =>
      new URL((await ask(email)).headers.get('location')!, 'http://x').searchParams.get('sent')
    expect(await sentOf('told@example.com')).toBe('request')
    await desk.changeMailbox({ settings: { acknowledge: false } })
    expect(await sentOf('untold@example.com')).toBe('unmailed')
    await desk.changeMailbox({ settings: { acknowledge: true } })
  })

  it('is written to in the language of the page that they wrote on, and led to its page', async () => {
    expect((await ask('ulla@example.com', { language: 'de' })).status).toBe(303)
    await desk.work()
    const mail = await desk.server.waitFor('ulla@example.com')
    const { subject, text } = await simpleParser(mail.raw)
    expect(subject).toMatch(/^Ihre Anfrage #\d+$/)
    expect(text).toMatch(/https:\/\/acme\.test\/hilfe\?guest=/)
    // What an agent knows of them stays.
    expect((await ask('ulla@example.com', { language: 'fr' })).status).toBe(303)
    expect(await desk.rows('contacts', `name = 'ulla@example.com'`)).toMatchObject([{ locale: 'de' }])
    // A form that was refused says why in that language too.
    const wrong = await ask('ulla@example.com', { language: 'de', message: ' ' })
    expect(await wrong.response.text()).toContain('lang="de"')
  })
})

describe('a form', () => {
  it('H08 H03 is that of one mailbox’s portal, and opens nothing in another', async () => {
    const sales = await desk.addMailbox('sales@acme.test')
    const stolen = await ask('mover@example.com', { mailbox: String(sales) })
    expect(stolen.status).toBe(403)
    const token = formToken(desk.site.payload, { key: '', mailbox: sales })
    expect((await ask('mover@example.com', { mailbox: '999999', token })).status).toBe(403)
    expect((await ask('mover@example.com', { mailbox: String(sales), token })).status).toBe(303)
    expect(await desk.rows('tickets', `requester_address = 'mover@example.com'`)).toMatchObject([
      { mailbox_id: sales },
    ])
  })

  it('H08 of a page that tells nobody where it stands is taken with its guest link, and without one refused', async () => {
    const ticket = await desk.open({ from: { name: '', address: 'opaque@example.com' } })
    const guest = await guestKey(ticket.id as number, 'opaque@example.com')
    const headers = { origin: 'null', 'sec-fetch-site': '' }
    const path = `/tickets/${ticket.number}/reply`
    const replied = await visit({ site: desk.site, guest }).post(path, {
      values: { message: 'Warm.' },
      headers,
    })
    expect(replied.status).toBe(303)
    const own = visit({ site: desk.site, session: await session('opaque@example.com') })
    expect((await own.post(path, { values: { message: 'Warm.' }, headers })).status).toBe(403)
  })

  it('leads nowhere but to a page of the site', async () => {
    for (const page of [
      '//evil.test',
      '/.//evil.test',
      '/..//evil.test',
      '/%2e//evil.test',
      '/\\evil.test',
      'https://evil.test',
    ]) {
      const { status, headers } = await ask(`${Math.random()}@example.com`, { page })
      if (status === 429) throw new Error('The limits are in the way.')
      expect(headers.get('location'), page).toMatch(/^\/\?sent=/)
      const { payload } = desk.site
      await sqlOf({ payload }).query(
        `delete from ${tableOf(payload, 'helpdesk-portal-keys')} where kind = 'limit'`,
      )
    }
    const kept = await ask('query@example.com', { page: '/support?lang=ar&sent=x&guest=y' })
    expect(kept.headers.get('location')).toMatch(/^\/support\?lang=ar&sent=request&number=\d+$/)
  })

  it('whose file is refused says so in the language of the page, with the limit', async () => {
    const send = (file: { type: string; data: string }, headers: Record<string, string> = {}) =>
      visitor().post<Answers>('/requests', {
        values: { email: 'file@example.com', subject: 'Kettle', message: 'Look.', language: 'de' },
        files: [{ name: 'a.svg', ...file }],
        headers,
      })
    const large = { type: 'text/plain', data: 'x'.repeat(2501) }
    expect(await (await send(large)).response.text()).toContain('größer als 2,5 kB')
    // Payload looks into these, and takes none with a script.
    const hostile = { type: 'image/svg+xml', data: '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>' }
    expect(await (await send(hostile)).response.text()).toContain('Eine Datei wurde abgelehnt.')
    const { status, body } = await send(hostile, { accept: 'application/json' })
    expect([status, body.error.key]).toEqual([400, 'attachmentRefused'])
    expect(body.error.message).toContain('The file "a.svg" was refused.')
    expect(await ticketsOf('file@example.com')).toEqual([])
  })

  it('M04 leaves out what a database cannot hold, and makes one line of names and subjects', async () => {
    const sent = await ask('nul@example.com', {
      name: 'Ann\r\nBcc: x@evil.test',
      subject: 'Cold\u0000\r\nkettle',
      message: 'It is\u0000 cold.',
    })
    expect(sent.status).toBe(303)
    const [ticket] = await ticketsOf('nul@example.com')
    expect(await desk.rows('tickets', 'id = $1', [ticket!.id])).toMatchObject([{ subject: 'Cold kettle' }])
    expect(await desk.rows('messages', 'ticket_id = $1', [ticket!.id])).toMatchObject([
      { text: 'It is cold.', from_name: 'Ann Bcc: x@evil.test' },
    ])
    expect((await ask('nul@example.com', { subject: ' \u0000 ' })).status).toBe(400)
  })

  it('without files takes no more than a form holds', async () => {
    const { status } = await visitor().post('/sign-in', {
      values: { email: 'a@example.com', more: 'x'.repeat(300_000) },
    })
    expect(status).toBe(413)
  })
})

describe('a customer or guest', () => {
  it('C01 may write and solve as often as the limit allows', async () => {
    const ticket = await desk.open({ from: { name: '', address: 'often@example.com' } })
    const guest = visit({ site: desk.site, guest: await guestKey(ticket.id as number, 'often@example.com') })
    const statuses: number[] = []
    for (let index = 0; index < 5; index++)
      statuses.push(
        (await guest.post(`/tickets/${ticket.number}/reply`, { values: { message: `${index}` } })).status,
      )
    expect(statuses).toEqual([303, 303, 303, 429, 429])
    const own = visit({ site: desk.site, session: await session('often@example.com') })
    expect((await own.post('/requests', { values: { subject: 'x', message: 'x' } })).status).toBe(429)
    expect((await own.post(`/tickets/${ticket.number}/solve`)).status).toBe(429)
    expect(await desk.rows('messages', 'ticket_id = $1', [ticket.id])).toHaveLength(4)
  })

  it('whom an agent has blocked adds nothing', async () => {
    const ticket = await desk.open({ from: { name: '', address: 'rude@example.com' } })
    const guest = visit({ site: desk.site, guest: await guestKey(ticket.id as number, 'rude@example.com') })
    await blockSender({ req: desk.agent, ticket: ticket.id, blocked: true })
    const replied = await guest.post(`/tickets/${ticket.number}/reply`, { values: { message: 'More.' } })
    expect(replied.status).toBe(403)
    expect(await desk.rows('messages', 'ticket_id = $1', [ticket.id])).toHaveLength(1)
  })

  it('who is signed in to the site is who sits there, whoever used a link in that browser before', async () => {
    const { customer } = desk.site.users
    await desk.open({ from: { name: '', address: customer.email }, subject: 'Of the shop' })
    await desk.open({ from: { name: '', address: 'before@example.com' }, subject: 'Of before' })
    const both = visit({ site: desk.site, user: customer, session: await session('before@example.com') })
    const { body } = await both.get<Answers>('/tickets')
    expect(body.tickets.map(({ subject }) => subject)).toEqual(['Of the shop'])
  })

  it('whose name the site knows has it in place of an address, and of nothing that somebody has written', async () => {
    const { customer } = desk.site.users
    const { contact } = await desk.open({ from: { name: '', address: customer.email } })
    const nameNow = async () => (await desk.rows('contacts', 'id = $1', [contact]))[0]!['name']
    const own = visit({ site: desk.site, user: customer })
    const write = () => own.post('/requests', { values: { subject: 'Name', message: 'x' } })
    expect(await nameNow()).toBe(customer.email)
    expect((await write()).status).toBe(303)
    expect(await nameNow()).toBe('Cora Lane')
    const { payload } = desk.site
    await sqlOf({ payload }).query(`update ${tableOf(payload, 'contacts')} set name = $2 where id = $1`, [
      contact,
      'Cora @ Acme',
    ])
    expect((await write()).status).toBe(303)
    expect(await nameNow()).toBe('Cora @ Acme')
  })

  it('leaves no file in the browser for whoever sits there next', async () => {
    const address = 'filer@example.com'
    const own = visit({ site: desk.site, session: await session(address) })
    await own.post('/requests', {
      values: { subject: 'File', message: 'x' },
      files: [{ name: 'a.txt', type: 'text/plain', data: 'words' }],
    })
    const [ticket] = await ticketsOf(address)
    const { body } = await own.get<Answers>(`/tickets/${ticket!.number}`)
    const file = await own.get(`/attachments/${body.messages[0]!.files[0]!.id}`)
    expect(file.status).toBe(200)
    expect(file.headers.get('cache-control')).toBe('private, no-store')
  })

  it('who answers a request that was closed long ago is mailed the way to the new one', async () => {
    const address = 'late@example.com'
    const ticket = await desk.open({ from: { name: 'Lea', address }, subject: 'Old' })
    await changeStatus({ req: desk.agent, ticket: ticket.id, status: 'closed' })
    const { payload } = desk.site
    await sqlOf({ payload }).query(
      `update ${tableOf(payload, 'tickets')} set closed_at = now() - interval '9 days' where id = $1`,
      [ticket.id],
    )
    const guest = visit({ site: desk.site, guest: await guestKey(ticket.id as number, address) })
    const replied = await guest.post(`/tickets/${ticket.number}/reply`, { values: { message: 'Again.' } })
    const [, next] = await ticketsOf(address)
    expect(replied.headers.get('location')).toBe(`/support?sent=request&number=${next!.number}`)
    await desk.work()
    const { text = '' } = await simpleParser((await desk.server.waitFor(address)).raw)
    const key = /guest=([\w.-]+)/.exec(text)![1]!
    const seen = await visit({ site: desk.site, guest: key }).get<Answers>(`/tickets/${next!.number}`)
    expect(seen.body.messages).toMatchObject([{ text: 'Again.' }])
  })
})

it('requests of those who have signed in alone, where the site wants it so', async () => {
  const strict = await openDesk({ portal: { url: 'https://acme.test/support', requests: 'signedIn' } })
  try {
    const stranger = await visit({ site: strict.site }).post('/requests', {
      values: { email: 'x@example.com', subject: 'x', message: 'x' },
    })
    expect(stranger.status).toBe(401)
    expect(await strict.rows('tickets')).toEqual([])
  } finally {
    await strict.close()
  }
})
