import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'
import { createLocalReq } from 'payload'
import type { DocID } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import type { SlugKey } from '../../src/core/slugs.js'
import type { HelpdeskOptions } from '../../src/index.js'
import { type MailServer, startMailServer } from '../mailServer.js'
import { createSite, type Site } from '../site.js'
import { type SiteProcess, startSiteProcess } from './process.js'

const account = { address: 'help@acme.test', password: 'secret' }

/** A worker in a process of its own. */
export type WorkerProcess = SiteProcess & { workerId: string }

/** A site whose mailbox is at a real mail server, and workers in processes of their own. */
export type FaultDesk = {
  site: Site
  server: MailServer
  mailbox: DocID
  /** Starts one; it works at once unless told otherwise. */
  worker: (args?: { isWaiting?: boolean; failpoint?: string }) => Promise<WorkerProcess>
  /** The rows of a dead worker's leases run out now instead of within a minute. */
  age: (worker: WorkerProcess) => Promise<void>
  /** Waits until the mailbox has been connected for the first time: earlier mail is not fetched. */
  connected: () => Promise<void>
  rows: <T = Record<string, unknown>>(key: SlugKey, where?: string, values?: unknown[]) => Promise<T[]>
  sql: <T = Record<string, unknown>>(text: string, values?: unknown[]) => Promise<T[]>
  table: (key: SlugKey) => string
  /** UIDs of the mails that are marked as seen on the server. */
  seen: () => Promise<number[]>
  close: () => Promise<void>
}

/** Makes one. */
export const openFaultDesk = async (
  options: HelpdeskOptions = {},
  settings: Record<string, unknown> = {},
): Promise<FaultDesk> => {
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-faults-'))
  const all: HelpdeskOptions = { ...options, attachments: { directory: folder } }
  const server = await startMailServer({ accounts: [account] })
  const site = await createSite({ options: all })
  const { payload } = site
  const { slugs } = getHelpdesk(payload)
  const login = {
    host: server.imap.host,
    security: 'none',
    user: account.address,
    password: account.password,
  }
  const mailbox = await payload.create({
    collection: slugs.mailboxes as never,
    data: {
      name: 'Help',
      address: account.address,
      receive: { kind: 'imap', ...login, port: server.imap.port, afterwards: 'seen' },
      send: { kind: 'smtp', ...login, port: server.smtp.port },
      settings,
    } as never,
    depth: 0,
    overrideAccess: true,
    req: await createLocalReq({}, payload),
  })
  const table = (key: SlugKey): string => tableOf(payload, slugs[key])
  const sql: FaultDesk['sql'] = async (text, values) =>
    (await sqlOf({ payload }).query(text, values)).rows as never
  const workers: WorkerProcess[] = []
  let number = 0

  return {
    site,
    server,
    mailbox: (mailbox as { id: DocID }).id,
    worker: async ({ isWaiting, failpoint } = {}) => {
      const workerId = `worker-${++number}`
      const made = { ...(await startSiteProcess({ databaseUrl: site.databaseUrl, options: all })), workerId }
      workers.push(made)
      if (!isWaiting) made.give({ act: 'work', workerId, failpoint })
      return made
    },
    age: async ({ workerId }) => {
      await sql(`update ${table('leases')} set expires_at = now() - interval '1 ms' where holder = $1`, [
        workerId,
      ])
    },
    connected: async () => {
      const until = Date.now() + 30_000
      while (!(await sql(`select 1 from ${table('mailboxState')} where started_at is not null`)).length) {
        if (Date.now() > until) throw new Error('The mailbox was never connected.')
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    rows: (key, where = 'true', values = []) =>
      sql(`select * from ${table(key)} where ${where} order by id`, values),
    sql,
    table,
    seen: async () => {
      const client = new ImapFlow({
        ...server.imap,
        secure: false,
        logger: false,
        auth: { user: account.address, pass: account.password },
      })
      client.on('error', () => undefined)
      await client.connect()
      try {
        const { exists } = await client.mailboxOpen('INBOX')
        const mails = exists ? await client.fetchAll('1:*', { uid: true, flags: true }) : []
        return mails.filter(({ flags }) => flags?.has('\\Seen')).map(({ uid }) => uid)
      } finally {
        await client.logout().catch(() => undefined)
      }
    },
    close: async () => {
      for (const worker of workers) if (worker.isAlive()) worker.signal('SIGKILL')
      await Promise.all(workers.map(({ ended }) => ended))
      await site.close()
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
