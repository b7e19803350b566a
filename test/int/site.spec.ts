import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSite, type Site } from '../site.js'

describe('the test site', () => {
  let site: Site
  beforeAll(async () => {
    site = await createSite()
  })
  afterAll(() => site.close())

  it('knows its users over REST', async () => {
    const { agent, customer } = site.users
    const asAgent = await site.rest<{ user: { email: string } }>('GET', '/users/me', { user: agent })
    expect([asAgent.status, asAgent.body.user.email]).toEqual([200, agent.email])
    const asCustomer = await site.rest<{ user: { email: string } }>('GET', '/customers/me', {
      user: customer,
    })
    expect(asCustomer.body.user.email).toBe(customer.email)
    const asNobody = await site.rest<{ user: null }>('GET', '/users/me')
    expect(asNobody.body.user).toBeNull()
  })

  it('writes over REST and reads over GraphQL', async () => {
    const made = await site.rest('POST', '/posts', { user: site.users.noRole, body: { title: 'Ärger' } })
    expect(made.status).toBe(201)
    const read = await site.graphql('{ Posts { docs { title } } }', { user: site.users.noRole })
    expect(JSON.parse(JSON.stringify(read))).toEqual({ data: { Posts: { docs: [{ title: 'Ärger' }] } } })
    const refused = await site.graphql('{ Posts { docs { title } } }')
    expect(refused.errors?.length).toBe(1)
  })

  it('has a second site beside it that shares nothing', async () => {
    const other = await createSite({ users: false })
    const { totalDocs } = await other.payload.count({ collection: 'posts', overrideAccess: true })
    expect(totalDocs).toBe(0)
    expect(other.databaseUrl).not.toBe(site.databaseUrl)
    await other.close()
  })
})
