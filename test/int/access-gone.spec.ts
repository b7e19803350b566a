import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccessDesk, openAccessDesk } from './accessDesk.js'

// A session and an API key that outlive their user's place in the help desk.

let desk: AccessDesk
beforeAll(async () => {
  desk = await openAccessDesk({
    site: (config) => ({
      ...config,
      collections: config.collections!.map((collection) =>
        collection.slug === 'users' ? { ...collection, auth: { useAPIKey: true } } : collection,
      ),
    }),
  })
})
afterAll(() => desk.site.close())

const paths = async () => {
  const { ticket, message } = await desk.openOn('mine')
  const [file] = await desk.rows<{ id: number }>('attachments', 'ticket_id is not null')
  return [
    `/tickets/${ticket.id}`,
    `/messages/${message}`,
    `/helpdesk/inbox/tickets?view=active`,
    `/helpdesk/tickets/${ticket.id}`,
    `/helpdesk/attachments/${file!.id}`,
    `/helpdesk/live`,
  ]
}

describe('H11 a session and an API key', () => {
  it('are worth nothing from the moment their user has no role, and nothing at all when the user is gone', async () => {
    const { agent } = desk.site.users
    const apiKey = randomUUID()
    await desk.site.payload.update({
      collection: 'users',
      id: agent.id as never,
      data: { enableAPIKey: true, apiKey } as never,
      req: desk.system,
    })
    const proofs = [`JWT ${await agent.token()}`, `users API-Key ${apiKey}`]
    /** The answers to both, which are the same. */
    const get = async (path: string) => {
      const statuses: number[] = []
      for (const authorization of proofs) {
        const { status, response } = await desk.site.rest('GET', path, { headers: { authorization } })
        await response.body?.cancel()
        statuses.push(status)
      }
      expect([path, statuses[1]]).toEqual([path, statuses[0]])
      return statuses[0]
    }
    const all = await paths()
    for (const path of all) expect([path, await get(path)]).toEqual([path, 200])
    await desk.site.payload.db.updateOne({
      collection: 'users',
      id: agent.id as never,
      data: { helpdeskRole: null },
      req: desk.system,
    })
    for (const path of all) expect([path, await get(path)]).toEqual([path, expect.toBeOneOf([403, 404])])
    await desk.site.payload.db.updateOne({
      collection: 'users',
      id: agent.id as never,
      data: { helpdeskRole: 'agent' },
      req: desk.system,
    })
    expect(await get(all[3]!)).toBe(200)
    await desk.site.payload.delete({
      collection: 'users',
      id: agent.id as never,
      overrideAccess: true,
      depth: 0,
      req: desk.system,
    })
    for (const path of all) expect([path, await get(path)]).toEqual([path, expect.toBeOneOf([401, 403, 404])])
    for (const authorization of proofs) {
      const { status } = await desk.site.rest('POST', `/helpdesk/tickets/${all[0]!.split('/').pop()}/note`, {
        headers: { authorization },
        body: { text: 'I am gone.' },
      })
      expect(status).toBe(401)
    }
  })
})
