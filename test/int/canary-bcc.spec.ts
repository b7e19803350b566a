import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Ticket } from '../../src/collections/types.js'
import { guestLink } from '../../src/operations/guestLink.js'
import { changeStatus, saveDraft, uploadAttachment } from '../../src/operations/index.js'
import { addKey, hashOf, newToken } from '../../src/portal/keys.js'
import { notificationEvents } from '../../src/rules/notifications.js'
import { type Desk, openDesk, sent } from './mail-out.desk.js'
import { portalPage } from './portalPage.js'
import { type Answers, visit } from './portalVisitor.js'

// Somebody gets copies of answers that nobody else is to know of. Whatever the others can get is looked through for them.

const hidden = { name: 'Quietly Watching', address: 'quietly-5521@hidden.example' }
const traces = ['quietly', 'hidden.example', 'watching']
const ada = { name: 'Ada', address: 'ada@example.com' }
const carl = { name: 'Carl', address: 'carl@example.com' }

/** All but the one that is the setting `acknowledge`. */
const told = notificationEvents.filter((event) => event !== 'ticketReceived')

let desk: Desk
let ticket: Ticket
beforeAll(async () => {
  desk = await openDesk({ portal: { url: 'https://acme.test/support', customer: () => null } })
  await desk.changeMailbox({
    templates: Object.fromEntries(told.map((event) => [event, { on: true }])),
  })
  ticket = await desk.open({ from: ada, subject: 'By mail', cc: [carl] })
  const file = { name: 'a.txt', type: 'text/plain', data: Buffer.from('a file') }
  const { attachment } = await uploadAttachment({ req: desk.agent, file })
  const copied = { text: 'With a copy', to: [ada], cc: [carl], bcc: [hidden], attachments: [attachment] }
  await desk.reply(ticket, copied)
  await desk.work()
  await desk.reply(ticket, { text: 'With a copy again', to: [ada], bcc: [hidden] })
  await desk.work()
  await desk.reply(ticket, { text: 'Without one', to: [ada], cc: [carl] })
  await desk.work()
  for (const status of ['resolved', 'open'] as const)
    await changeStatus({ req: desk.agent, ticket: ticket.id, status })
  await desk.work()
  await desk.reply(ticket, { text: 'Held', to: [ada], bcc: [hidden], undoWindowMs: 3_600_000 })
  await saveDraft({
    req: desk.agent,
    ticket: ticket.id,
    kind: 'reply',
    source: { text: 'A draft' },
    recipients: [{ ...hidden, role: 'bcc' }],
  })
  await desk.work()
})
afterAll(() => desk.close())

const tracesIn = (bytes: string): string[] => traces.filter((trace) => bytes.toLowerCase().includes(trace))

const session = async (address: string): Promise<string> => {
  const token = newToken()
  await addKey({ req: desk.system, kind: 'session', key: hashOf(token), address, ms: 600_000 })
  return token
}

const linkFor = (address: string): Promise<string> => {
  const mailbox = { id: desk.mailbox, address: 'help@acme.test', name: 'Acme' }
  return guestLink({ req: desk.system, mailbox, ticket: ticket.id, address })
}

it('B08 the team sees who got a copy, and they did get it, so that the other tests can fail', async () => {
  const user = desk.site.users.agent
  for (const path of ['/messages?limit=100', `/helpdesk/tickets/${ticket.id}`]) {
    const { response } = await desk.site.rest('GET', path, { user })
    expect([path, tracesIn(await response.text())]).toEqual([path, traces])
  }
  const { data } = await desk.site.graphql('{ TicketMessages { docs { text recipients } } }', { user })
  expect(tracesIn(JSON.stringify(data))).toEqual(traces)
  const texts = desk.server.mailbox(hidden.address).map(({ text }) => /With a copy( again)?/.exec(text)?.[0])
  expect(texts).toEqual(['With a copy', 'With a copy again'])
})

it('B08 stands in no byte of the mails of others, and in no mail as it was sent', async () => {
  const counts: Record<string, number> = {}
  for (const address of desk.server.addresses())
    for (const mail of desk.server.mailbox(address)) {
      counts[address] = (counts[address] ?? 0) + 1
      const { headers, headerLines, text, html } = await simpleParser(mail.raw)
      expect([address, headers.has('bcc'), headers.has('resent-bcc')]).toEqual([address, false, false])
      const decoded = JSON.stringify([headerLines, text, html])
      // What their own server puts above names whom it gives it to.
      const given = address === hidden.address ? sent(mail) : mail.raw.toString('utf8') + decoded
      expect([address, tracesIn(given)]).toEqual([address, []])
    }
  for (const { raw } of desk.server.submissions) expect(tracesIn(raw.toString('utf8'))).toEqual([])
  // Three answers, and two changes of status that the requester alone is told of.
  expect(counts).toMatchObject({ [ada.address]: 5, [carl.address]: 2, [hidden.address]: 2 })
})

it('B08 stands in nothing that the portal answers or shows, to customers, guests or anybody', async () => {
  const { site } = desk
  let seen = ''
  for (const { address } of [ada, carl]) {
    const guest = new URL(await linkFor(address)).searchParams.get('guest')!
    const own = { site, session: await session(address) }
    for (const as of [own, { site, guest }]) {
      const { status, body, response } = await visit(as).get<Answers>(`/tickets/${ticket.number}`)
      expect(status).toBe(200)
      expect(body.messages.filter(({ isReply }) => isReply).map(({ text }) => text)).toEqual([
        'With a copy',
        'With a copy again',
        'Without one',
      ])
      const page = await portalPage(as, { ticket: String(ticket.number) })
      expect(page).toContain('With a copy again')
      expect(body.messages.flatMap(({ files }) => files)).toMatchObject([{ name: 'a.txt' }])
      seen += (await response.text()) + page
    }
    for (const word of [hidden.address, 'quietly', 'Watching']) {
      const found = await visit(own).get<Answers>(`/tickets?search=${encodeURIComponent(word)}`)
      expect(found.body.tickets).toEqual([])
    }
    seen += (await (await visit(own).get('/tickets')).response.text()) + (await portalPage(own))
  }
  seen += await portalPage({ site })
  expect(tracesIn(seen)).toEqual([])
})

it('B08 stands in nothing that REST and GraphQL answer to a customer of the site or to anybody', async () => {
  for (const as of [{ user: desk.site.users.customer }, {}]) {
    let seen = ''
    for (const slug of Object.keys(desk.site.payload.collections))
      seen += await (await desk.site.rest('GET', `/${slug}?limit=100&depth=3`, as)).response.text()
    seen += JSON.stringify(
      await desk.site.graphql('{ TicketMessages { docs { text recipients } } Tickets { docs { id } } }', as),
    )
    expect(tracesIn(seen)).toEqual([])
  }
})

it('B08 takes no part: has no link, no ticket on the portal, and stands in no list of those who do', async () => {
  expect(await linkFor(hidden.address)).toBe('')
  const visitor = visit({ site: desk.site, session: await session(hidden.address) })
  expect((await visitor.get<Answers>('/tickets')).body.tickets).toEqual([])
  expect((await visitor.get(`/tickets/${ticket.number}`)).status).toBe(404)
  const part = await desk.rows<{ address: string }>('participants', 'ticket_id = $1', [ticket.id])
  expect(part.map(({ address }) => address).sort()).toEqual([ada.address, carl.address])
  // A link in their mails would be the requester’s.
  for (const mail of desk.server.mailbox(hidden.address))
    expect((await simpleParser(mail.raw)).text).not.toContain('guest=')
})
