import { createLocalReq } from 'payload'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readMailboxes } from '../../src/admin/queries/mailboxes.js'
import { memberMailboxes } from '../../src/collections/access/scope.js'
import type { DocID } from '../../src/collections/types.js'
import { createSite, type Site } from '../site.js'

// Payload derives table and column names from a slug or a name of its own; SQL has to follow it.

const routeSecret = 'a route secret for tests'

let site: Site
let member: { id: DocID }
let other: { id: DocID }
let mailbox: DocID

const reqOf = (user: { id: DocID }) =>
  createLocalReq(
    { user: { ...user, collection: 'adminUsers', helpdeskRole: 'agent' } as never },
    site.payload,
  )

beforeAll(async () => {
  site = await createSite({
    users: false,
    options: { worker: { routeSecret } },
    site: (config) => ({
      ...config,
      admin: { ...config.admin, user: 'adminUsers' },
      collections: config.collections!.map((collection) =>
        collection.slug === 'users'
          ? { ...collection, slug: 'adminUsers', dbName: 'staff_members' }
          : collection,
      ),
    }),
  })
  const create = async (collection: string, data: object) =>
    (await site.payload.create({
      collection: collection as never,
      data: data as never,
      depth: 0,
      overrideAccess: true,
      req: await createLocalReq({}, site.payload),
    })) as { id: DocID }
  member = await create('adminUsers', { email: 'm@acme.test', password: 'pass word', helpdeskRole: 'agent' })
  other = await create('adminUsers', { email: 'o@acme.test', password: 'pass word', helpdeskRole: 'agent' })
  const data = { name: 'Support', address: 'help@acme.test', send: { kind: 'site' }, members: [member.id] }
  mailbox = (await create('mailboxes', data)).id
})
afterAll(() => site.close())

it('knows the members of a mailbox whatever the table of the users is called', async () => {
  expect(await memberMailboxes(await reqOf(member))).toEqual([mailbox])
  expect(await memberMailboxes(await reqOf(other))).toEqual([])
  expect(await readMailboxes(await reqOf(member))).toMatchObject([{ id: mailbox, members: [member.id] }])
})

it('works when a scheduler calls the route with the secret and nothing else', async () => {
  const authorization = `Bearer ${routeSecret}`
  const { status, body } = await site.rest('POST', '/helpdesk/worker', { headers: { authorization } })
  expect([status, body]).toEqual([200, expect.any(Object)])
  const refused = await site.rest('POST', '/helpdesk/worker', { headers: { authorization: 'Bearer wrong' } })
  expect(refused.status).toBe(401)
})
