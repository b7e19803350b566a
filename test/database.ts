import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { postgresAdapter } from '@payloadcms/db-postgres'
import pg from 'pg'
import { startDatabase, withDatabase } from '../dev/database/index.js'

type AdapterArgs = Omit<Parameters<typeof postgresAdapter>[0], 'pool'>
type Adapter = ReturnType<ReturnType<typeof postgresAdapter>['init']>

let server: Promise<string> | undefined

/** The address of the test server: the one that the test run started, or else one of our own. */
export const serverUrl = (): Promise<string> =>
  (server ??= process.env.HELPDESK_TEST_DATABASE
    ? Promise.resolve(process.env.HELPDESK_TEST_DATABASE)
    : startDatabase({ name: 'test-postgres' }).then((database) => database.url()))

/** Runs SQL on the server's maintenance database. */
export const onServer = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: withDatabase(await serverUrl(), 'postgres') })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Drops a database, whoever is still connected to it. */
export const dropDatabase = (name: string): Promise<void> =>
  onServer(async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`)
  })

let counter = 0

const siteName = (): string => `site_${process.pid}_${++counter}_${Date.now().toString(36)}`

/** The process a site's database was made by; undefined for a database that is no site's. */
export const siteOwner = (name: string): number | undefined => {
  const owner = /^(?:site|building)_(\d+)_/.exec(name)?.[1]
  return owner ? Number(owner) : undefined
}

/**
 * A Postgres adapter whose database is a copy of a template that holds the schema. The template is
 * named after the schema, so each schema is made once, however many sites and runs use it.
 */
export const templateAdapter = (
  args: AdapterArgs & { onDatabase?: (database: { name: string; url: string }) => void },
): ReturnType<typeof postgresAdapter> => {
  const { onDatabase, ...rest } = args
  const result = postgresAdapter({ ...rest, pool: { connectionString: 'postgres://unused' } })
  return {
    ...result,
    init: (initArgs) => {
      const adapter = result.init(initArgs)
      const connect = adapter.connect!
      adapter.connect = async function (this: Adapter, options) {
        const template = await ensureTemplate(this)
        const name = siteName()
        await cloneDatabase(template, name)
        const url = withDatabase(await serverUrl(), name)
        onDatabase?.({ name, url })
        this.push = false
        this.poolOptions = { connectionString: url, max: 10 }
        await connect.call(this, options)
        // Dropping the database ends connections that the pool still keeps.
        this.pool.on('error', () => undefined)
      }
      return adapter
    },
  }
}

const ensureTemplate = async (adapter: Adapter): Promise<string> => {
  const kit = adapter.requireDrizzleKit()
  const snapshot = kit.generateDrizzleJson(adapter.schema) as unknown as Record<string, unknown>
  const { id: _id, prevId: _prevId, ...schema } = snapshot
  const hash = createHash('sha256')
    .update(JSON.stringify([schema, Object.keys(adapter.extensions)]))
    .digest('hex')
    .slice(0, 16)
  const template = `template_${hash}`

  await onServer(async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [template])
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template])
    if (rowCount) return
    const building = `building_${process.pid}_${hash}`
    await client.query(`DROP DATABASE IF EXISTS ${building} WITH (FORCE)`)
    await client.query(`CREATE DATABASE ${building}`)
    await migrate(adapter, {
      url: withDatabase(await serverUrl(), building),
      statements: await kit.generateMigration(adapter.defaultDrizzleSnapshot, snapshot),
    })
    await retryWhileInUse(() => client.query(`ALTER DATABASE ${building} RENAME TO ${template}`))
  })
  return template
}

/** What a site's first migration does: nothing is there that a push would have to ask for. */
const migrate = async (
  adapter: Adapter,
  { url, statements }: { url: string; statements: string[] },
): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const [name, isWanted] of Object.entries(adapter.extensions))
      if (isWanted) await client.query(`CREATE EXTENSION IF NOT EXISTS ${client.escapeIdentifier(name)}`)
    await client.query(statements.join(';\n'))
  } finally {
    await client.end()
  }
}

const cloneDatabase = (template: string, name: string): Promise<void> =>
  onServer((client) => retryWhileInUse(() => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`)))

/** Postgres copies a database only while nobody is connected to it, another copy included. */
const retryWhileInUse = async (work: () => Promise<unknown>): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await work()
      return
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || attempt === 100) throw error
      await wait(100)
    }
  }
}
