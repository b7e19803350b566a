import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startMailServer } from '../../dev/mail/index.js'
import { mailboxes, mailPassword } from '../../dev/seed/mailboxes.js'
import { freePort, root } from '../../dev/start.js'
import { usagesOf } from './cpu.js'
import type { IntakeArgs } from './intake.js'
import { seedTickets } from './seed.js'
import { connect, dropDatabase, freshDatabase, postmaster, prepareSite } from './site.js'

const name = 'bench_intake'
const longestMs = 20 * 60_000

/** Processor time in seconds, since the processes began, of each worker too; memory of the workers and their parsers now. */
export type Usage = { worker: number; each: number[]; postgres: number; imap: number; megabytes: number }

/** A site whose mailboxes are read by workers in processes of their own. */
export const startIntake = async (args: IntakeArgs) => {
  const { database, onClose, tickets = 0, workers = 1, webs = 0 } = args
  const url = await freshDatabase(database, name)
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-bench-'))
  const site = await startMailServer({
    accounts: mailboxes.map(({ address }) => ({ address, password: mailPassword })),
  })
  const env = {
    DATABASE_URL: url,
    HELPDESK_IMAP_PORT: String(site.imap.port),
    HELPDESK_SMTP_PORT: String(site.smtp.port),
    HELPDESK_ATTACHMENTS: folder,
  }
  await prepareSite(env)
  const client = await connect(url)
  if (tickets) await seedTickets({ client, tickets })
  const processes = killedAtEnd(onClose)
  for (let index = 0; index < webs; index++) processes.push(await startWeb(env, 3960 + index))
  const started = Array.from({ length: workers }, () => startWorker(env))
  processes.push(...started)
  // Each of them: a worker that still loads its modules while mails are counted would be measured as a slow one.
  await Promise.all(started.map(hasStarted))

  const count = async (sql: string): Promise<number> =>
    Number((await client.query<{ count: string }>(`select count(*) from ${sql}`)).rows[0]!.count)
  const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
    const end = Date.now() + longestMs
    while (!(await isSo())) {
      if (started.some(({ exitCode }) => exitCode !== null)) throw new Error(`A worker ended before ${what}.`)
      if (Date.now() > end) throw new Error(`It took too long until ${what}.`)
      await wait(250)
    }
  }
  await until(
    'the mailboxes are connected',
    async () => (await count('helpdesk_mailbox_state where started_at is not null')) === mailboxes.length,
  )
  const server = await postmaster(client)
  const { rows: last } = await client.query<{ id: number }>(
    'select coalesce(max(id), 0) id from helpdesk_inbound_emails',
  )
  const lastMail = last[0]!.id
  const before = { tickets: await count('tickets'), lastMail }
  // By its key: to count all that was there before, four times a second, would be a part of what is measured.
  const countNew = (where: string) => count(`helpdesk_inbound_emails where id > ${lastMail} and ${where}`)
  return {
    site,
    client,
    count,
    countNew,
    until,
    before,
    /** Mails in the journal since the start, and those of them that have their verdict. */
    arrived: (): Promise<number> => countNew('true'),
    done: (): Promise<number> => countNew(`state <> 'received'`),
    usage: (): Usage => {
      const [postgres, ...all] = usagesOf([server ?? Number.NaN, ...started.map(({ pid }) => pid!)])
      return {
        worker: all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
        each: all.map(({ cpuSeconds }) => cpuSeconds),
        // The mail server is a part of this process.
        imap: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
        megabytes: all.reduce((sum, { megabytes }) => sum + megabytes, 0),
        postgres: server ? postgres!.cpuSeconds : Number.NaN,
      }
    },
    /** When the last mail had its verdict, in milliseconds. */
    lastDone: async (): Promise<number> => {
      const { rows } = await client.query<{ last: Date }>(
        'select max(done_at) last from helpdesk_inbound_emails where id > $1',
        [before.lastMail],
      )
      return rows[0]!.last.getTime()
    },
    /** Keeps the workers from the journal, by the leases they would need, once they have let go of them. */
    hold: async (): Promise<void> => {
      const { rowCount: mailboxes } = await client.query('select from mailboxes')
      for (;;) {
        const { rowCount: held } = await client.query(
          `insert into helpdesk_leases (key, token, holder, expires_at, updated_at)
           select 'mailbox:' || id || ':process', 'bench', 'bench', now() + interval '1 hour', now() from mailboxes
           on conflict (key) do update set token = excluded.token, holder = excluded.holder,
             expires_at = excluded.expires_at, updated_at = excluded.updated_at
             where helpdesk_leases.holder = 'bench' or helpdesk_leases.expires_at < now()`,
        )
        if (held === mailboxes) return
        await wait(50)
      }
    },
    letGo: async (): Promise<void> => {
      await client.query(`delete from helpdesk_leases where holder = 'bench'`)
      await client.query(`select pg_notify('helpdesk', 'journal')`)
    },
    stop: async (): Promise<void> => {
      for (const process of processes) process.kill('SIGTERM')
      await Promise.race([
        Promise.all(
          processes.map((process) => process.exitCode ?? new Promise((end) => process.once('exit', end))),
        ),
        wait(20_000),
      ])
      await client.end()
      await site.close()
      await dropDatabase(database, name)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * A list of processes that end with the bench at the latest. By itself: what is done at the end would keep whatever
 * else its function knew, the mails of each run, and the later runs would be measured beside all of them.
 */
const killedAtEnd = (onClose: IntakeArgs['onClose']): ChildProcess[] => {
  const processes: ChildProcess[] = []
  onClose(async () => {
    for (const process of processes) process.kill('SIGKILL')
  })
  return processes
}

/** The command of the built package, on the dev site's config. */
const startWorker = (env: Record<string, string>): ChildProcess =>
  spawn(process.execPath, ['dist/bin/payload-helpdesk.js', 'worker', '--config', 'dev/payload.config.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...env,
      NODE_ENV: 'production',
      HELPDESK_PUSH: 'false',
      // The site's config shall find the built package, not the sources.
      TSX_TSCONFIG_PATH: join(root, 'test/bench/tsconfig.json'),
    },
  })

/** Resolves when a worker says that it works. */
const hasStarted = (worker: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ''
    worker.stdout!.on('data', (chunk: Buffer) => {
      if (said.includes('worker started')) return
      said += chunk
      if (said.includes('worker started')) resolve()
    })
    worker.once('exit', (code) =>
      reject(new Error(`A worker ended with ${code} before it had started.\n${said}`)),
    )
  })

/** The built site, without a worker of its own. */
const startWeb = async (env: Record<string, string>, from: number): Promise<ChildProcess> => {
  const web = spawn(process.execPath, ['dev/next.mjs', String(await freePort(from))], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      ...env,
      NODE_ENV: 'production',
      HELPDESK_DIST: '.next-test',
      HELPDESK_PUSH: 'false',
      HELPDESK_WORKER: 'false',
    },
  })
  await new Promise<void>((resolve, reject) => {
    web.once('message', () => resolve())
    web.once('exit', (code) => reject(new Error(`The site ended with ${code} before it was up.`)))
  })
  return web
}
