import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccessDesk, openAccessDesk } from './accessDesk.js'

// A session that outlives its user's place in the help desk.

let desk: AccessDesk
beforeAll(async () => {
  desk = await openAccessDesk()
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

describe('H11 a session', () => {
  it('is worth nothing from the moment its user has no role, and nothing at all when the user is gone', async () => {
    const { agent } = desk.site.users
    const token = await agent.token()
    const get = async (path: string) => {
      const { status, response } = await desk.site.rest('GET', path, {
        headers: { authorization: `JWT ${token}` },
      })
      await response.body?.cancel()
      return status
    }
    const all = await paths()
    expect(await get(all[0]!)).toBe(200)
    expect(await get(all[3]!)).toBe(200)
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
    const { status } = await desk.site.rest('POST', `/helpdesk/tickets/${all[0]!.split('/').pop()}/note`, {
      headers: { authorization: `JWT ${token}` },
      body: { text: 'I am gone.' },
    })
    expect(status).toBe(401)
  })
})
