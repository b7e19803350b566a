import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Ticket } from '../../src/collections/types.js'
import { ensureContact } from '../../src/operations/contact.js'
import { guestLink } from '../../src/operations/guestLink.js'
import { addNote, changeStatus, openTicket, uploadAttachment } from '../../src/operations/index.js'
import { submitTicket } from '../../src/operations/submitTicket.js'
import { addKey, hashOf, newToken } from '../../src/portal/keys.js'
import { notificationEvents } from '../../src/rules/notifications.js'
import { type Desk, openDesk } from './mail-out.desk.js'
import { type Answers, visit } from './portalVisitor.js'

// A note says a word that stands nowhere else. Whatever a customer can get is looked through for it.

const canary = 'Xylophoncanary7351'
// Refusals repeat what was asked for.
const part = canary.slice(0, -2)
const fileWords = `${canary} in a file`

let desk: Desk
const tickets: Record<string, Ticket> = {}
const notes: unknown[] = []
const customer = { name: 'Ada', address: '' }

beforeAll(async () => {
  desk = await openDesk({ portal: { url: 'https://acme.test/support', customer: () => null } })
  customer.address = desk.site.users.customer.email
  await desk.changeMailbox({
    settings: { acknowledge: true },
    templates: Object.fromEntries(notificationEvents.map((event) => [event, { on: true }])),
  })
  const { contact } = await ensureContact({ req: desk.system, ...customer })
  tickets['email'] = await desk.open({ from: customer, subject: 'By mail' })
  for (const source of ['portal', 'webhook'] as const) {
    const { ticket } = await submitTicket({
      req: desk.system,
      overrideAccess: true,
      mailbox: desk.mailbox,
      from: customer,
      contact,
      verified: true,
      source,
      subject: `By ${source}`,
      html: '',
      text: 'Words of the customer',
      append: false,
    })
    tickets[source] = (await desk.rows<Ticket>('tickets', 'id = $1', [ticket.id]))[0]!
  }
  const { ticket } = await openTicket({
    req: desk.agent,
    mailbox: desk.mailbox,
    contact,
    requester: customer,
    requesterVerified: true,
    subject: 'By hand',
    source: 'manual',
  })
  tickets['manual'] = ticket
  for (const { id } of Object.values(tickets)) {
    const { attachment } = await uploadAttachment({
      req: desk.agent,
      file: { name: `${canary}.txt`, type: 'text/plain', data: Buffer.from(fileWords) },
    })
    notes.push(attachment)
    await addNote({ req: desk.agent, ticket: id, text: `Note: ${canary}`, attachments: [attachment] })
    await desk.reply({ id, requesterAddress: customer.address } as Ticket, { text: 'An answer' })
    await addNote({ req: desk.agent, ticket: id, text: `${canary}, the newest` })
    for (const status of ['resolved', 'open', 'closed'] as const)
      await changeStatus({ req: desk.agent, ticket: id, status })
    await desk.work()
  }
  await desk.work()
})
afterAll(() => desk.close())

const hits = (bytes: string): number => bytes.split(canary).length - 1

it('is there for the team, so that the other tests can fail', async () => {
  const { body } = await desk.site.rest('GET', '/messages?limit=100', { user: desk.site.users.manager })
  expect(hits(JSON.stringify(body))).toBeGreaterThan(7)
})

it('B01 B03 B08 stands in no byte of any mail, headers and decoded parts', async () => {
  let mails = 0
  for (const address of desk.server.addresses())
    for (const { raw } of desk.server.mailbox(address)) {
      mails++
      const { text, html, subject, attachments, headerLines } = await simpleParser(raw)
      const decoded = JSON.stringify([
        text,
        html,
        subject,
        headerLines,
        attachments.map(({ filename }) => filename),
      ])
      const files = attachments.map(({ content }) => content.toString('utf8')).join()
      expect(hits(`${raw}${decoded}${files}`)).toBe(0)
    }
  // Each ticket is told of a reply and of three changes of status.
  expect(mails).toBeGreaterThan(15)
})

it('B02 B03 B05 B06 stands in nothing that the portal answers, to a customer or a guest, and is found by no search', async () => {
  const token = newToken()
  await addKey({
    req: desk.system,
    kind: 'session',
    key: hashOf(token),
    address: customer.address,
    ms: 60_000,
  })
  const signedIn = visit({ site: desk.site, session: token })
  let seen = ''
  for (const path of [
    '/tickets',
    '/tickets?status=closed',
    `/tickets?search=${canary}`,
    '/tickets?search=Note',
  ])
    seen += await (await signedIn.get(path)).response.text()
  const found = await signedIn.get<Answers>(`/tickets?search=${canary}`)
  expect(found.body.tickets).toEqual([])
  const mailbox = { id: desk.mailbox, address: 'help@acme.test', name: 'Acme' }
  for (const ticket of Object.values(tickets)) {
    const url = await guestLink({ req: desk.system, mailbox, ticket: ticket.id, address: customer.address })
    const guest = visit({ site: desk.site, guest: new URL(url).searchParams.get('guest')! })
    for (const visitor of [signedIn, guest]) {
      const answer = await visitor.get<Answers>(`/tickets/${ticket.number}`)
      expect(answer.status).toBe(200)
      expect(answer.body.messages.at(-1)!.isReply).toBe(true)
      seen += await answer.response.text()
      for (const file of notes) {
        const refused = await visitor.get(`/attachments/${file}`)
        expect(refused.status).toBe(404)
        seen += await refused.response.text()
      }
    }
  }
  expect(seen).toContain('An answer')
  expect(hits(seen)).toBe(0)
})

it('B02 B06 stands in nothing that REST and GraphQL answer to a customer of the site or to anybody', async () => {
  const { users } = desk.site
  const slugs = Object.keys(desk.site.payload.collections)
  const queries = [
    'limit=100&depth=2',
    `where[text][like]=${part}`,
    `where[or][0][text][like]=${part}`,
    'draft=true',
  ]
  let seen = ''
  for (const user of [users.customer, undefined])
    for (const slug of slugs)
      for (const query of queries) {
        const { response } = await desk.site.rest('GET', `/${slug}?${query}`, user && { user })
        seen += await response.text()
        const count = await desk.site.rest('GET', `/${slug}/count?${query}`, user && { user })
        seen += await count.response.text()
      }
  for (const user of [users.customer, undefined])
    for (const field of [
      'Tickets',
      'TicketMessages',
      'Contacts',
      'HelpdeskActivities',
      'HelpdeskAttachments',
    ])
      seen += JSON.stringify(
        await desk.site.graphql(`{ ${field}(limit: 100) { docs { id } totalDocs } }`, user && { user }),
      )
  expect(seen.length).toBeGreaterThan(1000)
  expect(hits(seen)).toBe(0)
})
