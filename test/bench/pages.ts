import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSite } from '../../dev/build.js'
import { password, people } from '../../dev/seed/people.js'
import { root, startSite } from '../../dev/start.js'
import { type Seeded, seedTickets } from './seed.js'
import { type BenchArgs, connect, dropDatabase, freshDatabase } from './site.js'
import { type Cell, quantile, table } from './table.js'

const warmUps = 20
const rounds = 200
const dist = '.next-test'

/** How long the inbox's pages and the calls they make take for an agent, by number of tickets. */
export const benchPages = async (args: BenchArgs & { sizes: number[] }): Promise<void> => {
  const { say, sizes } = args
  say('\nBuilding the site …')
  await buildSite({ root, dist })
  const rows: Cell[][] = []
  for (const tickets of sizes) rows.push(...(await measure(args, tickets)))
  say(
    `\nInbox: GET as an agent, next start, one client, ${warmUps} warm-ups, ${rounds} calls; milliseconds. 3 messages a ticket, 2 % open`,
  )
  say(table(['what', 'tickets', 'median', 'p95', 'slowest kind', 'kB', 'load'], rows))
  say('"slowest kind": the median of the ticket, or of the search, that takes longest')
}

const measure = async (args: BenchArgs, tickets: number): Promise<Cell[][]> => {
  const { database, onClose, say } = args
  const name = `bench_pages_${tickets}`
  const databaseUrl = await freshDatabase(database, name)
  const attachmentsFolder = mkdtempSync(join(tmpdir(), 'helpdesk-bench-'))
  const start = async () => {
    const started = await startSite({ databaseUrl, dist, port: 3950, seed: 'people', attachmentsFolder })
    onClose(started.stop)
    return started
  }
  // Makes the schema and the people. It does not run meanwhile: its worker would search tables without indexes.
  await (await start()).stop()
  const client = await connect(databaseUrl)
  say(`Seeding ${tickets} tickets …`)
  const seeded = await seedTickets({ client, tickets })
  await client.end()
  const site = await start()
  try {
    const headers = await signIn(site.url)
    const rows: Cell[][] = []
    for (const [what, paths] of Object.entries(calls(seeded)))
      rows.push([what, tickets, ...(await time({ url: site.url, headers, paths }))])
    return rows
  } finally {
    await site.stop()
    await dropDatabase(database, name)
    rmSync(attachmentsFolder, { recursive: true, force: true })
  }
}

/** Headers of an agent's requests. */
export const signIn = async (url: string): Promise<Record<string, string>> => {
  const agent = people.find(({ helpdeskRole }) => helpdeskRole === 'agent')!
  const response = await fetch(`${url}/api/users/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: agent.email, password }),
  })
  const { token } = (await response.json()) as { token?: string }
  if (!token) throw new Error(`Nobody can sign in: ${response.status}`)
  return { cookie: `payload-token=${token}`, 'sec-fetch-site': 'same-origin' }
}

/** What is asked for, by row of the table; several paths of a row take turns. */
const calls = ({ visible, searches, words }: Seeded): Record<string, string[]> => {
  const inbox = '/admin/collections/tickets/inbox'
  const api = '/api/helpdesk'
  const search = (of: string) => searches.map((words) => `${of}search=${encodeURIComponent(words)}`)
  const one = (words: string) => [`${api}/inbox/tickets?search=${encodeURIComponent(words)}`]
  return {
    'inbox, HTML page': [inbox],
    'inbox, list (JSON)': [`${api}/inbox/tickets?view=active`],
    'inbox, counters (JSON)': [`${api}/inbox/overview`],
    'thread, HTML page': visible.map((id) => `${inbox}/${id}`),
    'thread (JSON)': visible.map((id) => `${api}/tickets/${id}`),
    'search, HTML page': search(`${inbox}?`),
    'search (JSON)': search(`${api}/inbox/tickets?`),
    'search: frequent word (JSON)': one(words.frequent),
    'search: rare word (JSON)': one(words.rare),
    'search: absent word (JSON)': one(words.absent),
    'an empty page of the panel (HTML)': ['/admin/account'],
  }
}

type TimeArgs = { url: string; headers: Record<string, string>; paths: string[] }

const time = async ({ url, headers, paths }: TimeArgs): Promise<Cell[]> => {
  let bytes = 0
  const get = async (path: string): Promise<number> => {
    const began = performance.now()
    const response = await fetch(`${url}${path}`, { headers, redirect: 'manual' })
    const body = await response.arrayBuffer()
    const ms = performance.now() - began
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}.`)
    bytes = Math.max(bytes, body.byteLength)
    return ms
  }
  for (let i = 0; i < warmUps; i++) await get(paths[i % paths.length]!)
  const all: number[] = []
  const byPath = new Map<string, number[]>()
  for (let i = 0; i < rounds; i++) {
    const path = paths[i % paths.length]!
    const ms = await get(path)
    all.push(ms)
    byPath.set(path, [...(byPath.get(path) ?? []), ms])
  }
  const slowest = Math.max(...[...byPath.values()].map((times) => quantile(times, 0.5)))
  return [
    quantile(all, 0.5).toFixed(1),
    quantile(all, 0.95).toFixed(1),
    slowest.toFixed(1),
    (bytes / 1024).toFixed(0),
    loadavg()[0]!.toFixed(1),
  ]
}
