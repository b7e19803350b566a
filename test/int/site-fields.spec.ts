import type { CollectionConfig, Field } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ThreadView, TicketPage } from '../../src/admin/api.js'
import type { DocID } from '../../src/collections/types.js'
import { assignTicket, type HelpdeskOptions } from '../../src/index.js'
import { type DeskSite, openDeskSite } from './deskSite.js'

// What a site adds to our collections: fields, hooks, access, roles of its own.

const own: Field[] = [
  { name: 'orderNumber', type: 'text', label: 'Order', minLength: 3 },
  {
    type: 'row',
    fields: [
      {
        name: 'plan',
        type: 'select',
        defaultValue: 'free',
        options: [{ value: 'free', label: 'Free plan' }, 'paid'],
      },
      { name: 'post', type: 'relationship', relationTo: 'posts' },
    ],
  },
  { name: 'margin', type: 'number', access: { read: () => false, update: () => false } },
  { name: 'internal', type: 'text', admin: { hidden: true } },
  { name: 'secretNote', type: 'text', hidden: true },
]

/** One of each kind that a list can be narrowed by. */
const filterable: Field[] = [
  { name: 'remark', type: 'textarea' },
  { name: 'amount', type: 'number' },
  { name: 'gift', type: 'checkbox' },
  { name: 'dueOn', type: 'date' },
  { name: 'topics', type: 'select', hasMany: true, options: ['a', 'b'] },
]

const overrides: HelpdeskOptions['overrides'] = {
  tickets: {
    fields: ({ defaultFields }) => [...defaultFields, ...own, ...filterable],
    collection: ({ defaultCollection }) => ({
      ...defaultCollection,
      hooks: {
        ...defaultCollection.hooks,
        beforeChange: [
          ...(defaultCollection.hooks?.beforeChange ?? []),
          ({ data, operation }) =>
            operation === 'create' ? { ...data, internal: `made: ${data['subject']}` } : data,
        ],
      },
    }),
  },
  contacts: {
    fields: ({ defaultFields }) => [...defaultFields, { name: 'tier', type: 'text', defaultValue: 'bronze' }],
  },
}

describe('a site’s own ticket fields', () => {
  let desk: DeskSite
  let ticket: DocID
  beforeAll(async () => {
    desk = await openDeskSite({ options: { overrides } })
    ticket = (await desk.open()).ticket.id
    await desk.open({ subject: 'Another' })
  })
  afterAll(() => desk.site.close())

  const call = <T>(method: string, path: string, body?: object) =>
    desk.site.rest<T>(method, path, { user: desk.site.users.agent, ...(body && { body }) })

  const set = (name: string, value: unknown) =>
    call('POST', `/helpdesk/tickets/${ticket}/field`, { name, value })

  const extra = async () => {
    const { body } = await call<ThreadView>('GET', `/helpdesk/tickets/${ticket}`)
    return Object.fromEntries(body.ticket.extra.map(({ name, label, value }) => [name, `${label}: ${value}`]))
  }

  const filtered = async (where: object, zone = 'UTC') => {
    const query = encodeURIComponent(JSON.stringify(where))
    return call<TicketPage>('GET', `/helpdesk/inbox/tickets?view=unassigned&where=${query}&zone=${zone}`)
  }

  it('have the site’s defaults and hooks when a customer’s mail opens a ticket', async () => {
    expect(await desk.one('tickets', ticket)).toMatchObject({ plan: 'free', internal: 'made: Broken kettle' })
    const [contact] = await desk.rows('contacts')
    expect(contact).toMatchObject({ tier: 'bronze' })
  })

  it('are shown in the thread’s details, but not what is hidden or may not be read', async () => {
    const shown = await extra()
    expect(shown).toMatchObject({ orderNumber: 'Order: ', plan: 'Plan: Free plan', post: 'Post: ' })
    expect(Object.keys(shown).sort()).toEqual(
      ['orderNumber', 'plan', 'post', ...filterable.map((field) => (field as { name: string }).name)].sort(),
    )
  })

  it('are written from the details, with the site’s validation and access, and stand in the history', async () => {
    const post = await desk.site.payload.create({
      collection: 'posts' as never,
      data: { title: 'Kettles' } as never,
      depth: 0,
      overrideAccess: true,
      req: desk.system,
    })
    expect((await set('orderNumber', 'A-1042')).status).toBe(200)
    expect((await set('post', (post as { id: DocID }).id)).status).toBe(200)
    expect(await extra()).toMatchObject({ orderNumber: 'Order: A-1042', plan: 'Plan: Free plan' })
    expect((await set('orderNumber', 'x')).status).toBe(400)
    expect((await set('status', 'closed')).status).toBeGreaterThanOrEqual(400)
    await set('margin', 7)
    expect(await desk.one('tickets', ticket)).toMatchObject({
      order_number: 'A-1042',
      status: 'open',
      margin: null,
    })
    const history = await desk.rows('activities', `kind = 'fieldsChanged'`)
    expect(history.map(({ data }) => (data as { field: string }).field)).toEqual(
      expect.arrayContaining(['orderNumber', 'post']),
    )
  })

  it('filter the list, but not by what the agent may not read', async () => {
    const hits = await filtered({ orderNumber: 'A-1042' })
    expect(hits.body.tickets.map(({ id }) => id)).toEqual([ticket])
    expect((await filtered({ orderNumber: 'B' })).body.tickets).toEqual([])
    expect((await filtered({ plan: 'free' })).body.tickets).toHaveLength(2)
    expect((await filtered({ margin: 7 })).status).toBe(400)
    expect((await filtered({ reply_key: 'a' })).status).toBe(400)
    expect((await filtered({ secretNote: 'a' })).status).toBe(400)
  })

  it('filter by what each kind of field holds, and say what is wrong with a value', async () => {
    await set('remark', 'Blue, 100% cotton')
    await set('amount', 12.5)
    await set('gift', true)
    await set('dueOn', '2026-03-31T22:30:00.000Z')
    const found = async (where: object, zone?: string) => {
      const { status, body } = await filtered(where, zone)
      return status === 200 ? body.tickets.some(({ id }) => id === ticket) : status
    }
    expect(await found({ remark: '100% COTTON' })).toBe(true)
    expect(await found({ remark: '100_cotton' })).toBe(false)
    expect(await found({ amount: '12.5' })).toBe(true)
    expect(await found({ amount: '12' })).toBe(false)
    expect(await found({ gift: 'true' })).toBe(true)
    expect(await found({ gift: 'false' })).toBe(false)
    expect((await filtered({ gift: 'false' })).body.tickets).toHaveLength(1)
    expect(await found({ dueOn: '2026-03-31' })).toBe(true)
    expect(await found({ dueOn: '2026-04-01' })).toBe(false)
    expect(await found({ dueOn: '2026-04-01' }, 'Europe/Berlin')).toBe(true)
    for (const where of [
      { amount: 'much' },
      { gift: 'maybe' },
      { dueOn: 'soon' },
      { plan: 'gold' },
      { topics: 'a' },
    ])
      expect(await found(where)).toBe(400)
    expect(await found({ gift: 'true' }, 'Mars/Olympus')).toBe(400)
  })

  it('are writable through Payload too, while managed ones beside them are not', async () => {
    const changed = await call('PATCH', `/tickets/${ticket}`, { plan: 'paid' })
    expect(changed.status).toBe(200)
    const refused = await call<{ errors: { message: string }[] }>('PATCH', `/tickets/${ticket}`, {
      plan: 'free',
      status: 'closed',
    })
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect(refused.body.errors[0]!.message).toContain('changeStatus')
    expect(await desk.one('tickets', ticket)).toMatchObject({ plan: 'paid', status: 'open' })
  })
})

describe('a site with roles and access of its own', () => {
  let desk: DeskSite
  let ticket: DocID
  const asked: unknown[] = []
  const readByAll: NonNullable<CollectionConfig['access']>['read'] = ({ req }) =>
    req.user?.collection === 'customers'
  beforeAll(async () => {
    desk = await openDeskSite({
      options: {
        access: {
          // Whoever the site calls an agent is one; nobody else, whatever field there might be.
          role: ({ user, req }) => {
            asked.push([...Object.keys(req).sort(), req.user === user])
            return user.email?.startsWith('norole') ? 'manager' : null
          },
        },
        overrides: {
          deals: {
            collection: ({ defaultCollection }) => ({
              ...defaultCollection,
              access: { ...defaultCollection.access, read: readByAll },
            }),
          },
        },
      },
    })
    ticket = (await desk.open()).ticket.id
  })
  afterAll(() => desk.site.close())

  it('has no field of ours on its users', () => {
    const { flattenedFields } = desk.site.payload.collections['users']!.config
    expect(flattenedFields.map(({ name }) => name)).not.toContain('helpdeskRole')
  })

  it('lets in whom its function names, and nobody else', async () => {
    const { noRole, administrator, agent, customer } = desk.site.users
    const path = `/helpdesk/tickets/${ticket}`
    expect((await desk.site.rest('GET', path, { user: noRole })).status).toBe(200)
    for (const user of [administrator, agent, customer])
      expect([403, 404]).toContain((await desk.site.rest('GET', path, { user })).status)
  })

  it('asks it the same way whether the user has a request of their own or is only asked about', async () => {
    const { noRole: user } = desk.site.users
    const assign = { req: desk.system, overrideAccess: true, ticket }
    for (const act of [
      () => desk.site.rest('GET', `/helpdesk/tickets/${ticket}`, { user }),
      () => assignTicket({ ...assign, assignee: user.id }),
    ]) {
      asked.length = 0
      await act()
      expect(asked).not.toEqual([])
      for (const args of asked) expect(args).toEqual(['payload', 'user', true])
    }
  })

  it('opens or closes a collection by an override, as far as it says', async () => {
    const { noRole, customer } = desk.site.users
    const read = async (path: string, user = customer) => (await desk.site.rest('GET', path, { user })).status
    expect([await read('/deals'), await read('/deals', noRole)]).toEqual([200, 403])
    expect(await read('/tickets')).toBe(403)
  })
})
