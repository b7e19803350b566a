import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { createLocalReq } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeLease } from '../../src/core/lease.js'
import { acceptMail } from '../../src/mail/inbound/accept.js'
import { readState } from '../../src/mail/inbound/mailboxState.js'
import { fetchAnyway } from '../../src/mail/index.js'
import { readMailbox } from '../../src/mail/mailboxes.js'
import { openImap } from '../../src/mail/sources/imap.js'
import { createRig, mailOf, type Rig } from './mailRig.js'

// What a mailbox's state and journal must not be made to forget.

let rig: Rig
beforeAll(async () => {
  rig = await createRig({ options: { mail: { maxMessageSize: 300_000 } } })
})
afterAll(() => rig.close())

const change = (data: object) =>
  rig.payload.update({
    collection: 'mailboxes' as never,
    id: rig.mailbox,
    data: data as never,
    depth: 0,
    overrideAccess: true,
  })

const verdictsOf = async (subject: string) =>
  (await rig.journal()).filter((entry) => entry.subject === subject).map(({ verdict }) => verdict)

describe('a mailbox', () => {
  it('that was too large for us and was fetched whole is not asked about again under a new UIDVALIDITY', async () => {
    const entry = await rig.arrive(mailOf({ Subject: 'Big' }, 'A long story. '.repeat(30_000)))
    expect(entry.verdict).toBe('tooLarge')
    const req = await createLocalReq({}, rig.payload)
    await fetchAnyway({ req, overrideAccess: true, inboundEmail: entry.id })
    await rig.receive()
    expect(await verdictsOf('Big')).toEqual(['opened'])
    rig.server.changeUidValidity('help@acme.test')
    await rig.receive()
    expect(await verdictsOf('Big')).toEqual(['opened', 'duplicate'])
  })

  it('that was just connected loses no mail of its first second under a new UIDVALIDITY', async () => {
    rig.server.deliver({ to: 'billing@acme.test', raw: mailOf({ Subject: 'Before it was connected' }) })
    const billing = await rig.addMailbox('billing@acme.test')
    // Servers tell of whole seconds.
    await wait(1100 - (Date.now() % 1000))
    await rig.receive()
    rig.server.deliver({ to: 'billing@acme.test', raw: mailOf({ Subject: 'In its first second' }) })
    rig.server.changeUidValidity('billing@acme.test')
    await rig.receive()
    const known = (await rig.journal()).filter(({ mailbox }) => mailbox === billing)
    expect(known).toMatchObject([
      { subject: 'Before it was connected', verdict: 'ignored', reason: 'beforeStart' },
      { subject: 'In its first second', verdict: 'opened' },
    ])
  })

  it('FT14 whose server answers OK without the mail has lost nothing: it is asked again, and brings it then', async () => {
    const mailbox = (await readMailbox(rig.payload, rig.mailbox))!
    await rig.receive()
    for (const subject of ['Withheld', 'After it'])
      rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: subject }) })
    const before = await readState(rig.payload, rig.mailbox)
    const real = await openImap({ payload: rig.payload, login: mailbox.receive })
    const lease = (await takeLease({
      payload: rig.payload,
      key: 'test:withheld',
      holder: 'test',
      ttlMs: 60_000,
    }))!
    const accepting = acceptMail({
      payload: rig.payload,
      mailbox,
      lease,
      state: before,
      until: Date.now() + 60_000,
      signal: new AbortController().signal,
      source: {
        ...real,
        fetch: async (sightings) => {
          const { mails, ...rest } = await real.fetch(sightings)
          mails.clear()
          return { mails, ...rest }
        },
      },
    })
    await expect(accepting).rejects.toMatchObject({ code: 'missing', retry: true })
    await real.close()
    await lease.release()
    const after = await readState(rig.payload, rig.mailbox)
    expect(after.lastUid).toBe(before.lastUid)
    expect(await verdictsOf('Withheld')).toEqual([])
    await rig.receive()
    expect([await verdictsOf('Withheld'), await verdictsOf('After it')]).toEqual([['opened'], ['opened']])
  })

  it('FT14 whose first mail under a new UIDVALIDITY is never handed over goes on behind it', async () => {
    const mailbox = (await readMailbox(rig.payload, rig.mailbox))!
    rig.server.clear()
    for (const subject of ['Silent', 'Behind it'])
      rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: subject }) })
    await rig.sql(
      `update ${rig.table('mailboxState')} set error_code = 'missing', failures = 10, last_uid = 500
       where mailbox_id = $1`,
      [rig.mailbox],
    )
    const real = await openImap({ payload: rig.payload, login: mailbox.receive })
    const lease = (await takeLease({
      payload: rig.payload,
      key: 'test:silent',
      holder: 'test',
      ttlMs: 60_000,
    }))!
    const accepted = await acceptMail({
      payload: rig.payload,
      mailbox,
      lease,
      state: await readState(rig.payload, rig.mailbox),
      until: Date.now() + 60_000,
      signal: new AbortController().signal,
      source: {
        ...real,
        fetch: async (sightings) => {
          const { mails, ...rest } = await real.fetch(sightings)
          mails.delete(1)
          return { mails, ...rest }
        },
      },
    })
    await real.close()
    await lease.release()
    expect(accepted.stored).toBe(2)
    await rig.run('mail.process')
    expect((await rig.journal()).slice(-2)).toMatchObject([
      { state: 'quarantined', reason: 'missing' },
      { subject: 'Behind it', verdict: 'opened' },
    ])
  })

  it('that has become one of a website is no longer fetched', async () => {
    await rig.receive()
    await change({ type: 'web' })
    rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: 'To a website' }) })
    await rig.receive()
    expect(await verdictsOf('To a website')).toEqual([])
    await change({ type: 'email' })
    await rig.receive()
    expect(await verdictsOf('To a website')).toEqual(['opened'])
  })

  it('that another process has taken over keeps what that one says of it', async () => {
    // A server that answers only when somebody else has the mailbox, and then badly.
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      void rig
        .sql(`update ${rig.table('leases')} set token = 'somebody else' where key = $1`, [
          `mailbox:${rig.mailbox}:fetch`,
        ])
        .then(() => socket.end('* BYE no\r\n'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    await rig.sql(
      `update ${rig.table('mailboxState')} set health = 'ok', failures = 0, error_code = null, error = null
       where mailbox_id = $1`,
      [rig.mailbox],
    )
    await change({ receive: { port, password: 'correct horse' } })
    await rig.sql(`update ${rig.table('mailboxState')} set next_try_at = null`)
    await rig.run('mail.fetch')
    await new Promise((resolve) => server.close(resolve))
    const [lease] = await rig.sql<{ token: string }>(
      `delete from ${rig.table('leases')} where key = $1 returning token`,
      [`mailbox:${rig.mailbox}:fetch`],
    )
    expect(lease!.token).toBe('somebody else')
    const state = await readState(rig.payload, rig.mailbox)
    expect([state.health, state.failures, state.errorCode]).toEqual(['ok', 0, null])
    await change({ receive: { ...rig.server.imap, password: 'correct horse' } })
  })
})
