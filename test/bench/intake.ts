import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import { startMailServer } from '../../dev/mail/index.js'
import { mailboxes, mailPassword } from '../../dev/seed/mailboxes.js'
import { root } from '../../dev/start.js'
import { usageOf } from './cpu.js'
import { countFiles, makeMails } from './mails.js'
import { type BenchArgs, connect, dropDatabase, freshDatabase, postmaster, prepareSite } from './site.js'
import { type Cell, quantile, table } from './table.js'

const name = 'bench_intake'
const longestMs = 10 * 60_000

/** Mails a second and what each costs, from mails that wait on an IMAP server to tickets. */
export const benchIntake = async (args: BenchArgs & { mails: number; runs: number }): Promise<void> => {
  const { say, mails, runs } = args
  say(
    `\nIntake: ${mails} mails, 70 % text of 2 kB, 25 % HTML of 30 kB, 5 % with a file of 200 kB, one mailbox`,
  )
  const rows: Cell[][] = []
  for (let run = 1; run <= runs; run++) rows.push([run, ...(await measure(args))])
  say(
    table(
      [
        'run',
        'mails/s',
        'CPU s/mail',
        'worker',
        'Postgres',
        'IMAP server',
        'worker MB',
        'idle CPU %',
        'alone ms',
        'load',
      ],
      rows,
    ),
  )
  say('alone ms = from the delivery of one mail to an idle worker until it is a ticket, median of 5')
  say('CPU s/mail = worker with its parsers + Postgres; the IMAP server (a part of this bench) is apart')
}

const measure = async (args: BenchArgs & { mails: number }): Promise<Cell[]> => {
  const { database, onClose, mails } = args
  const url = await freshDatabase(database, name)
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-bench-'))
  const server = await startMailServer({
    accounts: mailboxes.map(({ address }) => ({ address, password: mailPassword })),
  })
  const env = {
    DATABASE_URL: url,
    HELPDESK_IMAP_PORT: String(server.imap.port),
    HELPDESK_SMTP_PORT: String(server.smtp.port),
    HELPDESK_ATTACHMENTS: folder,
  }
  await prepareSite(env)
  const client = await connect(url)
  const worker = startWorker(env)
  onClose(async () => worker.kill('SIGKILL'))
  try {
    return await take({
      client,
      worker,
      mails,
      deliver: (raw) => server.deliver({ to: mailboxes[0].address, raw }),
    })
  } finally {
    worker.kill('SIGTERM')
    await Promise.race([new Promise((resolve) => worker.once('exit', resolve)), wait(20_000)])
    await client.end()
    await server.close()
    await dropDatabase(database, name)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The command of the built package, on the dev site's config. */
const startWorker = (env: Record<string, string>): ChildProcess =>
  spawn(process.execPath, ['dist/bin/payload-helpdesk.js', 'worker', '--config', 'dev/payload.config.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...env,
      NODE_ENV: 'production',
      HELPDESK_PUSH: 'false',
      // The site's config shall find the built package, not the sources.
      TSX_TSCONFIG_PATH: join(root, 'test/bench/tsconfig.json'),
    },
  })

type TakeArgs = {
  client: pg.Client
  worker: ChildProcess
  mails: number
  deliver: (raw: string) => void
}

const take = async ({ client, worker, mails, deliver }: TakeArgs): Promise<Cell[]> => {
  const count = async (sql: string): Promise<number> =>
    Number((await client.query<{ count: string }>(`select count(*) from ${sql}`)).rows[0]!.count)
  await until(
    'the mailboxes are connected',
    worker,
    async () => (await count('helpdesk_mailbox_state where started_at is not null')) === mailboxes.length,
  )
  const raws = makeMails(mails)
  await wait(2000)
  const idleMs = 5000
  const idleBefore = usageOf(worker.pid!).cpuSeconds
  await wait(idleMs)
  const idle = ((usageOf(worker.pid!).cpuSeconds - idleBefore) / idleMs) * 100_000

  const alone = await delays({ client, worker, deliver, count })

  const postgres = await postmaster(client)
  for (const raw of raws) deliver(raw)
  const before = {
    at: Date.now(),
    worker: usageOf(worker.pid!).cpuSeconds,
    postgres: postgres ? usageOf(postgres).cpuSeconds : 0,
    imap: process.cpuUsage(),
  }
  let megabytes = 0
  await until('all mails are tickets', worker, async () => {
    megabytes = Math.max(megabytes, usageOf(worker.pid!).megabytes)
    return (await count(`helpdesk_inbound_emails where state <> 'received'`)) >= mails + singles
  })
  const used = {
    worker: usageOf(worker.pid!).cpuSeconds - before.worker,
    postgres: postgres ? usageOf(postgres).cpuSeconds - before.postgres : Number.NaN,
  }
  const imap = process.cpuUsage(before.imap)
  const { rows } = await client.query<{ last: Date }>('select max(done_at) last from helpdesk_inbound_emails')
  const seconds = (rows[0]!.last.getTime() - before.at) / 1000

  const opened = await count(`helpdesk_inbound_emails where verdict = 'opened'`)
  const tickets = await count('tickets')
  const files = await count(`helpdesk_attachments where state = 'linked'`)
  const all = mails + singles
  if (opened !== all || tickets !== all || files !== countFiles(mails))
    throw new Error(`${all} mails became ${tickets} tickets with ${files} files; ${opened} were opened.`)
  const each = (value: number): string => (Number.isNaN(value) ? '–' : (value / mails).toFixed(4))
  return [
    (mails / seconds).toFixed(0),
    each(used.worker + used.postgres),
    each(used.worker),
    each(used.postgres),
    each((imap.user + imap.system) / 1e6),
    megabytes.toFixed(0),
    idle.toFixed(1),
    quantile(alone, 0.5).toFixed(0),
    loadavg()[0]!.toFixed(1),
  ]
}

/** Mails that come one by one before all the others. */
const singles = 5

type DelayArgs = Omit<TakeArgs, 'mails'> & { count: (sql: string) => Promise<number> }

/** Milliseconds from the delivery of a mail to its ticket, where nothing else is going on. */
const delays = async ({ client, worker, deliver, count }: DelayArgs): Promise<number[]> => {
  const texts = makeMails(20).filter((raw) => !raw.includes('multipart/'))
  const found: number[] = []
  for (const raw of texts.slice(0, singles)) {
    const began = Date.now()
    deliver(raw)
    await until('one mail is a ticket', worker, async () => (await count('tickets')) > found.length)
    const { rows } = await client.query<{ last: Date }>(
      'select max(done_at) last from helpdesk_inbound_emails',
    )
    found.push(rows[0]!.last.getTime() - began)
    await wait(500)
  }
  return found
}

const until = async (what: string, worker: ChildProcess, isSo: () => Promise<boolean>): Promise<void> => {
  const end = Date.now() + longestMs
  while (!(await isSo())) {
    if (worker.exitCode !== null) throw new Error(`The worker ended (${worker.exitCode}) before ${what}.`)
    if (Date.now() > end) throw new Error(`It took too long until ${what}.`)
    await wait(250)
  }
}
