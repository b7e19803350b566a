import type { DocID } from '../../src/collections/types.js'
import type { SlugKey } from '../../src/core/slugs.js'
import { type AccessDesk, type Asker, askers } from './accessDesk.js'

/**
 * Who may do what with each collection, a letter for each asker (anonymous, user of another auth collection, user
 * without a role, agent, other agent, manager, administrator): `-` nothing, `m` what is the agent's, `f` what is the
 * other agent's, `a` everything, `y` yes. What is not named is for nobody.
 */
export const expected: Record<SlugKey, Partial<Record<Operation, string>>> = {
  tickets: { read: '---mfaa', update: '---mfaa' },
  messages: { read: '---mfaa' },
  mailboxes: {
    read: '---mfaa',
    create: '-----yy',
    update: '-----aa',
    updateMany: '-----aa',
    delete: '-----yy',
  },
  contacts: {
    read: '---mfaa',
    create: '---yyyy',
    update: '---mfaa',
    updateMany: '---mfaa',
    delete: '-----yy',
    duplicate: '---mfaa',
  },
  deals: {
    read: '---mfaa',
    create: '---yyyy',
    update: '---mfaa',
    updateMany: '---mfaa',
    delete: '-----yy',
    duplicate: '---mfaa',
  },
  activities: { read: '---mfaa' },
  attachments: { read: '---mfaa' },
  inboundEmails: { read: '-----aa' },
  outboundEmails: { read: '-----aa' },
  participants: {},
  contactAddresses: {},
  followers: {},
  readStates: {},
  drafts: {},
  mailKeys: {},
  rawSources: {},
  mailboxState: {},
  blockedSenders: {},
  leases: {},
  counters: {},
  heartbeats: {},
  events: {},
  webhookKeys: {},
  webhookCalls: {},
  portalKeys: {},
  formSubmissions: {},
  webhooks: {
    read: '-----aa',
    create: '-----yy',
    update: '-----aa',
    updateMany: '-----aa',
    delete: '-----yy',
  },
  webhookSecrets: {},
  webhookDeliveries: {},
}

export const operations = [
  'read',
  'create',
  'update',
  'updateMany',
  'delete',
  'duplicate',
  'versions',
] as const
export type Operation = (typeof operations)[number]

const nobody = '-------'

/** What an API answered: these documents, a refusal, or something else, which is always a difference. */
export type Answer = { ids: DocID[] } | 'refused' | `unexpected ${string}`

/** One way to the data; each function asks as somebody. */
export type Api = {
  name: string
  /** Ways to read a whole collection: each must give the same. A way may give a count instead of documents. */
  lists: Record<string, (key: SlugKey, as: Asker) => Promise<Answer | { count: number }>>
  byID: (key: SlugKey, id: DocID, as: Asker) => Promise<Answer>
  create: (key: SlugKey, as: Asker) => Promise<Answer>
  update: (key: SlugKey, id: DocID, as: Asker) => Promise<Answer>
  updateMany?: (key: SlugKey, as: Asker) => Promise<Answer>
  remove: (key: SlugKey, id: DocID, as: Asker) => Promise<Answer>
  removeMany?: (key: SlugKey, ids: DocID[], as: Asker) => Promise<Answer>
  duplicate?: (key: SlugKey, id: DocID, as: Asker) => Promise<Answer>
  versions?: (key: SlugKey, id: DocID, as: Asker) => Promise<Answer>
}

export type Result = { cells: number; differences: string[] }

/** Collections that people fill by hand; of these a document of one's own can be made to be changed and deleted. */
export const byHand: SlugKey[] = ['contacts', 'deals', 'mailboxes', 'webhooks']

/** Of these none can be duplicated: a mailbox has its address alone, a webhook its secret. */
export const unique: SlugKey[] = ['mailboxes', 'webhooks']

let made = 0

/** The least that a new document of a collection needs. */
export const dataFor = (desk: AccessDesk, key: SlugKey): Record<string, unknown> => {
  made += 1
  if (key === 'contacts') return { name: `Contact ${made}` }
  if (key === 'deals') return { title: `Deal ${made}`, contact: desk.ids.contacts.mine[0] }
  if (key === 'mailboxes') return { name: `Box ${made}`, address: `box${made}-${process.pid}@acme.example` }
  if (key === 'webhooks')
    return { name: `Hook ${made}`, url: 'https://hooks.example.com/', events: ['assigned'], active: false }
  return {}
}

const makeOne = async (desk: AccessDesk, key: SlugKey): Promise<DocID> => {
  const doc = await desk.site.payload.create({
    collection: desk.slugOf(key) as never,
    data: dataFor(desk, key) as never,
    depth: 0,
    overrideAccess: true,
    req: desk.system,
  })
  return (doc as { id: DocID }).id
}

const removeAll = async (desk: AccessDesk, key: SlugKey, ids: DocID[]): Promise<void> => {
  for (const id of ids)
    await desk.site.payload.delete({
      collection: desk.slugOf(key) as never,
      id: id as never,
      depth: 0,
      overrideAccess: true,
      req: desk.system,
    })
}

const sameIDs = (a: DocID[], b: DocID[]): boolean =>
  a.length === b.length && new Set([...a, ...b].map(String)).size === a.length

type Seen = { mine: DocID[]; foreign: DocID[]; all: DocID[] }

const letterOf = (seen: Seen, answer: Answer | { count: number }): string => {
  if (answer === 'refused') return '-'
  if (typeof answer === 'string') return `(${answer})`
  if ('count' in answer) {
    if (answer.count === 0) return '-'
    const fits = (['mine', 'foreign', 'all'] as const).find((side) => seen[side].length === answer.count)
    return fits ? fits[0]! : `(${answer.count} of them)`
  }
  if (!answer.ids.length) return '-'
  const fits = (['mine', 'foreign', 'all'] as const).find((side) => sameIDs(seen[side], answer.ids))
  return fits ? fits[0]! : `(ids ${answer.ids.join(', ')})`
}

/** Several answers for one document each, taken together. */
const together = async (ids: DocID[], ask: (id: DocID) => Promise<Answer>): Promise<Answer> => {
  const found: DocID[] = []
  for (const id of ids) {
    const answer = await ask(id)
    if (typeof answer === 'string' && answer !== 'refused') return answer
    if (answer !== 'refused') found.push(id)
  }
  return { ids: found }
}

/** Asks an API everything as everybody and compares with `expected`. */
export const runMatrix = async (desk: AccessDesk, api: Api): Promise<Result> => {
  const result: Result = { cells: 0, differences: [] }
  for (const key of Object.keys(expected) as SlugKey[]) {
    const seen: Seen = { ...desk.ids[key], all: await desk.all(key) }
    if (!seen.all.length) result.differences.push(`${key}: there is nothing in it, so nothing is shown`)
    for (const [column, as] of askers.entries()) {
      const compare = (operation: Operation, way: string, found: string): void => {
        result.cells += 1
        const wanted = (expected[key][operation] ?? nobody)[column]!
        if (found !== wanted)
          result.differences.push(`${api.name} ${key} ${way} as ${as}: expected ${wanted}, found ${found}`)
      }
      for (const [way, list] of Object.entries(api.lists))
        compare('read', way, letterOf(seen, await list(key, as)))
      compare('read', 'by id', letterOf(seen, await together(seen.all, (id) => api.byID(key, id, as))))
      compare('update', 'update', letterOf(seen, await together(seen.all, (id) => api.update(key, id, as))))
      if (api.updateMany) compare('updateMany', 'update many', letterOf(seen, await api.updateMany(key, as)))
      if (api.versions)
        compare(
          'versions',
          'versions',
          letterOf(seen, await together(seen.all, (id) => api.versions!(key, id, as))),
        )
      await compareWrites({ desk, api, key, as, seen, compare })
    }
  }
  return result
}

type WriteArgs = {
  desk: AccessDesk
  api: Api
  key: SlugKey
  as: Asker
  seen: Seen
  compare: (operation: Operation, way: string, found: string) => void
}

const yesOf = (answer: Answer): string =>
  answer === 'refused' ? '-' : typeof answer === 'string' ? `(${answer})` : answer.ids.length ? 'y' : '-'

/** What makes and removes documents; what was made is gone again afterwards. */
const compareWrites = async ({ desk, api, key, as, seen, compare }: WriteArgs): Promise<void> => {
  const created = await api.create(key, as)
  compare('create', 'create', yesOf(created))
  if (api.duplicate) {
    const copies: DocID[] = []
    const answer = await together(seen.all, async (id) => {
      const copy = await api.duplicate!(key, id, as)
      if (typeof copy !== 'string') copies.push(...copy.ids)
      return copy
    })
    compare('duplicate', 'duplicate', letterOf(seen, answer))
    await removeAll(desk, key, copies)
  }
  const isByHand = byHand.includes(key)
  const one = isByHand ? [await makeOne(desk, key)] : seen.all.slice(0, 2)
  compare('delete', 'delete', yesOf(await together(one, (id) => api.remove(key, id, as))))
  const many = isByHand ? [await makeOne(desk, key)] : seen.all
  if (api.removeMany) compare('delete', 'delete many', yesOf(await api.removeMany(key, many, as)))
  const known = new Set(seen.all.map(String))
  await removeAll(
    desk,
    key,
    (await desk.all(key)).filter((id) => isByHand && !known.has(String(id))),
  )
}

/** Prints what was checked, and returns the differences. */
export const report = (name: string, { cells, differences }: Result): string[] => {
  process.stdout.write(`access matrix, ${name}: ${cells} cells, ${differences.length} differences\n`)
  return differences
}
