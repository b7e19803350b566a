import { ecommercePlugin } from '@payloadcms/plugin-ecommerce'
import {
  type Access,
  buildConfig,
  type CollectionConfig,
  type Config,
  createLocalReq,
  type Plugin,
} from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HelpdeskOptions } from '../../src/index.js'
import { type Site, type SiteUser, siteConfig } from '../site.js'
import { type Desk, openDesk } from './mail-out.desk.js'
import { type Answers, visit } from './portalVisitor.js'

/** Payload's own shop, with its customers where its conventions have them. */
const shop = (customers: 'customers' | 'users'): Plugin => {
  const isAdmin: Access = ({ req: { user } }) =>
    user?.collection === 'users' && (user as { shopRole?: string }).shopRole !== 'customer'
  return ecommercePlugin({
    access: {
      adminOnlyFieldAccess: (args) => isAdmin(args as never) === true,
      adminOrPublishedStatus: (args) => isAdmin(args) || { _status: { equals: 'published' } },
      isAdmin,
      isDocumentOwner: ({ req: { user } }) => (user ? { customer: { equals: user.id } } : false),
    },
    customers: { slug: customers },
    addresses: false,
    products: { variants: false },
  })
}

const withShop =
  (customers: 'customers' | 'users') =>
  (config: Config): Config => ({
    ...config,
    collections: config.collections!.map((collection): CollectionConfig => {
      if (collection.slug === 'posts') return collection
      const isStaff: Access = ({ req: { user } }) =>
        user?.collection === 'users' && (user as { shopRole?: string }).shopRole !== 'customer'
      return {
        ...collection,
        fields: [...collection.fields, { name: 'shopRole', type: 'text' }],
        access: {
          create: isStaff,
          read: (args) => {
            const { user } = args.req
            return isStaff(args) || (user?.collection === collection.slug && { id: { equals: user.id } })
          },
          update: isStaff,
          delete: isStaff,
        },
      }
    }),
    plugins: [shop(customers), ...config.plugins!],
  })

const options: HelpdeskOptions = {
  overrides: {
    tickets: {
      fields: ({ defaultFields }) => [
        ...defaultFields,
        { name: 'order', type: 'relationship', relationTo: 'orders' as never },
      ],
    },
  },
}

const portal = (customers: string): HelpdeskOptions['portal'] => ({
  url: 'https://acme.test/support',
  fields: ['order'],
  customer: ({ user }) =>
    user.collection === customers && (user as { shopRole?: string }).shopRole === 'customer'
      ? { email: String(user.email), verified: true }
      : null,
})

const makeUser = async (site: Site, args: { collection: string; email: string }): Promise<SiteUser> => {
  const { collection, email } = args
  const data = { email, password: 'correct horse', name: email, shopRole: 'customer' }
  const { id } = await site.payload.create({ collection: collection as never, data: data as never })
  const token = async () =>
    (
      await site.payload.login({
        collection: collection as never,
        data: { email, password: 'correct horse' } as never,
      })
    ).token!
  return { id, collection, email, token }
}

const order = async (site: Site, customer: SiteUser): Promise<number> => {
  const made = await site.payload.create({
    collection: 'orders' as never,
    data: { customer: customer.id, amount: 4900, currency: 'USD', status: 'processing' } as never,
  })
  return Number((made as { id: number }).id)
}

const shops = [
  ['in a collection of their own', 'customers'],
  ['among the users of the admin panel', 'users'],
] as const

describe.each(shops)('a site of Payload’s ecommerce, its customers %s:', (_, collection) => {
  let desk: Desk
  let ann: SiteUser
  let bob: SiteUser
  let orders: { anns: number; bobs: number }
  beforeAll(async () => {
    desk = await openDesk({ ...options, portal: portal(collection) }, withShop(collection))
    ann = await makeUser(desk.site, { collection, email: 'ann@example.com' })
    bob = await makeUser(desk.site, { collection, email: 'bob@example.com' })
    orders = { anns: await order(desk.site, ann), bobs: await order(desk.site, bob) }
  })
  afterAll(() => desk.close())

  type Asked = { ticket: number; error: { fields?: object } }
  const ask = (user: SiteUser, fields: Record<string, string> = {}) =>
    visit({ site: desk.site, user }).post<Asked>('/requests', {
      json: true,
      values: { subject: 'Where is it?', message: 'It has not come.', fields },
    })

  it('a customer asks about an order of theirs, and sees their tickets and no one else’s', async () => {
    const asked = await ask(ann, { order: String(orders.anns) })
    expect(asked.status, JSON.stringify(asked.body)).toBe(200)
    const [ticket] = await desk.rows<Record<string, unknown>>('tickets', 'number = $1', [asked.body.ticket])
    expect(ticket).toMatchObject({
      order_id: orders.anns,
      requester_address: 'ann@example.com',
      requester_verified: true,
    })
    const seen = await visit({ site: desk.site, user: ann }).get<Answers>('/tickets')
    expect(seen.body.tickets.map(({ number }) => number)).toEqual([asked.body.ticket])
    expect((await visit({ site: desk.site, user: bob }).get<Answers>('/tickets')).body.tickets).toEqual([])
    expect((await visit({ site: desk.site, user: bob }).get(`/tickets/${asked.body.ticket}`)).status).toBe(
      404,
    )
  })

  it('H03 H04 nobody names another’s order, nor one that is not there', async () => {
    const before = (await desk.rows('tickets')).length
    for (const wrong of [orders.bobs, 999_999, 'x', '1e3', -1]) {
      const { status, body } = await ask(ann, { order: String(wrong) })
      expect([wrong, status]).toEqual([wrong, 400])
      expect(body.error).toMatchObject({ fields: { 'fields[order]': 'Choose one of the list.' } })
    }
    expect(await desk.rows('tickets')).toHaveLength(before)
  })

  it('H05 a customer reaches nothing of the help desk, and what they reached before', {
    timeout: 120_000,
  }, async () => {
    // The same site without the help desk, by its own access rules.
    const plain = await buildConfig(
      withShop(collection)({ ...siteConfig({ db: desk.site.config.db }), plugins: [] }),
    )
    const shared = plain.collections.filter(({ slug }) => !slug.startsWith('payload-'))
    expect(shared.map(({ slug }) => slug)).toEqual(
      expect.arrayContaining(['orders', 'products', 'carts', 'customers', 'users']),
    )
    const req = await createLocalReq(
      { user: { id: ann.id, collection, email: ann.email, shopRole: 'customer' } as never },
      desk.site.payload,
    )
    const allowed = async ({ access }: CollectionConfig) =>
      Object.fromEntries(
        await Promise.all(
          (['create', 'read', 'update', 'delete', 'unlock'] as const).map(
            async (act) => [act, await access?.[act]?.({ req, id: 1, data: {} })] as const,
          ),
        ),
      )
    for (const before of shared) {
      const { config } = desk.site.payload.collections[before.slug]!
      expect([before.slug, await allowed(config)]).toEqual([before.slug, await allowed(before)])
    }
    const mine = await desk.site.rest<{ totalDocs: number }>('GET', '/orders', { user: ann })
    expect([mine.status, mine.body.totalDocs]).toEqual([200, 1])
    const names = shared.map(({ slug }) => slug)
    const ours = desk.site.config.collections
      .map(({ slug }) => slug)
      .filter((slug) => !names.includes(slug) && !slug.startsWith('payload-'))
    expect(ours).toEqual(expect.arrayContaining(['tickets', 'messages', 'contacts', 'mailboxes']))
    for (const slug of ours) {
      const statuses = [
        (await desk.site.rest('GET', `/${slug}`, { user: ann })).status,
        (await desk.site.rest('GET', `/${slug}/count`, { user: ann })).status,
        (await desk.site.rest('POST', `/${slug}`, { user: ann, body: {} })).status,
      ]
      // What is only the help desk's own has no endpoints at all.
      const refused = slug.startsWith('helpdesk-') ? [403, 501] : [403]
      for (const status of statuses) expect(refused, `${slug}: ${statuses}`).toContain(status)
    }
    expect((await desk.site.rest('GET', '/helpdesk/inbox/tickets', { user: ann })).status).toBe(403)
  })

  it('H05 a customer gives themselves no role in the help desk', async () => {
    const { status } = await desk.site.rest('PATCH', `/${collection}/${ann.id}`, {
      user: ann,
      body: { helpdeskRole: 'administrator' },
    })
    expect(status).toBe(403)
    expect((await desk.site.rest('GET', '/tickets', { user: ann })).status).toBe(403)
  })

  it('an agent is no customer', async () => {
    const { agent } = desk.site.users
    await desk.open({ from: { name: '', address: agent.email } })
    expect((await visit({ site: desk.site, user: agent }).get('/tickets')).status).toBe(401)
  })
})
