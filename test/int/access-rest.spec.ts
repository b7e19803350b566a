import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import type { SlugKey } from '../../src/core/slugs.js'
import { type AccessDesk, type Asker, openAccessDesk } from './accessDesk.js'
import { type Answer, type Api, byHand, dataFor, expected, report, runMatrix } from './accessMatrix.js'

let desk: AccessDesk
beforeAll(async () => {
  desk = await openAccessDesk()
})
afterAll(() => desk.site.close())

type Body = { docs?: { id: DocID }[]; doc?: { id: DocID }; id?: DocID; totalDocs?: number }

const call = async (
  method: string,
  path: string,
  { as, body, headers }: { as: Asker; body?: unknown; headers?: Record<string, string> },
) => {
  const user = desk.users[as]
  const answer = await desk.site.rest<Body>(method, path, {
    ...(user && { user }),
    ...(body !== undefined && { body }),
    ...(headers && { headers }),
  })
  return answer
}

const answerOf = ({ status, body }: { status: number; body: Body }): Answer => {
  // 501: there is no such endpoint.
  if ([401, 403, 404, 501].includes(status)) return 'refused'
  if (status >= 300) return `unexpected ${status} ${JSON.stringify(body).slice(0, 200)}`
  const docs = body?.docs ?? (body?.doc ? [body.doc] : body?.id !== undefined ? [body as { id: DocID }] : [])
  return { ids: docs.map(({ id }) => id) }
}

const rest = (): Api => {
  const at = (key: SlugKey) => `/${desk.slugOf(key)}`
  return {
    name: 'REST',
    lists: {
      list: async (key, as) => answerOf(await call('GET', `${at(key)}?limit=1000&depth=0`, { as })),
      'list deep and joined': async (key, as) =>
        answerOf(await call('GET', `${at(key)}?limit=1000&depth=3`, { as })),
      'list by POST': async (key, as) =>
        answerOf(
          await desk.site.rest<Body>('POST', at(key), {
            ...(desk.users[as] && { user: desk.users[as] }),
            body: undefined,
            headers: {
              'X-Payload-HTTP-Method-Override': 'GET',
              'content-type': 'application/x-www-form-urlencoded',
            },
          }),
        ),
      count: async (key, as) => {
        const answer = await call('GET', `${at(key)}/count`, { as })
        return answer.status === 200 ? { count: answer.body.totalDocs ?? 0 } : answerOf(answer)
      },
    },
    byID: async (key, id, as) => answerOf(await call('GET', `${at(key)}/${id}?depth=0`, { as })),
    create: async (key, as) => answerOf(await call('POST', at(key), { as, body: dataFor(desk, key) })),
    update: async (key, id, as) => answerOf(await call('PATCH', `${at(key)}/${id}`, { as, body: {} })),
    updateMany: async (key, as) =>
      answerOf(await call('PATCH', `${at(key)}?where[id][exists]=true&limit=1000`, { as, body: {} })),
    remove: async (key, id, as) => answerOf(await call('DELETE', `${at(key)}/${id}`, { as })),
    removeMany: async (key, ids, as) =>
      answerOf(await call('DELETE', `${at(key)}?where[id][in]=${ids.join(',')}`, { as })),
    duplicate: async (key, id, as) =>
      answerOf(await call('POST', `${at(key)}/${id}/duplicate`, { as, body: {} })),
    versions: async (key, id, as) => {
      const { status } = await call('GET', `${at(key)}/versions/${id}`, { as })
      return status >= 400 ? 'refused' : { ids: [id] }
    },
  }
}

describe('the access matrix over REST', () => {
  it('knows every collection of the site', () => {
    const ours = new Set(Object.keys(expected).map((key) => desk.slugOf(key as SlugKey)))
    const site = ['users', 'customers', 'posts']
    const unknown = desk.site.config.collections
      .map(({ slug }) => slug as string)
      .filter((slug) => !ours.has(slug) && !site.includes(slug) && !slug.startsWith('payload-'))
    expect(unknown, 'collections without an expected row').toEqual([])
    expect(ours.size).toBe(Object.keys(desk.ids).length)
  })

  it('tells both sides apart in every collection that somebody reads', () => {
    for (const [key, rows] of Object.entries(expected)) {
      if (!rows.read?.includes('m')) continue
      const { mine, foreign } = desk.ids[key as SlugKey]
      expect([key, foreign.length > 0, mine.length > foreign.length]).toEqual([key, true, true])
    }
  })

  it('H01 H05 H06 H07 gives what is expected, and nobody changes what they may not', async () => {
    const except: SlugKey[] = [...byHand, 'tickets', 'counters', 'contactAddresses']
    const before = await desk.fingerprint(except)
    expect(report('REST', await runMatrix(desk, rest()))).toEqual([])
    expect(await desk.fingerprint(except)).toBe(before)
  }, 600_000)
})
