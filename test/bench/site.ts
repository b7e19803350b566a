import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Database } from '../../dev/database/index.js'
import { root } from '../../dev/start.js'

/** What every part of the bench gets. */
export type BenchArgs = {
  database: Database
  say: (line: string) => void
  /** Undone at the end, the last one first. */
  onClose: (undo: () => Promise<unknown>) => void
}

/** Runs SQL on one of the server's databases. */
export const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** An empty database in the place of an older one. */
export const freshDatabase = async (database: Database, name: string): Promise<string> => {
  const server = await connect(database.url('postgres'))
  await server.query(`drop database if exists ${name} with (force)`)
  await server.query(`create database ${name}`)
  await server.end()
  return database.url(name)
}

/** Drops it again. */
export const dropDatabase = async (database: Database, name: string): Promise<void> => {
  const server = await connect(database.url('postgres'))
  await server.query(`drop database if exists ${name} with (force)`)
  await server.end()
}

/** The process that all of the database server's processes descend from; undefined where it is not on this machine. */
export const postmaster = async (client: pg.Client): Promise<number | undefined> => {
  const { rows } = await client.query<{ pid: number; place: string }>(
    `select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int pid, current_setting('data_directory') place`,
  )
  const { pid, place } = rows[0]!
  return existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(place)
    ? pid
    : undefined
}

/** Pushes the dev site's schema and makes its people and mailboxes. */
export const prepareSite = (env: Record<string, string>): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['dev/run.mjs', 'dev/seed/index.ts'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...env,
        NODE_ENV: 'development',
        HELPDESK_SEED: 'people',
        PAYLOAD_FORCE_DRIZZLE_PUSH: 'true',
        TSX_TSCONFIG_PATH: join(root, 'dev/tsconfig.json'),
      },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`The database could not be prepared (${code}).\n${said}`)),
    )
  })
