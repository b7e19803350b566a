import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import type { SlugKey } from '../../src/core/slugs.js'
import { type AccessDesk, type Asker, openAccessDesk, reqAs } from './accessDesk.js'
import { type Answer, type Api, byHand, dataFor, report, runMatrix, unique } from './accessMatrix.js'

let desk: AccessDesk
beforeAll(async () => {
  desk = await openAccessDesk()
})
afterAll(() => desk.site.close())

type Result = { docs?: { id: DocID }[]; id?: DocID; values?: { id: DocID }[]; totalDocs?: number } | null

const answerOf = async (work: () => Promise<unknown>): Promise<Answer> => {
  try {
    const result = (await work()) as Result
    if (!result) return 'refused'
    const docs = result.docs ?? result.values ?? [result as { id: DocID }]
    return { ids: docs.map(({ id }) => id) }
  } catch (error) {
    const { status, message } = error as { status?: number; message: string }
    return status === 403 || status === 404 ? 'refused' : `unexpected ${status} ${message}`
  }
}

/** A field whose values tell which documents were looked at. */
const telling: Partial<Record<SlugKey, string>> = {
  tickets: 'number',
  messages: 'ticket',
  mailboxes: 'address',
  contacts: 'name',
  deals: 'title',
  activities: 'ticket',
  attachments: 'ticket',
  inboundEmails: 'mailbox',
  outboundEmails: 'ticket',
  webhooks: 'name',
}

const local = (): Api => {
  const { payload } = desk.site
  const base = async (key: SlugKey, as: Asker) => ({
    collection: desk.slugOf(key) as never,
    depth: 0,
    overrideAccess: false as const,
    req: await reqAs(desk, as),
  })
  const distinct = async (key: SlugKey, as: Asker): Promise<Answer> => {
    const field = telling[key] ?? 'id'
    let values: unknown[] = []
    const answer = await answerOf(async () => {
      const found = await payload.findDistinct({
        ...(await base(key, as)),
        field: field as never,
        limit: 1000,
      })
      values = found.values.map((value) => (value as Record<string, unknown>)[field])
      return { docs: [] }
    })
    if (typeof answer === 'string') return answer
    const { docs } = await payload.find({ ...(await base(key, as)), overrideAccess: true, limit: 0 })
    const known = docs as unknown as (Record<string, unknown> & { id: DocID })[]
    return { ids: known.filter((doc) => values.includes(doc[field])).map(({ id }) => id) }
  }
  return {
    name: 'Local API',
    lists: {
      find: (key, as) => answerOf(async () => payload.find({ ...(await base(key, as)), limit: 0 })),
      'find without pages': (key, as) =>
        answerOf(async () => payload.find({ ...(await base(key, as)), pagination: false, depth: 2 })),
      'find distinct': distinct,
      count: async (key, as) => {
        let count = 0
        const answer = await answerOf(async () => {
          count = (await payload.count(await base(key, as))).totalDocs
          return { docs: [] }
        })
        return typeof answer === 'string' ? answer : { count }
      },
    },
    byID: (key, id, as) =>
      answerOf(async () => payload.findByID({ ...(await base(key, as)), id: id as never })),
    create: (key, as) =>
      answerOf(async () => payload.create({ ...(await base(key, as)), data: dataFor(desk, key) as never })),
    update: (key, id, as) =>
      answerOf(async () => payload.update({ ...(await base(key, as)), id: id as never, data: {} as never })),
    updateMany: (key, as) =>
      answerOf(async () =>
        payload.update({ ...(await base(key, as)), where: { id: { exists: true } }, data: {} as never }),
      ),
    remove: (key, id, as) =>
      answerOf(async () => payload.delete({ ...(await base(key, as)), id: id as never })),
    removeMany: (key, ids, as) =>
      answerOf(async () => payload.delete({ ...(await base(key, as)), where: { id: { in: ids } } })),
    duplicate: (key, id, as) =>
      byHand.includes(key) && !unique.includes(key)
        ? answerOf(async () => payload.duplicate({ ...(await base(key, as)), id: id as never }))
        : Promise.resolve('refused'),
  }
}

describe('the access matrix over the Local API', () => {
  it('H01 H05 H06 H07 gives what is expected, and nobody changes what they may not', async () => {
    const except: SlugKey[] = [...byHand, 'tickets', 'counters', 'contactAddresses']
    const before = await desk.fingerprint(except)
    expect(report('Local API', await runMatrix(desk, local()))).toEqual([])
    expect(await desk.fingerprint(except)).toBe(before)
  }, 600_000)
})
