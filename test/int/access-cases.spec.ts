import { createLocalReq } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { sqlOf } from '../../src/core/database.js'
import { addNote, assignTicket, changeStatus, saveDraft } from '../../src/index.js'
import { uploadAttachment } from '../../src/operations/uploadAttachment.js'
import type { RequestArgs } from '../site.js'
import { type AccessDesk, type Asker, bob, openAccessDesk } from './accessDesk.js'

let desk: AccessDesk
beforeAll(async () => {
  desk = await openAccessDesk()
})
afterAll(() => desk.site.close())

const strangers: Asker[] = ['anonymous', 'customer', 'noRole']

type Docs = { docs?: Record<string, unknown>[]; doc?: Record<string, unknown>; totalDocs?: number }

const ask = (as: Asker, method: string, path: string, sent: RequestArgs = {}) =>
  desk.site.rest<Docs>(method, path, { ...(desk.users[as] && { user: desk.users[as] }), ...sent })

const get = (as: Asker, path: string) => ask(as, 'GET', path)

/** A ticket of the agent's with a note and the note's file. */
const withNote = async () => {
  const { ticket, message } = await desk.openOn('mine', { text: 'The lid is loose.' })
  const req = await desk.reqOf(desk.site.users.agent)
  const file = { name: 'plan.txt', type: 'text/plain', data: Buffer.from('the secret plan') }
  const { attachment } = await uploadAttachment({ req, file })
  const before = await desk.one('tickets', ticket.id)
  const { message: note } = await addNote({
    req,
    ticket: ticket.id,
    text: 'Zebra: offer half.',
    attachments: [attachment],
  })
  return {
    ticket,
    message,
    note,
    attachment,
    before,
    file: (await desk.one('attachments', attachment))['filename'],
  }
}

describe('notes', () => {
  it('B02 are in no answer to anybody but agents, however it is asked', async () => {
    const { ticket, note } = await withNote()
    const queries = [
      '/messages?where[kind][equals]=note',
      '/messages?where[visibility][equals]=team&depth=5',
      `/messages?where[ticket][equals]=${ticket.id}&sort=-preview&select[html]=true`,
      `/messages?where[text][like]=Zebra`,
      `/messages/${note}`,
      `/messages/count?where[kind][equals]=note`,
      `/tickets/${ticket.id}?depth=3&joins[followers][limit]=10`,
      `/helpdesk-activities?where[kind][equals]=noteAdded`,
      `/contacts/${ticket.contact}?depth=3`,
      `/helpdesk/tickets/${ticket.id}`,
      `/helpdesk/inbox/tickets?search=Zebra`,
    ]
    for (const as of strangers)
      for (const query of queries) {
        const { status, response } = await get(as, query)
        expect([as, query, status]).toEqual([
          as,
          query,
          as === 'anonymous' && query.startsWith('/helpdesk/') ? 401 : 403,
        ])
        expect(await response.text()).not.toMatch(/zebra|totalDocs/i)
      }
    const graphql = `{ TicketMessages(where: { kind: { equals: "note" } }) { docs { id text } totalDocs } countTicketMessages { totalDocs } }`
    for (const as of strangers) {
      const { data, errors } = await desk.site.graphql(graphql, { user: desk.users[as] })
      expect([as, JSON.stringify(data), errors?.length]).toEqual([
        as,
        '{"TicketMessages":null,"countTicketMessages":null}',
        2,
      ])
    }
    expect((await get('agent', '/messages?where[text][like]=Zebra')).body.totalDocs).toBe(1)
  })

  it('B03 leave no trace in what customers are shown: preview, times, counters of the ticket', async () => {
    const { ticket, before } = await withNote()
    const after = await desk.one('tickets', ticket.id)
    for (const column of [
      'preview',
      'status',
      'waiting_since',
      'last_customer_message_at',
      'last_agent_message_at',
      'first_response_at',
      'subject',
    ])
      expect([column, after[column]]).toEqual([column, before[column]])
    expect(JSON.stringify(after)).not.toContain('Zebra')
    expect(await desk.rows('outboundEmails', 'ticket_id = $1', [ticket.id])).toEqual([])
    const activities = await desk.rows('activities', 'ticket_id = $1', [ticket.id])
    expect(JSON.stringify(activities)).not.toContain('Zebra')
    for (const as of strangers) {
      const live = await get(as, '/helpdesk/live')
      expect([as, live.status]).toEqual([as, as === 'anonymous' ? 401 : 403])
    }
  })

  it('B05 H02 have files that nobody else gets, by whatever address', async () => {
    const { ticket, attachment, file } = await withNote()
    const ways = [
      `/helpdesk/attachments/${attachment}`,
      `/helpdesk/attachments/${attachment}?download=1`,
      `/helpdesk-attachments/${attachment}`,
      `/helpdesk-attachments?where[id][equals]=${attachment}`,
      `/helpdesk-attachments/file/${file}`,
      `/helpdesk-attachments/file/${file}?prefix=x`,
      `/helpdesk-attachments/file/${encodeURIComponent(`../${file}`)}`,
    ]
    for (const as of [...strangers, 'otherAgent'] as const)
      for (const way of ways)
        for (const range of ['', 'bytes=0-3']) {
          const { status, response } = await ask(as, 'GET', way, { headers: range ? { range } : {} })
          const text = await response.text()
          const isEmpty = status === 200 && text.includes('"docs":[]')
          expect([as, way, isEmpty || status]).toEqual([
            as,
            way,
            expect.toSatisfy((found) => found === true || found >= 400),
          ])
          expect(text).not.toContain('secret')
        }
    for (const as of [...strangers, 'otherAgent'] as const)
      expect((await ask(as, 'HEAD', `/helpdesk-attachments/file/${file}`)).status).toBeGreaterThanOrEqual(400)
    // Who has uploaded it and then lost sight of the ticket is like anybody else.
    const seen = await desk.one('attachments', attachment)
    await assignTicket({
      req: desk.system,
      overrideAccess: true,
      ticket: ticket.id,
      assignee: desk.site.users.otherAgent.id,
    })
    await sqlOf({ payload: desk.site.payload }).query('delete from helpdesk_followers where ticket_id = $1', [
      ticket.id,
    ])
    for (const way of [0, 2, 4])
      expect([way, (await get('agent', ways[way]!)).status]).toEqual([
        way,
        expect.toSatisfy((status) => status > 400),
      ])
    expect(await desk.one('attachments', attachment)).toEqual(seen)
    await assignTicket({
      req: desk.system,
      overrideAccess: true,
      ticket: ticket.id,
      assignee: desk.site.users.agent.id,
    })
    for (const way of [ways[0]!, ways[4]!]) {
      const { status, headers, response } = await get('agent', way)
      expect([way, status, await response.text()]).toEqual([way, 200, 'the secret plan'])
      expect(headers.get('content-disposition')).toMatch(/^attachment/)
      expect(headers.get('content-type')).toBe('application/octet-stream')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain('sandbox')
    }
  })

  it('B06 and drafts are their author’s alone, with their files', async () => {
    const { ticket } = await withNote()
    const agent = await desk.reqOf(desk.site.users.agent)
    const file = { name: 'draft.txt', type: 'text/plain', data: Buffer.from('not sent yet') }
    const { attachment } = await uploadAttachment({ req: agent, file })
    const source = { text: 'Yak: not sent yet' }
    await saveDraft({ req: agent, ticket: ticket.id, kind: 'reply', source, attachments: [attachment] })
    const own = await get('agent', `/helpdesk/tickets/${ticket.id}`)
    expect(await own.response.text()).toContain('Yak')
    for (const as of ['manager', 'administrator', 'otherAgent', ...strangers] as const) {
      const thread = await get(as, `/helpdesk/tickets/${ticket.id}`)
      expect([as, (await thread.response.text()).includes('Yak')]).toEqual([as, false])
      for (const way of [
        `/helpdesk/attachments/${attachment}`,
        `/helpdesk-attachments/${attachment}`,
        `/helpdesk-attachments/file/${(await desk.one('attachments', attachment))['filename']}`,
      ])
        expect([as, way, (await get(as, way)).status]).toEqual([
          as,
          way,
          expect.toSatisfy((status) => status >= 401),
        ])
    }
    for (const path of ['/helpdesk-drafts', '/messages/versions', '/tickets/versions'])
      for (const as of ['agent', 'manager', 'administrator'] as const)
        expect([path, as, (await get(as, path)).status >= 400]).toEqual([path, as, true])
  })
})

describe('H03 what is sent along with a request', () => {
  it('changes no managed field of a ticket, over REST and GraphQL', async () => {
    const { ticket } = await desk.openOn('mine')
    const before = await desk.one('tickets', ticket.id)
    const tries: Record<string, unknown>[] = [
      { status: 'closed' },
      { assignee: desk.site.users.agent.id },
      { mailbox: desk.billing },
      { contact: desk.ids.contacts.foreign[0] },
      { number: 1 },
      { replyKey: 'known' },
      { requesterVerified: true },
      { spam: true },
      { closedAt: new Date().toISOString() },
      { preview: 'x' },
    ]
    for (const as of ['agent', 'manager', 'administrator'] as const)
      for (const body of tries) {
        const { status } = await ask(as, 'PATCH', `/tickets/${ticket.id}`, { body })
        expect([as, body, status]).toEqual([as, body, 403])
      }
    const { errors } = await desk.site.graphql(
      `mutation { updateTicket(id: ${ticket.id}, data: { status: closed, number: 1 }) { id } }`,
      { user: desk.site.users.administrator },
    )
    expect(errors?.[0]?.message).toMatch(/managed by the help desk/)
    expect(await desk.one('tickets', ticket.id)).toEqual(before)
  })

  it('makes nobody a message, and no message a reply', async () => {
    const { message } = await desk.openOn('mine')
    const before = await desk.fingerprint(['counters'])
    for (const as of ['agent', 'manager', 'administrator'] as const)
      for (const [method, path, body] of [
        ['POST', '/messages', { ticket: desk.ids.tickets.mine[0], kind: 'reply', text: 'forged' }],
        ['PATCH', `/messages/${message}`, { visibility: 'team', kind: 'reply', text: 'forged' }],
        ['POST', '/helpdesk-activities', { kind: 'assigned', ticket: desk.ids.tickets.mine[0] }],
        ['POST', '/helpdesk-outbound-emails', { recipients: [{ address: 'x@y.example' }], state: 'queued' }],
        ['POST', '/helpdesk-followers', { ticket: desk.ids.tickets.foreign[0], agent: 3 }],
      ] as const)
        expect([as, path, (await ask(as, method, path, { body })).status]).toEqual([
          as,
          path,
          expect.toSatisfy((status) => status === 403 || status === 501),
        ])
    expect(await desk.fingerprint(['counters'])).toBe(before)
  })

  it('gives nobody a role: not themselves, not as a new user, not by a manager above an agent', async () => {
    const { users } = desk.site
    const roleOf = async (id: unknown) => {
      const { body } = await get('administrator', `/users/${id}`)
      return ((body as Record<string, unknown>)['helpdeskRole'] as string | undefined) ?? null
    }
    for (const as of ['noRole', 'agent', 'manager'] as const) {
      const was = await roleOf(users[as].id)
      await ask(as, 'PATCH', `/users/${users[as].id}`, { body: { helpdeskRole: 'administrator' } })
      expect([as, await roleOf(users[as].id)]).toEqual([as, was])
    }
    for (const as of ['noRole', 'agent'] as const) {
      await ask(as, 'PATCH', `/users/${users.noRole.id}`, { body: { helpdeskRole: 'agent' } })
      const made = await ask(as, 'POST', '/users', {
        body: { email: `${as}-made@example.com`, password: 'x12345678', helpdeskRole: 'administrator' },
      })
      expect([as, made.status, await roleOf(made.body.doc!['id'])]).toEqual([as, 201, null])
    }
    expect(await roleOf(users.noRole.id)).toBe(null)
    const byManager = (id: unknown, helpdeskRole: string | null) =>
      ask('manager', 'PATCH', `/users/${id}`, { body: { helpdeskRole } })
    expect((await byManager(users.noRole.id, 'manager')).status).toBe(400)
    expect((await byManager(users.administrator.id, null)).status).toBe(400)
    expect((await byManager(users.noRole.id, 'agent')).status).toBe(200)
    expect((await byManager(users.noRole.id, null)).status).toBe(200)
    expect(await roleOf(users.administrator.id)).toBe('administrator')
    const { errors } = await desk.site.graphql(
      `mutation { updateUser(id: ${users.agent.id}, data: { helpdeskRole: "administrator" }) { helpdeskRole } }`,
      { user: users.agent },
    )
    expect(errors).toBeUndefined()
    expect(await roleOf(users.agent.id)).toBe('agent')
  })
})

describe('H05 a customer of the site', () => {
  it('stays nobody where their own collection gives them a field with a role in it', async () => {
    const { payload } = desk.site
    const { user } = await desk.reqOf(desk.site.users.customer)
    const req = await createLocalReq({ user: { ...user, helpdeskRole: 'administrator' } as never }, payload)
    for (const key of ['tickets', 'messages', 'mailboxes', 'contacts', 'attachments'] as const)
      await expect(
        payload.find({ collection: desk.slugOf(key) as never, depth: 0, overrideAccess: false, req }),
      ).rejects.toMatchObject({ status: 403 })
    await expect(
      changeStatus({ req, ticket: desk.ids.tickets.mine[0]!, status: 'closed' }),
    ).rejects.toMatchObject({
      key: 'ticketGone',
    })
  })

  it('is nobody here, even with the id of an administrator', async () => {
    const { customer, administrator } = desk.site.users
    expect(String(customer.id)).toBe(String(administrator.id))
    for (const path of ['/tickets', '/mailboxes', '/contacts', '/deals', '/helpdesk-attachments'])
      expect([path, (await get('customer', path)).status]).toEqual([path, 403])
    expect((await ask('customer', 'POST', '/helpdesk/claim', { body: {} })).status).toBe(403)
    const { body } = await get('customer', '/access')
    const { collections } = body as unknown as { collections: Record<string, { read?: unknown }> }
    expect(
      Object.keys(collections).filter((slug) => /ticket|message|mailbox|contact|deal|helpdesk/.test(slug)),
    ).toEqual([])
  })
})

describe('H06 what an agent is not a member of', () => {
  it('K03 shows in no list, counter, search, hint or filter through a relation', async () => {
    const foreign = await desk.one('tickets', desk.ids.tickets.foreign[0]!)
    await desk.openOn('foreign', { assignee: desk.site.users.otherAgent.id })
    const paths = [
      `/helpdesk/inbox/tickets?search=%23${foreign['number']}`,
      '/helpdesk/inbox/tickets?search=bob@example.com',
      '/helpdesk/inbox/tickets?search=foreign',
      '/helpdesk/inbox/tickets?search=Bob',
      `/helpdesk/inbox/tickets?mailbox=${desk.billing}`,
      `/helpdesk/inbox/tickets?assignee=${desk.site.users.otherAgent.id}`,
      '/helpdesk/contacts?search=bob',
      '/tickets?where[mailbox.name][equals]=Billing',
      '/tickets?where[contact.name][equals]=Bob',
      '/tickets?where[or][0][id][exists]=true&where[or][1][mailbox][exists]=true&where[mailbox][equals]=' +
        desk.billing,
      '/messages?where[ticket.mailbox.name][equals]=Billing',
      '/messages?where[ticket.contact.name][equals]=Bob',
      '/contacts?where[name][equals]=Bob',
      '/contacts?where[tickets.subject][equals]=Broken kettle&where[name][equals]=Bob',
      '/deals?where[contact.name][equals]=Bob',
      '/helpdesk-attachments?where[ticket.contact.name][equals]=Bob',
      '/helpdesk-activities?where[ticket.contact.name][equals]=Bob',
    ]
    for (const path of paths) {
      const asAgent = (await get('agent', path)).body as Record<string, unknown[]>
      const found = (answer: Record<string, unknown[]>) =>
        (answer['docs'] ?? answer['tickets'] ?? answer['contacts'])?.length
      expect([path, found(asAgent)]).toEqual([path, 0])
      const asOther = (await get('otherAgent', path)).body as Record<string, unknown[]>
      expect([path, found(asOther)]).toEqual([path, expect.toSatisfy((count) => count > 0)])
    }
    const overview = await get('agent', '/helpdesk/inbox/overview')
    const text = await overview.response.text()
    expect(text).not.toContain('Billing')
    const seen = JSON.parse(text) as { counts: Record<string, number> }
    const open = await desk.rows('tickets', "status = 'open' and mailbox_id <> $1", [desk.billing])
    expect(seen.counts['active']).toBe(open.length)
  })

  it('is not joined to a contact or ticket that they may see', async () => {
    // Bob writes to both desks: each agent knows him, and only their own tickets of his.
    const { ticket } = await desk.openOn('mine', { from: bob })
    const paths = [
      `/contacts/${ticket.contact}?depth=2&joins[tickets][limit]=100`,
      `/contacts?depth=3&where[id][equals]=${ticket.contact}&joins[tickets][limit]=100`,
      `/tickets/${ticket.id}?depth=5`,
      `/helpdesk/tickets/${ticket.id}`,
    ]
    for (const path of paths) {
      const { status, response } = await get('agent', path)
      const text = await response.text()
      expect([path, status, /foreign|Billing|billing/.test(text)]).toEqual([path, 200, false])
    }
    const { data } = await desk.site.graphql(
      `{ Contact(id: ${ticket.contact}) { tickets(limit: 50) { docs { id } } deals(limit: 50) { docs { id } } } }`,
      { user: desk.site.users.agent },
    )
    expect(JSON.parse(JSON.stringify(data))).toEqual({
      Contact: { tickets: { docs: [{ id: ticket.id }] }, deals: { docs: [] } },
    })
  })

  it('is out of reach as soon as the membership ends, and one grant does not borrow from another ticket', async () => {
    const { ticket } = await desk.openOn('mine')
    const path = `/tickets/${ticket.id}`
    expect((await get('agent', path)).status).toBe(200)
    const setMembers = (members: DocID[]) =>
      ask('manager', 'PATCH', `/mailboxes/${desk.mailbox}`, { body: { members } })
    await setMembers([desk.site.users.manager.id])
    expect((await get('agent', path)).status).toBe(404)
    // Carla has an assigned ticket elsewhere and an unassigned one in a mailbox of the agent's: no mix of the two.
    const carla = { name: 'Zoe', address: 'zoe@example.com' }
    const { ticket: assigned } = await desk.openOn('mine', {
      from: carla,
      assignee: desk.site.users.otherAgent.id,
    })
    await desk.open({ from: carla, mailbox: desk.billing })
    expect((await get('agent', `/contacts/${assigned.contact}`)).status).toBe(404)
    await setMembers([desk.site.users.agent.id])
    expect((await get('agent', path)).status).toBe(200)
    expect((await get('agent', `/contacts/${assigned.contact}`)).status).toBe(404)
    expect((await get('agent', `/tickets/${assigned.id}`)).status).toBe(404)
  })
})
