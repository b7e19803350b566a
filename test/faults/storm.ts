import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createLocalReq, type PayloadRequest } from 'payload'
import type { DocID } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import type { SlugKey } from '../../src/core/slugs.js'
import type { HelpdeskOptions } from '../../src/index.js'
import { replyToTicket } from '../../src/operations/index.js'
import { type MailServer, startMailServer } from '../mailServer.js'
import { createSite, type Site } from '../site.js'
import { disturbances, workersName } from './disturbances.js'
import { makeMails, makeRandom, type TestMail } from './mails.js'
import { type SiteProcess, startSiteProcess } from './process.js'
import { type FaultProxy, startProxy } from './proxy.js'

export type StormWorker = SiteProcess & { workerId: string }

/** A site with two mailboxes, two workers in processes of their own, and wires that a test may harm between all. */
export type Storm = {
  site: Site
  server: MailServer
  folder: string
  /** Each with the wire to its IMAP server. */
  mailboxes: { id: DocID; address: string; imap: FaultProxy }[]
  wires: { smtp: FaultProxy; database: FaultProxy }
  workers: StormWorker[]
  /** Puts another worker in the place of one that has ended; its leases run out now instead of within a minute. */
  replace: (worker: StormWorker) => Promise<void>
  sql: <T = Record<string, unknown>>(text: string, values?: unknown[]) => Promise<T[]>
  table: (key: SlugKey) => string
  close: () => Promise<void>
}

const password = 'secret'
const addresses = ['help@acme.test', 'billing@acme.test']

/** Often enough for a test; what a fault leaves is taken up within two of them. */
export const pollIntervalMs = 3000

const options: HelpdeskOptions = {
  // It is the test that kills, not the mails.
  mail: { attempts: { inbound: 1000 }, pollIntervalMs, parsers: { count: 1 } },
}

export type StormArgs = {
  /** Mails over it are fetched in part, in bytes. */
  maxMessageSize?: number
}

/** Makes one, with its mailboxes connected. */
export const openStorm = async ({ maxMessageSize }: StormArgs = {}): Promise<Storm> => {
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-faults-'))
  const all: HelpdeskOptions = {
    ...options,
    mail: { ...options.mail, ...(maxMessageSize && { maxMessageSize }) },
    attachments: { directory: folder },
  }
  const server = await startMailServer({ accounts: addresses.map((address) => ({ address, password })) })
  const site = await createSite({ options: all })
  const { payload } = site
  const { slugs } = getHelpdesk(payload)
  const url = new URL(site.databaseUrl)
  const wires = {
    smtp: await startProxy(server.smtp),
    database: await startProxy({ host: url.hostname, port: Number(url.port) }),
  }
  url.hostname = wires.database.host
  url.port = String(wires.database.port)
  url.searchParams.set('application_name', workersName)
  const databaseUrl = url.href

  const table: Storm['table'] = (key) => tableOf(payload, slugs[key])
  const sql: Storm['sql'] = async (text, values) =>
    (await sqlOf({ payload }).query(text, values)).rows as never
  const req = await createLocalReq({}, payload)
  const mailboxes: Storm['mailboxes'] = []
  for (const address of addresses) {
    const imap = await startProxy(server.imap)
    const login = { host: imap.host, security: 'none', user: address, password }
    const made = await payload.create({
      collection: slugs.mailboxes as never,
      data: {
        name: address,
        address,
        receive: { kind: 'imap', ...login, port: imap.port, afterwards: 'seen' },
        send: { kind: 'smtp', ...login, port: wires.smtp.port },
        settings: { acknowledge: true },
      } as never,
      depth: 0,
      overrideAccess: true,
      req,
    })
    mailboxes.push({ id: (made as { id: DocID }).id, address, imap })
  }

  let number = 0
  const started: Promise<StormWorker>[] = []
  const start = (): Promise<StormWorker> => {
    const workerId = `worker-${++number}`
    const made = startSiteProcess({ databaseUrl, options: all }).then((process) => ({ ...process, workerId }))
    started.push(made)
    return made
  }
  const workers: StormWorker[] = []
  let spare = Promise.resolve([] as StormWorker[])
  const prepareSpare = (): void => {
    spare = Promise.all([start()])
    spare.catch(() => undefined)
  }
  const begin = (worker: StormWorker): void =>
    worker.give({ act: 'work', workerId: worker.workerId, failpoint: '' })

  const storm: Storm = {
    site,
    server,
    folder,
    mailboxes,
    wires,
    workers,
    sql,
    table,
    replace: async (dead) => {
      await dead.ended
      await sql(`update ${table('leases')} set expires_at = now() - interval '1 ms' where holder = $1`, [
        dead.workerId,
      ])
      // One that was to start while the database was away has failed; another one is started then.
      const [next] = await spare.catch(async () => [await start()])
      prepareSpare()
      begin(next!)
      workers[workers.indexOf(dead)] = next!
    },
    close: async () => {
      for (const made of started) {
        const worker = await made.catch(() => undefined)
        if (worker?.isAlive()) worker.signal('SIGKILL')
        await worker?.ended
      }
      await Promise.all(
        [...Object.values(wires), ...mailboxes.map(({ imap }) => imap)].map((wire) => wire.close()),
      )
      await site.close()
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  workers.push(...(await Promise.all([start(), start()])))
  workers.forEach(begin)
  prepareSpare()
  await until(
    async () =>
      (await sql(`select 1 from ${table('mailboxState')} where started_at is not null`)).length ===
      addresses.length,
    { ms: 30_000 },
  )
  return storm
}

type UntilArgs = { ms: number; everyMs?: number }

/** Milliseconds until something is true; infinitely many where it was not within `ms`. */
export const until = async (
  isTrue: () => Promise<boolean>,
  { ms, everyMs = 100 }: UntilArgs,
): Promise<number> => {
  const began = Date.now()
  while (!(await isTrue())) {
    if (Date.now() - began > ms) return Number.POSITIVE_INFINITY
    await wait(everyMs)
  }
  return Date.now() - began
}

export type StormResult = {
  sightings: TestMail[]
  /** What was done, in order, with how often it struck where that can be counted. */
  schedule: string[]
  /** Milliseconds from the end of the last fault until everything was in place. */
  recoveredMs: number
}

/** Delivers mails bit by bit while one fault follows the other, has agents answer, then lets the workers recover. */
export const runStorm = async (
  storm: Storm,
  args: { seed: number; mails: number; faults: number },
): Promise<StormResult> => {
  const random = makeRandom(args.seed)
  const half = Math.ceil(args.mails / 2)
  const lists = storm.mailboxes.map(({ address }, index) =>
    makeMails(index ? args.mails - half : half, random, { to: address, first: 1 + index * half, odd: 0.15 }),
  )
  const deliver = (list: TestMail[], from: number, to: number): void => {
    for (const { raw } of list.slice(from, to))
      storm.server.deliver({ to: storm.mailboxes[lists.indexOf(list)]!.address, raw })
  }
  const req = await createLocalReq({}, storm.site.payload)
  const order = shuffled(args.faults, random)
  const schedule: string[] = []
  for (const [step, { name, begin }] of order.entries()) {
    const harm = begin(storm, random)
    for (const list of lists)
      deliver(
        list,
        Math.floor((step * list.length) / order.length),
        Math.floor(((step + 1) * list.length) / order.length),
      )
    const [hits] = await Promise.all([harm, wait(400 + random() * 1200)])
    // The next fault meets them on their way.
    await answerSome(storm, req)
    schedule.push(typeof hits === 'number' ? `${name}×${hits}` : name)
  }
  // Seldom: the mail servers and the wires live in this process too.
  const recoveredMs = await until(() => isSettled(storm, args.mails), { ms: 120_000, everyMs: 500 })
  return { sightings: lists.flat(), schedule, recoveredMs }
}

/** Faults in an order of chance, each kind as often as the others, give or take one. */
const shuffled = (count: number, random: () => number) => {
  const order: (typeof disturbances)[number][] = []
  while (order.length < count) {
    const round = disturbances.map((disturbance) => ({ disturbance, key: random() }))
    order.push(...round.sort((a, b) => a.key - b.key).map(({ disturbance }) => disturbance))
  }
  return order.slice(0, count)
}

/** Two tickets that nobody has answered. */
const answerSome = async ({ sql, table }: Storm, req: PayloadRequest): Promise<void> => {
  const tickets = await sql<{ id: DocID; address: string; number: number }>(
    `select id, requester_address address, number from ${table('tickets')} t where not exists
       (select from ${table('messages')} m where m.ticket_id = t.id and m.kind = 'reply') order by id desc limit 2`,
  )
  for (const { id, address, number } of tickets)
    await replyToTicket({
      req,
      overrideAccess: true,
      ticket: id,
      to: [{ name: '', address }],
      text: `The answer to number ${number}.`,
      undoWindowMs: 0,
    })
}

const isSettled = async (storm: Storm, mails: number): Promise<boolean> => {
  const { sql, table } = storm
  const [mail] = await sql<{ open: number; known: number }>(
    `select count(*) filter (where state = 'received')::int open,
       count(*) filter (where verdict in ('opened', 'appended'))::int known from ${table('inboundEmails')}`,
  )
  const [sent] = await sql<{ open: number }>(
    `select count(*)::int open from ${table('outboundEmails')} where state in ('held', 'queued', 'sending')`,
  )
  const seen = await sql<{ count: number }>(
    `select count(*)::int count from ${table('inboundEmails')} j join ${table('mailboxState')} s
       on s.mailbox_id = j.mailbox_id and s.uid_validity = j.uid_validity`,
  )
  const lying = storm.mailboxes.reduce((sum, { address }) => sum + storm.server.mailbox(address).length, 0)
  return mail!.open === 0 && sent!.open === 0 && lying >= mails && seen[0]!.count >= lying
}
