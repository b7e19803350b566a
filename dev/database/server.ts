import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { isAlive } from './lock.js'
import { makeDataFolder, type Place } from './place.js'

/** What is remembered of a server between two starts. */
export type Notes = { port: number; password: string }

/** The address of one database on the server. */
export const databaseUrl = ({ port, password }: Notes, database: string): string =>
  `postgres://postgres:${password}@127.0.0.1:${port}/${database}`

/** Makes the cluster unless it is there; a half-made one never looks like a whole one. */
export const initialise = (place: Place, file: string): Notes => {
  if (existsSync(join(place.data, 'PG_VERSION')) && existsSync(file))
    return JSON.parse(readFileSync(file, 'utf8')) as Notes

  const unfinished = `${place.data}.new`
  const notes: Notes = { port: 0, password: randomBytes(18).toString('base64url') }
  const passwordFile = join(tmpdir(), `helpdesk-${randomBytes(8).toString('hex')}`)
  let said = ''
  try {
    for (const locale of ['C.UTF-8', 'en_US.UTF-8', 'C']) {
      rmSync(unfinished, { recursive: true, force: true })
      makeDataFolder(unfinished, place.runAs)
      writeFileSync(passwordFile, notes.password, { mode: 0o600 })
      if (place.runAs) chownSync(passwordFile, place.runAs.uid, place.runAs.gid)
      const made = spawnSync(
        join(place.native, 'bin', 'initdb'),
        [
          '-D',
          unfinished,
          '-U',
          'postgres',
          '--encoding=UTF8',
          `--locale=${locale}`,
          '--lc-messages=C',
        ].concat('--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-instructions'),
        { ...place.runAs, cwd: unfinished, encoding: 'utf8', env: { ...process.env, LC_ALL: locale } },
      )
      said = `${made.error?.message ?? ''}${made.stderr ?? ''}`
      if (made.status !== 0) continue
      if (existsSync(place.data)) renameSync(place.data, `${place.data}.old-${Date.now()}`)
      writeFileSync(file, JSON.stringify(notes), { mode: 0o600 })
      renameSync(unfinished, place.data)
      return notes
    }
  } finally {
    rmSync(passwordFile, { force: true })
  }
  throw new Error(`Postgres could not make its data folder ${place.data}.\n${said}`)
}

/** Whether the cluster's server is up: one left by a killed process is as good as a new one. */
export const findRunning = async (place: Place, notes: Notes): Promise<Notes | undefined> => {
  const pidFile = join(place.data, 'postmaster.pid')
  if (!existsSync(pidFile)) return undefined
  const lines = readFileSync(pidFile, 'utf8').split('\n')
  const pid = Number(lines[0])
  const found = { ...notes, port: Number(lines[3]) || notes.port }
  const until = Date.now() + 30_000
  while (isAlive(pid) && existsSync(pidFile) && Date.now() < until) {
    if ((await dataFolderOf(found)) === place.data) return found
    if (!isPostmaster(pid, place.data)) break
    await wait(200)
  }
  // The number may by now be another program's, which Postgres itself would take for a server.
  if (!isPostmaster(pid, place.data)) rmSync(pidFile, { force: true })
  return undefined
}

const isPostmaster = (pid: number, data: string): boolean => {
  if (!isAlive(pid)) return false
  const { status, stdout } = spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
  return status === 0
    ? stdout.includes(data)
    : existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data)
}

const dataFolderOf = async (notes: Notes): Promise<string | undefined> => {
  const client = new pg.Client({
    connectionString: databaseUrl(notes, 'postgres'),
    connectionTimeoutMillis: 2000,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return ((await client.query('SHOW data_directory')).rows[0] as { data_directory: string }).data_directory
  } catch {
    return undefined
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Starts the server apart from this process, so that Ctrl-C reaches the site first. */
export const start = async (args: {
  place: Place
  notes: Notes
  log: string
  firstPort: number
  settings: Record<string, string>
}): Promise<Notes> => {
  const { place, log, firstPort, settings } = args
  let port = args.notes.port
  for (let attempt = 0; attempt < 10; attempt++) {
    port = await freePort(port || firstPort)
    const output = openSync(log, 'a', 0o600)
    const server = spawn(
      join(place.native, 'bin', 'postgres'),
      ['-D', place.data, '-p', String(port), '-h', '127.0.0.1', '-k', ''].concat(
        Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
      ),
      {
        ...place.runAs,
        cwd: place.data,
        detached: true,
        stdio: ['ignore', output, output],
        env: { ...process.env, LC_ALL: 'C' },
      },
    )
    closeSync(output)
    let ended = false
    server.once('exit', () => (ended = true))
    server.once('error', () => (ended = true))
    server.unref()
    const notes = { ...args.notes, port }
    const until = Date.now() + 60_000
    while (!ended && Date.now() < until) {
      if ((await dataFolderOf(notes)) === place.data) return notes
      await wait(50)
    }
    if (!ended) break
    // The port may have been taken in between, or the processes of a killed server were still leaving.
    port = attempt % 2 ? port + 1 : port
    await wait(300)
  }
  throw new Error(`Postgres does not start; its log is ${log}.\n${readFileSync(log, 'utf8').slice(-2000)}`)
}

const freePort = async (from: number): Promise<number> => {
  for (let port = from; port < from + 200; port++) if (await isFree(port)) return port
  throw new Error(`No free port between ${from} and ${from + 200}.`)
}

/** Whether nobody listens on this port of the loopback addresses. */
export const isFree = async (port: number): Promise<boolean> =>
  (await isFreeAt(port, '127.0.0.1')) && (await isFreeAt(port, '::1'))

const isFreeAt = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    // A machine may have no IPv6 at all.
    probe.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'EADDRINUSE' && host === '::1'))
    probe.listen(port, host, () => probe.close(() => resolve(true)))
  })

/** Asks the server to stop, at once when it does not listen. */
export const stop = async (place: Place): Promise<void> => {
  const pidFile = join(place.data, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  if (!isPostmaster(pid, place.data)) return
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    process.kill(pid, signal)
    const until = Date.now() + 15_000
    while (Date.now() < until) {
      if (!isAlive(pid)) return
      await wait(50)
    }
  }
}
