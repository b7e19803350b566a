import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { addUser, countUsers, withLock } from './lock.js'
import { findPlace } from './place.js'
import { databaseUrl, findRunning, initialise, start, stop } from './server.js'

/** A database server that a site or a test may use. */
export type Database = {
  /** The address of one of its databases, which is made if it is not there; without a name the default one. */
  url: (database?: string) => string
  /** Whether the server was found in DATABASE_URL and is not ours to stop. */
  isForeign: boolean
  /** Gives it back; the last one to do so stops a server that is ours. */
  close: () => Promise<void>
}

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** Settings for tests: they do not outlive the machine, so nothing need reach the disk. */
const forTests = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' }

const firstPorts = { postgres: 54329, 'test-postgres': 54429, 'bench-postgres': 54629 }

/**
 * DATABASE_URL if it is set, otherwise a Postgres of our own below `.data`: found running, or started.
 * Processes that use it are counted, so that nobody stops it below another.
 */
export const startDatabase = async (
  args: { name?: 'postgres' | 'test-postgres' | 'bench-postgres'; database?: string } = {},
): Promise<Database> => {
  const { name = 'postgres', database = 'helpdesk' } = args
  const foreign = process.env.DATABASE_URL
  if (foreign)
    return {
      url: (other) => (other ? withDatabase(foreign, other) : foreign),
      isForeign: true,
      close: async () => {},
    }

  const place = findPlace({ name, root })
  const file = join(place.notes, `${name}.json`)
  const users = join(place.notes, `${name}.users`)
  const lock = join(place.notes, `${name}.lock`)
  mkdirSync(place.notes, { recursive: true })

  const { notes, leave } = await withLock(lock, async () => {
    const known = initialise(place, file)
    const running =
      (await findRunning(place, known)) ??
      (await start({
        place,
        notes: known,
        log: join(place.notes, `${name}.log`),
        firstPort: firstPorts[name],
        settings: name === 'test-postgres' ? forTests : {},
      }))
    writeFileSync(file, JSON.stringify(running), { mode: 0o600 })
    await createIfMissing(databaseUrl(running, 'postgres'), database)
    return { notes: running, leave: addUser(users) }
  })

  let isClosed = false
  return {
    url: (other = database) => databaseUrl(notes, other),
    isForeign: false,
    close: async () => {
      if (isClosed) return
      isClosed = true
      await withLock(lock, async () => {
        leave()
        if (countUsers(users) === 0) await stop(place)
      })
    },
  }
}

/** The same server's address with another database in it. */
export const withDatabase = (url: string, database: string): string => {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}

const createIfMissing = async (admin: string, database: string): Promise<void> => {
  const client = new pg.Client({ connectionString: admin })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`)
  } finally {
    await client.end()
  }
}
