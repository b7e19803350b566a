import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID, Ticket } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { ensureContact } from '../../src/operations/contact.js'
import { guestLink } from '../../src/operations/guestLink.js'
import { addNote, changeStatus, openTicket, saveDraft, uploadAttachment } from '../../src/operations/index.js'
import { submitTicket } from '../../src/operations/submitTicket.js'
import { addKey, hashOf, newToken } from '../../src/portal/keys.js'
import { notificationEvents } from '../../src/rules/notifications.js'
import { type Desk, openDesk } from './mail-out.desk.js'
import { portalPage } from './portalPage.js'
import { type Answers, visit } from './portalVisitor.js'

// A note, a draft and an answer that is still held say a word that stands nowhere else. Whatever a customer can get is
// looked through for it.

const canary = 'Xylophoncanary7351'
// Refusals repeat what was asked for.
const part = canary.slice(0, -2)
const words = {
  note: `Note: ${canary}`,
  newestNote: `${canary}, the newest`,
  held: `${canary} in an answer that is held`,
  draft: `${canary} in a draft of an answer`,
  noteDraft: `${canary} in a draft of a note`,
  file: `${canary} in a file`,
}

/** All but the one that is the setting `acknowledge`. */
const told = notificationEvents.filter((event) => event !== 'ticketReceived')

let desk: Desk
const tickets: Record<string, Ticket> = {}
/** Of notes, held answers and drafts. */
const files: DocID[] = []
const customer = { name: 'Ada', address: '' }

const upload = async (): Promise<DocID> => {
  const { attachment } = await uploadAttachment({
    req: desk.agent,
    file: { name: `${canary}.txt`, type: 'text/plain', data: Buffer.from(words.file) },
  })
  files.push(attachment)
  return attachment
}

const saveDrafts = async (ticket: DocID): Promise<void> => {
  const of = { req: desk.agent, ticket }
  await saveDraft({ ...of, kind: 'reply', source: { text: words.draft }, attachments: [await upload()] })
  await saveDraft({ ...of, kind: 'note', source: { text: words.noteDraft } })
}

/** All that the team alone may see of a ticket, and an answer and changes of status that its customer is told of. */
const work = async (ticket: DocID): Promise<void> => {
  const { agent } = desk
  const of = { id: ticket, requesterAddress: customer.address } as Ticket
  await addNote({ req: agent, ticket, text: words.note, attachments: [await upload()] })
  await desk.reply(of, { text: 'An answer' })
  await addNote({ req: agent, ticket, text: words.newestNote })
  await saveDrafts(ticket)
  for (const status of ['resolved', 'open', 'closed'] as const)
    await changeStatus({ req: agent, ticket, status })
  await desk.work()
  const held = { text: words.held, attachments: [await upload()], status: 'closed' as const }
  await desk.reply(of, { ...held, undoWindowMs: 3_600_000 })
  // The answer has taken the draft of one away.
  await saveDrafts(ticket)
  await desk.work()
}

beforeAll(async () => {
  desk = await openDesk({ portal: { url: 'https://acme.test/support', customer: () => null } })
  customer.address = desk.site.users.customer.email
  await desk.changeMailbox({
    settings: { acknowledge: true },
    templates: Object.fromEntries(told.map((event) => [event, { on: true }])),
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
  for (const { id } of Object.values(tickets)) await work(id)
})
afterAll(() => desk.close())

const hits = (bytes: string): number => bytes.split(canary).length - 1

const asAgent = () => ({ user: desk.site.users.agent })

describe('the team', () => {
  it('reads every word of it over REST, so that the other tests can fail', async () => {
    const { body } = await desk.site.rest('GET', '/messages?limit=100', asAgent())
    const found = await desk.site.rest('GET', `/messages?where[text][like]=${part}`, asAgent())
    for (const said of [words.note, words.newestNote, words.held])
      for (const answer of [body, found.body]) expect(JSON.stringify(answer)).toContain(said)
    for (const { id } of Object.values(tickets)) {
      const thread = await desk.site.rest('GET', `/helpdesk/tickets/${id}`, asAgent())
      for (const said of [words.note, words.newestNote, words.held, words.draft, words.noteDraft])
        expect(JSON.stringify(thread.body)).toContain(said)
    }
    for (const file of files) {
      const { response } = await desk.site.rest('GET', `/helpdesk/attachments/${file}`, asAgent())
      expect(await response.text()).toBe(words.file)
    }
    expect(files).toHaveLength(16)
  })
})

it('B01 B03 B06 stands in no byte of any mail, headers and decoded parts', async () => {
  let mails = 0
  for (const address of desk.server.addresses())
    for (const { raw } of desk.server.mailbox(address)) {
      mails++
      const { text, html, subject, attachments, headerLines } = await simpleParser(raw)
      const names = attachments.map(({ filename }) => filename)
      const decoded = JSON.stringify([text, html, subject, headerLines, names])
      const contents = attachments.map(({ content }) => content.toString('utf8')).join()
      expect(hits(`${raw}${decoded}${contents}`)).toBe(0)
    }
  // Each ticket is told of a reply and of three changes of status.
  expect(mails).toBeGreaterThan(15)
  // What is held waits still, so that a mail of it could yet be made.
  expect(await desk.rows('outboundEmails', `state = 'held'`)).toHaveLength(4)
})

describe('the portal', () => {
  let session = ''
  beforeAll(async () => {
    session = newToken()
    const { address } = customer
    await addKey({ req: desk.system, kind: 'session', key: hashOf(session), address, ms: 600_000 })
  })

  const guestOf = async (ticket: Ticket): Promise<string> => {
    const mailbox = { id: desk.mailbox, address: 'help@acme.test', name: 'Acme' }
    const { address } = customer
    const url = await guestLink({ req: desk.system, mailbox, ticket: ticket.id, address })
    return new URL(url).searchParams.get('guest')!
  }

  it('B02 B03 B05 B06 tells nothing of it to a customer or a guest, and finds it by no search', async () => {
    const signedIn = visit({ site: desk.site, session })
    let seen = ''
    const searches = [canary, part, 'Note', 'draft', 'held'].map((word) => `/tickets?search=${word}`)
    for (const path of ['/tickets', '/tickets?status=active', '/tickets?status=closed', ...searches]) {
      const { status, body, response } = await signedIn.get<Answers>(path)
      expect(status).toBe(200)
      if (path.includes('search')) expect([path, body.tickets]).toEqual([path, []])
      seen += await response.text()
    }
    const list = await signedIn.get<Answers>('/tickets')
    expect(list.body.tickets).toHaveLength(4)
    for (const [key, ticket] of Object.entries(tickets)) {
      const guest = visit({ site: desk.site, guest: await guestOf(ticket) })
      const first = { email: 'It does not boil.', manual: '' }[key] ?? 'Words of the customer'
      for (const visitor of [signedIn, guest]) {
        const answer = await visitor.get<Answers>(`/tickets/${ticket.number}`)
        expect(answer.status).toBe(200)
        expect(answer.body.messages.map(({ text }) => text)).toEqual([...(first ? [first] : []), 'An answer'])
        seen += await answer.response.text()
        for (const file of files) {
          const refused = await visitor.get(`/attachments/${file}`)
          expect(refused.status).toBe(404)
          seen += await refused.response.text()
        }
      }
    }
    expect(hits(seen)).toBe(0)
  })

  it('B02 B03 B06 shows nothing of it on its pages', async () => {
    const { site } = desk
    let seen = ''
    const searches: Record<string, string>[] = [{}, { status: 'closed' }, { new: '1' }]
    for (const search of searches) seen += await portalPage({ site, session }, search)
    expect(seen).toContain('By mail')
    // What somebody looks for stands in the field once more, and nowhere else.
    const found = await portalPage({ site, session }, { q: part })
    expect(found).toContain('hdp-empty')
    for (const { id, number } of Object.values(tickets)) {
      const pages = [
        await portalPage({ site, session }, { ticket: String(number) }),
        await portalPage({ site, guest: await guestOf({ id } as Ticket) }),
      ]
      for (const page of pages) expect(page).toContain('An answer')
      seen += pages.join()
    }
    expect(hits(`${seen}${found}`)).toBe(0)
  })
})

describe('Payload’s own doors', () => {
  const others = () => [{ user: desk.site.users.customer }, {}]

  it('B02 B05 B06 REST tells nothing of it to a customer of the site or to anybody', async () => {
    const ours = new Set<string>(Object.values(getHelpdesk(desk.site.payload).slugs))
    const queries = [
      'limit=100&depth=2',
      `where[text][like]=${part}`,
      `where[or][0][text][like]=${part}`,
      'draft=true',
    ]
    const inside = Object.values(tickets).flatMap(({ id }) => [
      `/helpdesk/tickets/${id}`,
      `/tickets/${id}?depth=2`,
      `/messages?where[ticket][equals]=${id}`,
    ])
    const stored = await desk.rows<{ id: DocID; filename: string }>('attachments')
    const doors = stored.flatMap(({ id, filename }) => [
      `/helpdesk/attachments/${id}`,
      `/helpdesk-attachments/${id}`,
      `/helpdesk-attachments/file/${filename}`,
    ])
    let seen = ''
    for (const as of others()) {
      const get = async (path: string): Promise<number> => {
        const { status, response } = await desk.site.rest('GET', path, as)
        seen += await response.text()
        return status
      }
      for (const slug of Object.keys(desk.site.payload.collections))
        for (const query of queries)
          for (const path of [`/${slug}?${query}`, `/${slug}/count?${query}`]) {
            const status = await get(path)
            if (ours.has(slug)) expect([path, status >= 401]).toEqual([path, true])
          }
      for (const path of [...inside, ...doors, `/helpdesk/inbox/tickets?search=${part}`])
        expect([path, (await get(path)) >= 401]).toEqual([path, true])
    }
    expect(seen.length).toBeGreaterThan(1000)
    expect(hits(seen)).toBe(0)
  })

  it('B02 B05 B06 GraphQL gives an agent the words of it, a customer of the site and anybody nothing', async () => {
    const like = `where: { text: { like: "${part}" } }`
    const ofMessage = 'id kind visibility preview subject text html quotedText source recipients delivery'
    const queries: Record<string, [query: string, shown: string[]]> = {
      messages: [
        `{ TicketMessages(limit: 100) { docs { ${ofMessage} ticket { subject preview } } totalDocs } }`,
        [words.note, words.newestNote, words.held],
      ],
      'messages, looked for': [
        `{ TicketMessages(limit: 100, ${like}) { docs { ${ofMessage} } totalDocs } }`,
        [words.note, words.newestNote, words.held],
      ],
      'messages, by another name': [
        `{ Posts: TicketMessages(limit: 100, where: { OR: [{ text: { like: "${part}" } }] }) { docs { ${ofMessage} } } }`,
        [words.note, words.newestNote, words.held],
      ],
      'messages, counted': [`{ countTicketMessages(${like}) { totalDocs } }`, ['"totalDocs":12']],
      tickets: [
        '{ Tickets(limit: 100) { docs { id number subject preview status requesterAddress } totalDocs } }',
        ['By mail', words.held],
      ],
      attachments: [
        `{ HelpdeskAttachments(limit: 100) { docs { id filename originalName url state message { ${ofMessage} } } } }`,
        [`"originalName":"${canary}.txt"`, words.note, words.held],
      ],
      'attachments, looked for': [
        `{ HelpdeskAttachments(limit: 100, where: { originalName: { like: "${part}" } }) { docs { originalName } } }`,
        [`${canary}.txt`],
      ],
      activities: [
        `{ HelpdeskActivities(limit: 500) { docs { kind data message { ${ofMessage} } } } }`,
        [words.note, words.held],
      ],
    }
    for (const [name, [query, shown]] of Object.entries(queries)) {
      const team = JSON.stringify(await desk.site.graphql(query, asAgent()))
      for (const said of shown) expect([name, team.includes(said)]).toEqual([name, true])
      for (const as of others()) {
        const { data, errors } = await desk.site.graphql(query, as)
        expect([name, Object.values(data ?? {})]).toEqual([name, [null]])
        expect(errors).toHaveLength(1)
        const answer = JSON.stringify({ data, errors })
        for (const said of [...shown, canary]) expect([name, answer.includes(said)]).toEqual([name, false])
      }
    }
  })
})
