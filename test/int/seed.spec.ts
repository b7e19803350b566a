import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withDatabase } from '../../dev/database/index.js'
import { startControl } from '../../dev/mail/control.js'
import { mailboxes, mailPassword } from '../../dev/seed/mailboxes.js'
import { stories } from '../../dev/seed/stories/index.js'
import { seedSite, stopSeeding } from '../../dev/start.js'
import { dropDatabase, onServer, serverUrl } from '../database.js'
import { type MailServer, startMailServer } from '../mailServer.js'

const name = `site_${process.pid}_seed`

describe('the demo’s tickets', () => {
  const files = mkdtempSync(join(tmpdir(), 'helpdesk-'))
  let mail: MailServer
  let control: Awaited<ReturnType<typeof startControl>>
  let db: pg.Client
  let env: NodeJS.ProcessEnv

  beforeAll(async () => {
    await onServer((client) => client.query(`CREATE DATABASE ${name}`))
    const url = withDatabase(await serverUrl(), name)
    mail = await startMailServer({
      accounts: mailboxes.map(({ address }) => ({ address, password: mailPassword })),
    })
    control = await startControl({ server: mail })
    db = new pg.Client({ connectionString: url })
    db.on('error', () => undefined)
    await db.connect()
    env = {
      ...process.env,
      DATABASE_URL: url,
      HELPDESK_MAIL_URL: control.url,
      HELPDESK_IMAP_PORT: String(mail.imap.port),
      HELPDESK_SMTP_PORT: String(mail.smtp.port),
      HELPDESK_SEED: 'tickets',
      HELPDESK_ATTACHMENTS: files,
    }
  })
  afterAll(async () => {
    stopSeeding()
    await db.end()
    await control.close()
    await mail.close()
    await dropDatabase(name)
    rmSync(files, { recursive: true, force: true })
  })

  const one = async (sql: string): Promise<Record<string, unknown>> => (await db.query(sql)).rows[0]
  const facts = () =>
    one(`select (select count(*)::int from tickets) tickets, (select count(*)::int from messages) messages,
      (select count(*)::int from contacts) contacts, (select count(*)::int from deals) deals,
      (select count(*)::int from users) users, (select count(*)::int from mailboxes) mailboxes,
      (select count(*)::int from messages where delivery = 'bounced') bounced,
      (select count(*)::int from messages where delivery = 'failed') failed,
      (select count(*)::int from messages where delivery not in ('sent', 'bounced', 'failed')) unsent,
      (select count(*)::int from messages where unverified) held,
      (select count(*)::int from tickets where related_to_id is not null) related,
      (select count(*)::int from tickets where follow_up_of_id is not null) "followUps",
      (select count(*)::int from tickets where spam) spam,
      (select count(*)::int from helpdesk_inbound_emails where state = 'quarantined') quarantined,
      (select count(*)::int from helpdesk_inbound_emails where state = 'received') waiting`)

  it('begin anew when the first filling was cut short, and are filled in once', {
    timeout: 300_000,
  }, async () => {
    const cut = seedSite(env).then(
      () => 'done',
      () => 'cut',
    )
    const begun = async (): Promise<number> =>
      Number((await one('select count(*)::int n from messages').catch(() => ({ n: 0 })))['n'])
    while ((await begun()) < 5) await wait(20)
    stopSeeding()
    expect(await cut).toBe('cut')
    expect(await begun()).toBeLessThan(100)

    await seedSite(env)
    const first = await facts()
    expect(first).toMatchObject({
      // One mail waits in quarantine; two stories split into a second ticket each.
      tickets: stories.length + 1,
      deals: 8,
      users: 5,
      mailboxes: 2,
      bounced: 1,
      failed: 1,
      unsent: 0,
      held: 1,
      related: 1,
      followUps: 1,
      spam: 3,
      quarantined: 1,
      waiting: 0,
    })
    await seedSite(env)
    expect(await facts()).toEqual(first)
  })

  it('lie where they belong in time, each with what happened to it in order', async () => {
    const { late, wrong, quiet } = await one(`select
      (select count(*)::int from messages where created_at > now()) late,
      (select count(*)::int from tickets t where t.created_at not between
        (select min(created_at) - interval '1 second' from helpdesk_activities a where a.ticket_id = t.id) and
        (select min(created_at) from helpdesk_activities a where a.ticket_id = t.id) or t.updated_at < t.created_at or t.updated_at > now()) wrong,
      (select count(*)::int from tickets where created_at > now() - interval '1 hour' - interval '5 minutes') quiet`)
    expect({ late, wrong }).toEqual({ late: 0, wrong: 0 })
    expect(Number(quiet)).toBeGreaterThan(2)
    const span = await one(
      'select extract(day from max(created_at) - min(created_at))::int days from tickets',
    )
    expect(Number(span['days'])).toBeGreaterThan(45)
  })

  it('are answered in the customers’ own mailboxes, under the mailboxes’ addresses', () => {
    const [first] = mail.mailbox('jo@customer.test')
    expect(first!.text).toMatch(/From: Kim Lindqvist at Acme Support <support@acme\.test>/)
    expect(mail.mailbox('jo@customer.test')).toHaveLength(2)
    expect(mail.mailbox('jo@customer.test', 'Sent')).toHaveLength(2)
  })
})
