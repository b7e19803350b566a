import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { buildPackage, buildSite, stopBuilding } from '../build.js'
import { type Database, startDatabase } from '../database/index.js'
import { isAlive } from '../database/lock.js'
import { mailboxes } from '../seed/mailboxes.js'
import { password, people } from '../seed/people.js'
import { type RunningSite, root, startSite, stopSeeding } from '../start.js'

const data = join(root, '.data')
const noteFile = join(data, 'demo.json')

/** What is remembered from the last time, so that addresses and mailboxes stay the same. */
type Note = { pid: number; url: string; port: number; imap: number; smtp: number }

const readNote = (): Partial<Note> => {
  try {
    return JSON.parse(readFileSync(noteFile, 'utf8')) as Note
  } catch {
    return {}
  }
}

const say = (line: string): void => console.log(line)

/** Starts everything and prints where it is; ends with Ctrl-C, or with the process that started it. */
const demo = async (): Promise<void> => {
  const dev = process.argv.includes('--dev')
  const note = readNote()
  if (note.pid && isAlive(note.pid) && note.url && (await answers(note.url)))
    throw new Error(`The demo is running already: ${note.url}/admin`)
  mkdirSync(data, { recursive: true })

  const database = await startDatabase()
  cleanUp.push(() => database.close())
  say('Preparing the database …')
  // In a container the new process may bear the old one's number.
  if (note.pid && (note.pid === process.pid || !isAlive(note.pid))) await forgetLeases(database)
  cleanUp.push(async () => {
    stopBuilding()
    stopSeeding()
  })
  const build = async (): Promise<void> => {
    if (!dev) await buildSite({ root, dist: '.next', say })
    await buildPackage(root)
  }
  const site = await startSite({
    databaseUrl: database.url(),
    dist: '.next',
    dev,
    port: Number(process.env.PORT) || note.port || 3000,
    ports: { imap: note.imap ?? 1143, smtp: note.smtp ?? 1025 },
    mailFolder: join(data, 'mail'),
    attachmentsFolder: join(data, 'attachments'),
    seed: 'tickets',
    built: build(),
    onExit: () => void stop(1),
  })
  cleanUp.push(site.stop)
  const { imap, smtp } = site.mail
  const port = Number(new URL(site.url).port)
  const now: Note = { pid: process.pid, url: site.url, port, imap: imap.port, smtp: smtp.port }
  writeFileSync(noteFile, JSON.stringify(now))
  await warmUp(site)
  say(greeting(site))
}

/**
 * A demo that was killed holds its mailboxes for half a minute more, and the first mail would wait for that. Nobody else
 * works on a database of ours; on another one the leases end by themselves.
 */
const forgetLeases = async (database: Database): Promise<void> => {
  if (database.isForeign) return
  const client = new pg.Client({ connectionString: database.url() })
  await client.connect()
  try {
    const { rowCount } = await client.query(`select 1 where to_regclass('helpdesk_leases') is not null`)
    if (rowCount) await client.query('delete from helpdesk_leases')
  } finally {
    await client.end()
  }
}

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/api/users/me`, { signal: AbortSignal.timeout(3000) }).then(
    ({ ok }) => ok,
    () => false,
  )

/** Signs in and asks once for the pages that are opened first, so that nobody waits for their first time. */
const warmUp = async ({ url }: RunningSite): Promise<void> => {
  const login = await fetch(`${url}/api/users/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: people[0].email, password }),
  })
  const { token } = (await login.json()) as { token?: string }
  const headers = { authorization: `JWT ${token}`, cookie: `payload-token=${token}` }
  for (const page of [
    '/',
    '/mail',
    '/support',
    '/contact',
    '/admin/login',
    '/admin',
    '/admin/collections/tickets/inbox',
  ])
    await fetch(`${url}${page}`, { headers }).then((response) => response.arrayBuffer())
}

const greeting = ({ url, mail }: RunningSite): string => {
  const width = Math.max(...people.map(({ email }) => email.length))
  return [
    '',
    `  Inbox      ${url}/admin/collections/tickets/inbox`,
    `  Customer   ${url}/mail   writes to ${mailboxes.map(({ address }) => address).join(' and ')}`,
    `  Portal     ${url}/support   ask as anybody, or sign in as jo@customer.test by the link that comes to /mail`,
    `  Form       ${url}/contact   opens a ticket for support@acme.test`,
    '',
    `  Sign in with the password "${password}":`,
    ...people.map(({ name, email, helpdeskRole }) => `    ${email.padEnd(width)}   ${name}, ${helpdeskRole}`),
    '',
    `  IMAP ${mail.imap.host}:${mail.imap.port}, SMTP ${mail.smtp.host}:${mail.smtp.port}; data below .data. Ctrl-C stops it all.`,
    '',
  ].join('\n')
}

const cleanUp: (() => Promise<void>)[] = []
let isStopping = false

const stop = async (code: number): Promise<void> => {
  if (isStopping) return
  isStopping = true
  for (const undo of cleanUp.reverse()) await undo().catch((error: unknown) => console.error(error))
  const { pid: _pid, ...note } = readNote()
  if (note.url) writeFileSync(noteFile, JSON.stringify(note))
  else rmSync(noteFile, { force: true })
  process.exit(code)
}

process.on('SIGINT', () => void stop(0))
process.on('SIGTERM', () => void stop(0))
process.on('disconnect', () => void stop(1))
demo().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  void stop(1)
})
