import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isFree } from './database/server.js'
import { startControl } from './mail/control.js'
import { type MailServer, startMailServer } from './mail/index.js'
import { mailboxes, mailPassword } from './seed/mailboxes.js'

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '')

/** Mail server and site, as the demo and the browser tests run them. */
export type RunningSite = {
  url: string
  mail: MailServer
  /** Where other processes reach the mail server: see mail/client.ts. */
  mailUrl: string
  stop: () => Promise<void>
}

export type SiteArgs = {
  databaseUrl: string
  /** The built site's folder below `dev/`. */
  dist: string
  /** Compiles on demand instead of serving the built site. */
  dev?: boolean
  /** The first port to try. */
  port: number
  ports?: { imap?: number; smtp?: number }
  /** Where the mail server keeps its mail; in memory when not given. */
  mailFolder?: string
  /** Whether the help desk is filled with tickets. */
  seed: 'tickets' | 'people'
  /** Where attachments are stored. */
  attachmentsFolder: string
  env?: Record<string, string>
  /** Resolves when there is a site to serve: it may be built while the database is being filled. */
  built?: Promise<unknown>
  /** Called when the site's process ends by itself. */
  onExit?: () => void
}

/** Starts the mail server, pushes the schema, seeds, and serves the site. */
export const startSite = async (args: SiteArgs): Promise<RunningSite> => {
  const { databaseUrl, dist, dev = false, ports = {}, mailFolder, seed } = args
  // Nobody waits for it yet, and its failure is told below.
  args.built?.catch(() => undefined)
  const mail = await whileTaken(async () =>
    startMailServer({
      accounts: mailboxes.map(({ address }) => ({ address, password: mailPassword })),
      folder: mailFolder,
      imapPort: ports.imap && (await freePort(ports.imap)),
      smtpPort: ports.smtp && (await freePort(ports.smtp)),
    }),
  )
  const control = await startControl({ server: mail })
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    HELPDESK_DEMO: '1',
    HELPDESK_DIST: dist,
    HELPDESK_MAIL_URL: control.url,
    HELPDESK_IMAP_PORT: String(mail.imap.port),
    HELPDESK_SMTP_PORT: String(mail.smtp.port),
    HELPDESK_SEED: seed,
    HELPDESK_ATTACHMENTS: args.attachmentsFolder,
    NEXT_TELEMETRY_DISABLED: '1',
    ...args.env,
  }
  const closeMail = async (): Promise<void> => {
    await control.close()
    await mail.close()
  }
  try {
    await Promise.all([seedSite(env), args.built])
    const { server, port } = await whileTaken(async () => {
      const found = await freePort(args.port)
      return {
        server: await serve({
          env: { ...env, HELPDESK_PUSH: 'false', HELPDESK_SITE_URL: `http://localhost:${found}` },
          dev,
          port: found,
        }),
        port: found,
      }
    })
    let isStopping = false
    server.once('exit', () => isStopping || args.onExit?.())
    return {
      url: `http://localhost:${port}`,
      mail,
      mailUrl: control.url,
      stop: async () => {
        isStopping = true
        await end(server)
        await closeMail()
      },
    }
  } catch (error) {
    await closeMail()
    throw error
  }
}

/** What Node ends with when modules wait for each other in a circle; nothing has been done by then. */
const unsettled = 13

/** Pushes the schema and fills the database that the environment names, in a process of its own. */
export const seedSite = async (env: NodeJS.ProcessEnv): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    const { code, said } = await runSeed(env)
    if (code === 0) return
    if (code !== unsettled || attempt === 5)
      throw new Error(`The database could not be prepared (${code}).\n${said}`)
  }
}

const runSeed = (env: NodeJS.ProcessEnv): Promise<{ code: number | null; said: string }> =>
  new Promise((resolve, reject) => {
    const seeding = spawn(process.execPath, ['dev/run.mjs', 'dev/seed/index.ts'], {
      cwd: root,
      // A question of the schema push would wait for an answer for ever.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...env,
        NODE_ENV: 'development',
        PAYLOAD_FORCE_DRIZZLE_PUSH: 'true',
        TSX_TSCONFIG_PATH: join(root, 'dev/tsconfig.json'),
      },
    })
    running.add(seeding)
    let said = ''
    for (const stream of [seeding.stdout, seeding.stderr]) stream?.on('data', (chunk) => (said += chunk))
    seeding.once('error', reject)
    seeding.once('close', (code) => {
      running.delete(seeding)
      resolve({ code, said })
    })
  })

const running = new Set<ChildProcess>()

/** Ends what is under way when the start is called off. */
export const stopSeeding = (): void => {
  for (const child of running) child.kill('SIGTERM')
}

/** What dev/next.mjs ends with when somebody else has got the port. */
const portTaken = 98

/** Between looking for a free port and listening on it another process may take it: then it is done again. */
const whileTaken = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt === 10) throw error
    }
  }
}

const serve = ({
  env,
  dev,
  port,
}: {
  env: NodeJS.ProcessEnv
  dev: boolean
  port: number
}): Promise<ChildProcess> =>
  new Promise((resolve, reject) => {
    const server = spawn(process.execPath, ['dev/next.mjs', ...(dev ? ['--dev'] : []), String(port)], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...env, NODE_ENV: dev ? 'development' : 'production' },
    })
    server.once('message', () => resolve(server))
    server.once('error', reject)
    server.once('exit', (code) =>
      reject(
        Object.assign(new Error(`The site ended with ${code} before it was up.`), {
          code: code === portTaken ? 'EADDRINUSE' : undefined,
        }),
      ),
    )
  })

const end = async (server: ChildProcess): Promise<void> => {
  if (server.exitCode !== null || server.signalCode !== null) return
  const exited = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  if ((await Promise.race([exited.then(() => true), wait(10_000, false)])) === false) server.kill('SIGKILL')
  await exited
}

/** The first free port from this one on. */
export const freePort = async (from: number): Promise<number> => {
  for (let port = from; port < from + 100; port++) if (await isFree(port)) return port
  throw new Error(`No free port between ${from} and ${from + 100}.`)
}
