import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import type { SlugKey } from '../../src/core/slugs.js'
import { type AccessDesk, type Asker, openAccessDesk } from './accessDesk.js'
import {
  type Answer,
  type Api,
  byHand,
  dataFor,
  expected,
  report,
  runMatrix,
  unique,
} from './accessMatrix.js'

let desk: AccessDesk
beforeAll(async () => {
  desk = await openAccessDesk()
})
afterAll(() => desk.site.close())

/** Collections that GraphQL has at all; the others have to be unknown to it. */
const names: Partial<Record<SlugKey, [one: string, many: string]>> = {
  tickets: ['Ticket', 'Tickets'],
  messages: ['TicketMessage', 'TicketMessages'],
  mailboxes: ['Mailbox', 'Mailboxes'],
  contacts: ['Contact', 'Contacts'],
  deals: ['Deal', 'Deals'],
  activities: ['HelpdeskActivity', 'HelpdeskActivities'],
  attachments: ['HelpdeskAttachment', 'HelpdeskAttachments'],
  inboundEmails: ['HelpdeskInboundEmail', 'HelpdeskInboundEmails'],
  outboundEmails: ['HelpdeskOutboundEmail', 'HelpdeskOutboundEmails'],
  webhooks: ['HelpdeskWebhook', 'HelpdeskWebhooks'],
}

const ask = async (
  as: Asker,
  query: string,
): Promise<{ data: Record<string, unknown> | null; error: string | null }> => {
  const user = desk.users[as]
  const { data, errors } = await desk.site.graphql(query, { ...(user && { user }) })
  const [error] = errors ?? []
  const original = error?.originalError as { status?: number } | undefined
  return {
    data: (data ?? null) as Record<string, unknown> | null,
    error: error ? `${original?.status ?? ''} ${error.message}` : null,
  }
}

/** A refusal is a refusal only by name; any other error is a difference. */
const refusal = (error: string): Answer =>
  /^(401|403|404) |not allowed|Not Found/i.test(error) ? 'refused' : `unexpected ${error}`

const answerOf = ({ data, error }: Awaited<ReturnType<typeof ask>>): Answer => {
  if (error) return refusal(error)
  const [value] = Object.values(data ?? {})
  if (!value) return 'refused'
  const docs = (value as { docs?: { id: DocID }[] }).docs ?? [value as { id: DocID }]
  return { ids: docs.map(({ id }) => id) }
}

const literal = (data: Record<string, unknown>): string =>
  `{${Object.entries(data)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(', ')}}`

/** Asks where GraphQL knows the collection; elsewhere there is nothing to ask. */
const known = async (
  key: SlugKey,
  work: (one: string, many: string) => Promise<Answer | { count: number }>,
) => {
  const [one, many] = names[key] ?? []
  return one && many ? work(one, many) : ('refused' as const)
}

const graphql = (): Api => ({
  name: 'GraphQL',
  lists: {
    list: (key, as) =>
      known(key, async (_, many) => answerOf(await ask(as, `{ ${many}(limit: 1000) { docs { id } } }`))),
    'list by another name': (key, as) =>
      known(key, async (_, many) =>
        answerOf(
          await ask(as, `{ Posts: ${many}(limit: 1000, where: { id: { exists: true } }) { docs { id } } }`),
        ),
      ),
    count: (key, as) =>
      known(key, async (_, many) => {
        const { data, error } = await ask(as, `{ count${many} { totalDocs } }`)
        const found = data?.[`count${many}`] as { totalDocs: number } | null | undefined
        return error ? refusal(error) : found ? { count: found.totalDocs } : 'refused'
      }),
  },
  byID: (key, id, as) =>
    known(key, async (one) => answerOf(await ask(as, `{ ${one}(id: ${id}) { id } }`))) as Promise<Answer>,
  create: (key, as) =>
    known(key, async (one) =>
      answerOf(await ask(as, `mutation { create${one}(data: ${literal(dataFor(desk, key))}) { id } }`)),
    ) as Promise<Answer>,
  update: (key, id, as) =>
    known(key, async (one) =>
      answerOf(await ask(as, `mutation { update${one}(id: ${id}, data: {}) { id } }`)),
    ) as Promise<Answer>,
  remove: (key, id, as) =>
    known(key, async (one) =>
      answerOf(await ask(as, `mutation { delete${one}(id: ${id}) { id } }`)),
    ) as Promise<Answer>,
  duplicate: (key, id, as) =>
    known(key, async (one) =>
      byHand.includes(key) && !unique.includes(key)
        ? answerOf(
            await ask(
              as,
              `mutation { duplicate${one}(id: ${id}, data: ${key === 'deals' ? '{title: "Again"}' : '{}'}) { id } }`,
            ),
          )
        : 'refused',
    ) as Promise<Answer>,
})

type Named = { name: string }

describe('the access matrix over GraphQL', () => {
  it('knows no field for what is internal, and no other way to documents', async () => {
    const { data } = await ask(
      'administrator',
      '{ __schema { queryType { fields { name } } mutationType { fields { name } } } }',
    )
    const schema = (
      data as { __schema: { queryType: { fields: Named[] }; mutationType: { fields: Named[] } } }
    ).__schema
    const fields = [...schema.queryType.fields, ...schema.mutationType.fields].map(({ name }) => name)
    const ours = Object.values(names).flatMap(([one, many]) => [
      one,
      many,
      `count${many}`,
      `docAccess${one}`,
      `create${one}`,
      `update${one}`,
      `delete${one}`,
    ])
    const others = fields
      .filter((name) => !ours.includes(name))
      .filter(
        (name) => !/(User|Customer|Post|PayloadKv|PayloadLockedDocument|PayloadPreference)s?$/.test(name),
      )
    expect(others.sort()).toEqual(['Access', 'duplicateContact', 'duplicateDeal'])
    expect(ours.filter((name) => !fields.includes(name))).toEqual([])
    expect(Object.keys(names).length).toBeLessThan(Object.keys(expected).length)
  })

  it('H01 H05 H06 H07 gives what is expected, and nobody changes what they may not', async () => {
    const except: SlugKey[] = [...byHand, 'tickets', 'counters', 'contactAddresses']
    const before = await desk.fingerprint(except)
    expect(report('GraphQL', await runMatrix(desk, graphql()))).toEqual([])
    expect(await desk.fingerprint(except)).toBe(before)
  }, 600_000)
})
