import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'
import type { CollectionConfig } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRig, mailOf, type Rig } from './mailRig.js'

// Storage that takes no file: a disk that is really full, and a service beyond the network.

const folder = mkdtempSync(join(tmpdir(), 'small-disk-'))
const mount = (...args: string[]): boolean => spawnSync('mount', [...args, folder]).status === 0
const isSmall = mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs')
const unmount = (): void => {
  if (isSmall) spawnSync('umount', [folder])
  rmSync(folder, { recursive: true, force: true })
}
// Where none of these tests is chosen, nothing after them runs.
process.once('exit', unmount)
if (!isSmall) console.log('FT24 A disk of 1 MB cannot be mounted here (that takes root): left out.')

const withFile = (subject: string, file: Buffer): string =>
  mailOf(
    { Subject: subject, 'Content-Type': 'multipart/mixed; boundary=b' },
    [
      '--b\r\nContent-Type: text/plain\r\n\r\nWith a file.',
      '--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64',
      'Content-Disposition: attachment; filename=plan.bin\r\n',
      file.toString('base64').replace(/.{76}/g, '$&\r\n'),
      '--b--',
    ].join('\r\n'),
  )

/** What a test of storage looks at. */
const lookers = (rig: Rig) => ({
  /** The flags of all mails on the server, as another mail program sees them. */
  flags: async (): Promise<string[][]> => {
    const auth = { user: 'help@acme.test', pass: 'correct horse' }
    const client = new ImapFlow({ ...rig.server.imap, secure: false, logger: false, auth })
    await client.connect()
    try {
      await client.mailboxOpen('INBOX', { readOnly: true })
      const mails = await client.fetchAll('1:*', { flags: true })
      return mails.map(({ flags }) => [...(flags ?? [])])
    } finally {
      await client.logout()
    }
  },
  health: async () =>
    (
      await rig.sql(
        `select health, error_code code, error from ${rig.table('mailboxState')} where mailbox_id = $1`,
        [rig.mailbox],
      )
    )[0],
  again: async () => {
    await rig.sql(`update ${rig.table('inboundEmails')} set next_try_at = null where state = 'received'`)
    await rig.run('mail.process')
  },
  ticket: async (subject: string) => (await rig.tickets()).find((ticket) => ticket.subject === subject),
  /** The file of a ticket's only mail as an agent gets it. */
  served: async (subject: string): Promise<Buffer> => {
    const ticket = (await rig.tickets()).find((one) => one.subject === subject)!
    const [file] = await rig.sql<{ id: number; state: string }>(
      `select id, state from ${rig.table('attachments')} where ticket_id = $1`,
      [ticket.id],
    )
    expect(file).toMatchObject({ state: 'linked' })
    const { response } = await rig.site.rest('GET', `/helpdesk/attachments/${file!.id}`, {
      user: rig.site.users.agent,
    })
    return Buffer.from(await response.arrayBuffer())
  },
})

describe.skipIf(!isSmall)('FT24 a disk of 1 MB', () => {
  let rig: Rig
  let on: ReturnType<typeof lookers>
  beforeAll(async () => {
    rig = await createRig({ options: { attachments: { directory: folder } } })
    on = lookers(rig)
    await rig.payload.update({
      collection: 'mailboxes' as never,
      id: rig.mailbox,
      data: { receive: { afterwards: 'seen' } } as never,
      overrideAccess: true,
    })
  })
  afterAll(async () => {
    await rig?.close()
    unmount()
  })

  it('FT24 a mail with a file of 2 MB waits unflagged, without a ticket; on a larger disk it comes whole', async () => {
    const file = randomBytes(2 * 1024 * 1024)
    const waiting = await rig.arrive(withFile('Too large for the disk', file))
    await on.again()
    await rig.receive()
    expect((await rig.journal()).find(({ id }) => id === waiting.id)).toMatchObject({
      state: 'received',
      verdict: null,
      attempts: 0,
      error: expect.stringMatching(/ENOSPC|no space left/i),
    })
    expect(await on.health()).toMatchObject({
      health: 'warning',
      code: 'storage',
      error: expect.stringMatching(/ENOSPC|no space left/i),
    })
    expect(await on.ticket('Too large for the disk')).toBeUndefined()
    expect(await rig.sql(`select 1 from ${rig.table('attachments')}`)).toEqual([])
    expect(await on.flags()).toEqual([[]])

    expect(await rig.arrive(mailOf({ Subject: 'Without a file' }))).toMatchObject({ verdict: 'opened' })

    expect(mount('-o', 'remount,size=50m')).toBe(true)
    await on.again()
    expect((await on.served('Too large for the disk')).equals(file)).toBe(true)
    expect(await on.health()).toMatchObject({ health: 'ok', code: null })
    await rig.receive()
    expect(await on.flags()).toEqual([['\\Seen'], ['\\Seen']])
  })
})

/** A storage service on this machine. */
type Bucket = {
  server: Server
  url: string
  mode: 'well' | 'fails' | 'hangs'
  files: Map<string, Buffer>
  puts: number
}

const startBucket = async (): Promise<Bucket> => {
  const bucket: Bucket = { server: createServer(), url: '', mode: 'well', files: new Map(), puts: 0 }
  bucket.server.on('request', async (request, response) => {
    const name = request.url!.slice(1)
    if (request.method === 'GET') {
      const file = bucket.files.get(name)
      response.writeHead(file ? 200 : 404).end(file)
      return
    }
    bucket.puts += 1
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    if (bucket.mode === 'hangs') return
    if (bucket.mode === 'well') bucket.files.set(name, Buffer.concat(pieces))
    response.writeHead(bucket.mode === 'well' ? 200 : 500).end()
  })
  await new Promise<void>((resolve) => bucket.server.listen(0, '127.0.0.1', resolve))
  bucket.url = `http://127.0.0.1:${(bucket.server.address() as { port: number }).port}`
  return bucket
}

/** Puts the attachments there, as Payload's storage adapters do: nothing on disk, a hook that hands the file over. */
const storedAt = (bucket: Bucket, collection: CollectionConfig): CollectionConfig => ({
  ...collection,
  upload: {
    ...(collection.upload as object),
    disableLocalStorage: true,
    handlers: [
      async (_req, { params }) => {
        const answer = await fetch(`${bucket.url}/${params.filename}`)
        return new Response(await answer.arrayBuffer(), { status: answer.status })
      },
    ],
  },
  hooks: {
    ...collection.hooks,
    afterChange: [
      ...(collection.hooks?.afterChange ?? []),
      async ({ doc, req }) => {
        if (!req.file) return doc
        const body = new Uint8Array(req.file.data)
        const answer = await fetch(`${bucket.url}/${doc.filename}`, { method: 'PUT', body })
        if (!answer.ok) throw new Error(`InternalError: the bucket answered ${answer.status}.`)
        return doc
      },
    ],
  },
})

describe('FT24 a storage service', () => {
  let bucket: Bucket
  let rig: Rig
  let on: ReturnType<typeof lookers>
  beforeAll(async () => {
    bucket = await startBucket()
    rig = await createRig({
      options: {
        overrides: {
          attachments: { collection: ({ defaultCollection }) => storedAt(bucket, defaultCollection) },
        },
      },
    })
    on = lookers(rig)
  })
  afterAll(async () => {
    bucket?.server.closeAllConnections()
    bucket?.server.close()
    await rig?.close()
  })

  it.each([
    ['answers 500', 'fails', /InternalError: the bucket answered 500/],
    ['never answers', 'hangs', /did not answer/],
  ] as const)(
    'FT24 that %s: the mail waits without a ticket, others go on, and it comes whole',
    async (...row) => {
      const [title, mode, words] = row
      const subject = `A file for a bucket that ${title}`
      bucket.mode = mode
      const since = performance.now()
      const waiting = await rig.arrive(withFile(subject, Buffer.from('the plan')))
      console.log(
        `FT24 the bucket ${title}: the mail was put off after ${Math.round(performance.now() - since)} ms`,
      )
      expect(waiting).toMatchObject({ state: 'received', verdict: null, attempts: 0 })
      expect(waiting.error).toMatch(words)
      expect(bucket.puts).toBeGreaterThan(0)
      expect(await on.health()).toMatchObject({
        health: 'warning',
        code: 'storage',
        error: expect.stringMatching(words),
      })
      expect(await rig.arrive(mailOf({ Subject: `Beside ${mode}` }))).toMatchObject({ verdict: 'opened' })
      expect(await on.ticket(subject)).toBeUndefined()
      expect((await on.flags()).flat()).toEqual([])

      bucket.mode = 'well'
      await on.again()
      expect((await on.served(subject)).toString()).toBe('the plan')
      expect(await on.health()).toMatchObject({ health: 'ok', code: null })
    },
  )
})
