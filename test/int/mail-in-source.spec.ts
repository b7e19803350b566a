import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { ImapFlow } from 'imapflow'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { createWorker } from '../../src/worker/index.js'
import { createRig, mailOf, type Rig } from './mailRig.js'

// From the mail server into the journal.

let rig: Rig
beforeAll(async () => {
  rig = await createRig()
})
afterAll(() => rig.close())

const state = async (mailbox: DocID = rig.mailbox) =>
  (
    await rig.sql<{
      health: string
      error_code: string | null
      failures: number
      last_uid: number
      wait: number
    }>(
      `select health, error_code, failures::int failures, last_uid::int last_uid,
         extract(epoch from next_try_at - last_try_at)::float8 wait
       from ${rig.table('mailboxState')} where mailbox_id = $1`,
      [mailbox],
    )
  )[0]!

const entries = async (subject: string) => (await rig.journal()).filter((entry) => entry.subject === subject)

const change = (data: object, id: DocID = rig.mailbox) =>
  rig.payload.update({
    collection: 'mailboxes' as never,
    id,
    data: data as never,
    depth: 0,
    overrideAccess: true,
  })

const receiving = (user: string) => ({
  kind: 'imap',
  ...rig.server.imap,
  security: 'none',
  user,
  password: 'correct horse',
})

/** Looks at help@acme.test as another mail program does. */
const withClient = async <T>(work: (client: ImapFlow) => Promise<T>): Promise<T> => {
  const auth = { user: 'help@acme.test', pass: 'correct horse' }
  const client = new ImapFlow({ ...rig.server.imap, secure: false, logger: false, auth })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.logout()
  }
}

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
})

/** A server that says whatever the test wants. */
const listen = async (talk: (socket: Socket) => void): Promise<number> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    talk(socket)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

describe('what is fetched', () => {
  it('begins with the mail after the first connection', async () => {
    rig.server.deliver({ to: 'billing@acme.test', raw: mailOf({ Subject: 'From before' }) })
    const billing = await rig.addMailbox('billing@acme.test')
    await rig.receive()
    rig.server.deliver({ to: 'billing@acme.test', raw: mailOf({ Subject: 'From after' }) })
    await rig.receive()
    expect(await entries('From before')).toEqual([])
    expect(await entries('From after')).toMatchObject([{ verdict: 'opened', mailbox: billing }])
  })

  it('FT31 does not depend on the Seen flag, and leaves all flags as they were', async () => {
    const flags = () =>
      withClient(async (client) => {
        await client.mailboxOpen('INBOX', { readOnly: true })
        const mails = await client.fetchAll('1:*', { uid: true, flags: true })
        return mails.map((mail) => [mail.uid, [...(mail.flags ?? [])]])
      })
    rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: 'Read in webmail' }) })
    await withClient(async (client) => {
      await client.mailboxOpen('INBOX')
      await client.messageFlagsAdd('*', ['\\Seen'])
    })
    rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: 'Not read' }) })
    const before = await flags()
    await rig.receive()
    expect((await entries('Read in webmail'))[0]).toMatchObject({ verdict: 'opened' })
    expect((await entries('Not read'))[0]).toMatchObject({ verdict: 'opened' })
    expect(await flags()).toEqual(before)
  })

  it('is marked or moved where the mailbox wants that, after its verdict is stored', async () => {
    await change({ receive: { afterwards: 'seen' } })
    await rig.arrive(mailOf({ Subject: 'To be marked' }))
    const seen = () =>
      withClient(async (client) => {
        await client.mailboxOpen('INBOX', { readOnly: true })
        const mail = await client.fetchOne('*', { flags: true, envelope: true })
        return mail && [mail.envelope?.subject, mail.flags?.has('\\Seen')]
      })
    expect(await seen()).toEqual(['To be marked', false])
    await rig.receive()
    expect(await seen()).toEqual(['To be marked', true])
    await change({ receive: { afterwards: 'leave' } })
  })

  it('FT16 FT17 under a new UIDVALIDITY brings nothing back, and loses nothing', async () => {
    await rig.arrive(mailOf({ Subject: 'Known before' }))
    const tickets = (await rig.tickets()).length
    rig.server.changeUidValidity('help@acme.test')
    rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: 'New under it' }) })
    const old = 'Mon, 2 Nov 2020 10:00:00 +0000'
    rig.server.deliver({
      to: 'help@acme.test',
      raw: mailOf({ Subject: 'Restored from 2020', Date: old }),
      date: new Date(old),
    })
    await rig.receive()
    expect((await rig.tickets()).length).toBe(tickets + 1)
    expect(await entries('New under it')).toMatchObject([{ verdict: 'opened' }])
    expect(await entries('Known before')).toMatchObject([{ verdict: 'opened' }, { verdict: 'duplicate' }])
    expect(await entries('Restored from 2020')).toMatchObject([{ verdict: 'ignored', reason: 'beforeStart' }])
  })

  it('under a new UIDVALIDITY a late mail counts, however old its Date header says it is', async () => {
    rig.server.changeUidValidity('help@acme.test')
    await rig.receive()
    const entry = await rig.arrive(mailOf({ Subject: 'Late', Date: 'Mon, 2 Nov 2020 10:00:00 +0000' }))
    expect(entry).toMatchObject({ verdict: 'opened' })
  })

  it('under a new UIDVALIDITY what waits in the quarantine does not wait there twice', async () => {
    // Nobody is named as its sender.
    await rig.arrive(mailOf({ Subject: 'From nobody', From: null }))
    const waiting = () =>
      rig.journal().then((rows) => rows.filter(({ state: at }) => at === 'quarantined').length)
    const before = await waiting()
    rig.server.changeUidValidity('help@acme.test')
    await rig.receive()
    expect(await entries('From nobody')).toMatchObject([{ verdict: 'quarantined' }, { verdict: 'duplicate' }])
    expect(await waiting()).toBe(before)
  })

  it('FT16 under a new UIDVALIDITY it waits there once also when its first copy had no verdict yet', async () => {
    rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: 'From nobody, twice', From: null }) })
    await rig.sql(`update ${rig.table('mailboxState')} set next_try_at = null`)
    await rig.run('mail.fetch')
    rig.server.changeUidValidity('help@acme.test')
    await rig.receive()
    const verdicts = (await entries('From nobody, twice')).map(({ verdict }) => verdict)
    expect(verdicts).toEqual(['quarantined', 'duplicate'])
  })

  it('FT18 a mail that lies there twice is stored once', async () => {
    const raw = mailOf({ Subject: 'Appended twice' })
    rig.server.deliver({ to: 'help@acme.test', raw })
    rig.server.deliver({ to: 'help@acme.test', raw })
    await rig.receive()
    const [one, two] = await entries('Appended twice')
    expect([one!.verdict, two!.verdict].sort()).toEqual(['duplicate', 'opened'])
    expect(two!.ticket).toBe(one!.ticket)
  })

  it('FT39 is kept byte for byte', async () => {
    const raw = Buffer.concat([
      Buffer.from(mailOf({ Subject: 'Bytes' })),
      Buffer.from([0xff, 0x80, 13, 10, 9]),
    ])
    const entry = await rig.arrive(raw)
    const stored = await rig.sql<{ sha256: string }>(
      `select sha256 from ${rig.table('inboundEmails')} where id = $1`,
      [entry.id],
    )
    const onServer = rig.server.mailbox('help@acme.test').at(-1)!.raw
    const { createHash } = await import('node:crypto')
    expect(stored[0]!.sha256).toBe(createHash('sha256').update(onServer).digest('hex'))
    const { readRaw } = await import('../../src/mail/inbound/raw.js')
    const { createLocalReq } = await import('payload')
    const kept = await readRaw({ req: await createLocalReq({}, rig.payload), inboundEmail: entry.id })
    expect(kept.equals(onServer)).toBe(true)
  })
})

describe('one mailbox’s trouble', () => {
  it('G08 is its own: others fetch while its server hangs, refuses or talks nonsense', async () => {
    const hangs = await listen(() => undefined)
    const nonsense = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const broken: DocID[] = []
    for (const [i, port] of [hangs, nonsense, 9].entries())
      broken.push(await rig.addMailbox(`broken${i}@acme.test`, { receive: { ...receiving('x'), port } }))
    rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: 'In spite of them' }) })
    const fetching = rig.receive()
    const started = performance.now()
    while (!(await rig.sql(`select 1 from ${rig.table('inboundEmails')} where state = 'received'`)).length) {
      if (performance.now() - started > 10_000) throw new Error('It waited for the broken ones.')
      await wait(20)
    }
    await fetching
    expect((await entries('In spite of them'))[0]).toMatchObject({ verdict: 'opened' })
    expect((await state()).health).toBe('ok')
    for (const id of broken) {
      expect((await state(id)).health).toBe('warning')
      await rig.sql(`update ${rig.table('mailboxes')} set archived = true where id = $1`, [id])
    }
  }, 90_000)

  it('FT33 a wrong password: said so, tried rarely, and caught up after the fix', async () => {
    await change({ receive: { password: 'wrong' } })
    rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: 'While locked out' }) })
    await rig.receive()
    const first = await state()
    expect([first.error_code, first.health]).toEqual(['auth', 'warning'])
    expect(first.wait).toBeGreaterThan(200)
    await rig.receive()
    await rig.receive()
    const third = await state()
    expect([third.health, third.failures]).toEqual(['failing', 3])
    expect(third.wait).toBeGreaterThan(first.wait)
    await change({ receive: { password: 'correct horse' } })
    await rig.run('mail.fetch')
    await rig.run('mail.process')
    expect(await state()).toMatchObject({ health: 'ok', failures: 0, error_code: null })
    expect((await entries('While locked out'))[0]).toMatchObject({ verdict: 'opened' })
  })

  it('I05 says nothing in the clear to a server that offers no encryption', async () => {
    const told: string[] = []
    const port = await listen((socket) => {
      socket.write('* OK hi\r\n')
      socket.on('data', (data) => {
        for (const line of data.toString().split('\r\n').filter(Boolean)) {
          told.push(line)
          const [tag, verb] = line.split(' ')
          if (/CAPABILITY/i.test(verb!)) socket.write(`* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${tag} OK\r\n`)
          else socket.write(`${tag} BAD no\r\n`)
        }
      })
    })
    await change({ receive: { ...receiving('help@acme.test'), port, security: 'starttls' } })
    await rig.receive()
    expect((await state()).error_code).toBe('tls')
    expect(told.join('\n')).not.toMatch(/LOGIN|AUTHENTICATE|correct|horse/i)
    await change({ receive: receiving('help@acme.test') })
    await rig.receive()
    expect((await state()).health).toBe('ok')
  })

  it('FT13 a connection cut within a mail: the part is not stored, the whole comes later', async () => {
    const raw = mailOf({ Subject: 'Cut in the middle' }, `${'x'.repeat(70)}\r\n`.repeat(20_000))
    rig.server.deliver({ to: 'help@acme.test', raw })
    const { host, port: real } = rig.server.imap
    const { connect } = await import('node:net')
    let cutAfter = 200_000
    const port = await listen((socket) => {
      let passed = 0
      const upstream = connect(real, host)
      upstream.on('error', () => undefined)
      upstream.on('data', (data) => {
        passed += data.length
        if (passed > cutAfter) {
          socket.destroy()
          upstream.destroy()
        } else socket.write(data)
      })
      socket.on('data', (data) => upstream.write(data))
      socket.on('close', () => upstream.destroy())
    })
    const before = await state()
    await change({ receive: { ...receiving('help@acme.test'), port } })
    await rig.receive()
    expect(await entries('Cut in the middle')).toEqual([])
    expect(await state()).toMatchObject({ last_uid: before.last_uid, failures: 1 })
    cutAfter = Number.POSITIVE_INFINITY
    await rig.receive()
    expect(await entries('Cut in the middle')).toMatchObject([{ verdict: 'opened' }])
    await change({ receive: receiving('help@acme.test') })
  })
})

describe('how soon', () => {
  const arrival = async (subject: string, withinMs: number): Promise<number> => {
    const started = performance.now()
    rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: subject }) })
    for (;;) {
      if ((await rig.tickets()).some((ticket) => ticket.subject === subject))
        return performance.now() - started
      if (performance.now() - started > withinMs)
        throw new Error(`${subject}: not here within ${withinMs} ms`)
      await wait(20)
    }
  }

  it('a server that pushes: at once, also after it ended the connection', async () => {
    await rig.receive()
    const worker = createWorker({ payload: rig.payload })
    worker.start()
    try {
      // The connection that waits for news has to be there first.
      await arrival('The first pushed', 15_000)
      await wait(1000)
      expect(await arrival('The second pushed', 15_000)).toBeLessThan(2000)
      rig.server.disconnect()
      await arrival('After a lost connection', 15_000)
      await wait(1000)
      expect(await arrival('Pushed again', 15_000)).toBeLessThan(2000)
    } finally {
      await worker.stop()
    }
  }, 90_000)
})

describe('a server that does not push', () => {
  it('is looked at as often as the site says', async () => {
    const polling = await createRig({ options: { mail: { pollIntervalMs: 1500 } } })
    try {
      const { host, port: real } = polling.server.imap
      const { connect } = await import('node:net')
      // Between us and the server: it announces no IDLE and hands no news on.
      const port = await listen((socket) => {
        const upstream = connect(real, host)
        upstream.on('error', () => undefined)
        upstream.on('data', (data) => socket.write(data.toString('latin1').replace(/ IDLE/g, ''), 'latin1'))
        socket.on('data', (data) => upstream.write(data))
        socket.on('close', () => upstream.destroy())
      })
      await polling.payload.update({
        collection: 'mailboxes' as never,
        id: polling.mailbox,
        data: { receive: { ...receiving('help@acme.test'), port } } as never,
        depth: 0,
        overrideAccess: true,
      })
      const worker = createWorker({ payload: polling.payload })
      worker.start()
      try {
        await wait(2500)
        polling.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: 'Polled' }) })
        const started = performance.now()
        while (!(await polling.tickets()).length) {
          if (performance.now() - started > 10_000) throw new Error('Nobody looked.')
          await wait(50)
        }
        expect((await polling.tickets())[0]!.subject).toBe('Polled')
      } finally {
        await worker.stop()
      }
    } finally {
      await polling.close()
    }
  }, 90_000)
})
