import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodemailerAdapter } from '@payloadcms/email-nodemailer'
import { createLocalReq } from 'payload'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { payloadTransport } from '../../src/mail/transports/payload.js'
import { smtpTransport } from '../../src/mail/transports/smtp.js'
import type { MailTransport, OutgoingMail } from '../../src/mail/transports/transport.js'
import { replyToTicket } from '../../src/operations/replyToTicket.js'
import type { Desk } from './mail-out.desk.js'
import { createRig, mailOf, type Rig } from './mailRig.js'
import { ticketOf, tripOf } from './threading.trip.js'
import { callerOf, newKey, request } from './webhookCalls.js'

// What reaches our mail from outside and would be more than words: recipients, files and addresses to read.

let rig: Rig
beforeAll(async () => {
  rig = await createRig()
})
afterAll(() => rig.close())

/** Does it once more where it took too long: what needs its time by itself does so each time, a busy machine does not. */
const within = async <T>(ms: number, run: () => Promise<T>): Promise<T> => {
  let fastest = Number.POSITIVE_INFINITY
  for (let tries = 0; ; tries++) {
    const begun = performance.now()
    const result = await run()
    fastest = Math.min(fastest, performance.now() - begun)
    if (fastest < ms || tries === 2) {
      expect(fastest).toBeLessThan(ms)
      return result
    }
  }
}

const reply = (ticket: unknown, body: object) =>
  rig.site.rest<{ error?: { key: string; fields?: Record<string, string> } }>(
    'POST',
    `/helpdesk/tickets/${ticket}/reply`,
    { user: rig.site.users.manager, body },
  )

describe('E02 recipients that are groups', () => {
  const nested = `${'g:'.repeat(10_000)}in@evil.test${';'.repeat(10_000)}`
  const groups = {
    'a group': 'friends: one@evil.test, two@evil.test;',
    'a group of one': 'friends: one@evil.test;',
    'an empty group': 'undisclosed-recipients:;',
    'a group in a name': '"friends:" <one@evil.test>, two@evil.test',
    'a group 10,000 deep': nested,
    'a group 10,000 deep that never ends': 'g:'.repeat(10_000),
    '10,000 brackets': `${'<'.repeat(10_000)}in@evil.test`,
    '10,000 comments': `${'('.repeat(10_000)}in@evil.test`,
  }

  it('are refused at once, by the verb and by the agents’ endpoint, in each place', async () => {
    const { ticket } = await tripOf(rig)
    const req = await createLocalReq({}, rig.payload)
    const to = [{ name: '', address: 'ok@example.com' }]
    const count = async () => (await rig.sql(`select 1 from ${rig.table('outboundEmails')}`)).length
    const before = await count()
    for (const [name, address] of Object.entries(groups)) {
      const bad = [{ name: '', address }]
      for (const people of [{ to: bad }, { to, cc: bad }, { to, bcc: bad }]) {
        const verb = () =>
          replyToTicket({ req, overrideAccess: true, ticket: ticket.id, text: 'Hi', ...people })
        await within(1000, () => expect(verb(), name).rejects.toMatchObject({ key: 'badAddress' }))
        const { status, body } = await within(1000, () => reply(ticket.id, { text: 'Hi', ...people }))
        expect([name, status]).toEqual([name, 400])
        expect(['badAddress', 'badInput']).toContain(body.error!.key)
      }
    }
    expect(await count()).toBe(before)
  })

  it('stay words where they are somebody’s name', async () => {
    const { ticket } = await tripOf(rig)
    const before = rig.server.submissions.length
    const to = [{ name: `${'g:'.repeat(140)} x@evil.test;`, address: 'named@example.com' }]
    const { status } = await reply(ticket.id, { text: 'Hi', to })
    expect(status).toBe(200)
    await rig.sql(`update ${rig.table('outboundEmails')} set due_at = now() where state = 'held'`)
    await rig.reply(ticket)
    const sent = rig.server.submissions.slice(before).map(({ envelope }) => envelope.to)
    expect(sent).toEqual([['named@example.com'], [ticket.requesterAddress]])
  })

  it('in From or Reply-To of a mail name one sender or none, at once', async () => {
    // The process that reads mails starts with the first one.
    await rig.take([mailOf()])
    for (const [name, address] of Object.entries(groups)) {
      const raws = () => [
        mailOf({ From: address }),
        mailOf({ From: 'Real <real@example.com>', 'Reply-To': address, Sender: address }),
        mailOf({ From: 'Web form', 'Reply-To': address }),
        mailOf({ From: 'Real <real@example.com>', To: `help@acme.test, ${address}`, Cc: address }),
      ]
      const entries = await within(4000, () => rig.take(raws()))
      expect(entries.length).toBe(4)
      expect(entries.map(({ state }) => [name, ['done', 'quarantined'].includes(state)])).toEqual(
        entries.map(() => [name, true]),
      )
      const [from, answered, form, many] = entries
      for (const one of [from!, form!])
        if (one.verdict === 'quarantined') expect([name, one.reason]).toEqual([name, 'noSender'])
        else expect([name, one.fromAddress]).toEqual([name, expect.stringMatching(/^[a-z]+@evil\.test$/)])
      for (const one of [answered!, many!])
        expect([name, one.verdict, one.fromAddress]).toEqual([name, 'opened', 'real@example.com'])
      if (address !== nested) continue
      rig.server.submissions.length = 0
      await rig.reply(await ticketOf(rig, answered!))
      expect(rig.server.submissions.map(({ envelope }) => envelope.to)).toEqual([['real@example.com']])
    }
  })
})

describe('E03 a mail that would read files or addresses', () => {
  const secret = 'tapir-in-the-file'
  let server: Server
  let folder: string
  let path: string
  let href: string
  /** What somebody asked of the server. */
  const asked: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'helpdesk-secret-'))
    path = join(folder, 'secret.txt')
    writeFileSync(path, secret)
    server = createServer((req, res) => {
      asked.push(req.url ?? '')
      res.end('tapir-in-the-answer')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    href = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`
  })
  afterAll(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })
  afterEach(() => {
    expect(asked).toEqual([])
    const mails = rig.server.addresses().flatMap((address) => rig.server.mailbox(address))
    const words = mails.map(({ text }) => text).join('\n')
    for (const word of ['tapir', Buffer.from(secret).toString('base64').slice(0, 16)])
      expect(words).not.toContain(word)
  })

  const shapes = () => ({
    'a path': { path },
    'an address': { href },
    'a raw mail': { raw: { path } },
    'a raw address': { raw: { href } },
    'a file’s URL': { path: `file://${path}` },
  })

  it('by an agent’s reply is refused, whichever field it stands in', async () => {
    const { ticket } = await tripOf(rig)
    const to = [{ name: '', address: ticket.requesterAddress }]
    const before = (await rig.messages(ticket.id)).length
    for (const [name, shape] of Object.entries(shapes()))
      for (const body of [
        { text: shape },
        { text: 'Hi', attachments: [shape] },
        { text: 'Hi', attachments: [{ filename: 'a.txt', ...shape }] },
        { text: 'Hi', attachments: shape },
        { html: shape },
        { source: shape },
        shape,
      ]) {
        const { status, body: answer } = await reply(ticket.id, { to, ...body })
        expect([name, Object.keys(body), status]).toEqual([name, Object.keys(body), 400])
        expect(answer.error!.key).toMatch(/^(badInput|emptyMessage)$/)
      }
    expect((await rig.messages(ticket.id)).length).toBe(before)
  })

  it('by an agent’s reply that has words too sends the words', async () => {
    const { ticket } = await tripOf(rig)
    const to = [{ name: '', address: ticket.requesterAddress }]
    const upload = {
      type: 'upload',
      relationTo: 'media',
      value: { url: href, filename: 'x', mimeType: 'image/png' },
    }
    const link = { type: 'link', fields: { url: `file://${path}`, linkType: 'custom' }, children: [] }
    const words = { type: 'paragraph', children: [{ type: 'text', text: 'Just words.' }, link, upload] }
    for (const shape of [...Object.values(shapes()), { html: { path } }])
      await reply(ticket.id, { to, text: 'Just words.', ...shape })
    await reply(ticket.id, { to, source: { root: { type: 'root', children: [words, upload] } } })
    await rig.sql(`update ${rig.table('outboundEmails')} set due_at = now() where state = 'held'`)
    await rig.reply(ticket)
    const sent = rig.server
      .mailbox(ticket.requesterAddress)
      .filter(({ text }) => text.includes('Just words.'))
    expect(sent.length).toBeGreaterThan(0)
  })

  it('by the webhook is refused with the field’s name', async () => {
    const desk = { site: rig.site, mailbox: rig.mailbox } as Desk
    const call = callerOf(desk, (await newKey(desk)).secret)
    const tickets = (await rig.tickets()).length
    for (const [name, shape] of Object.entries(shapes()))
      for (const [field, body] of [
        ['message', { message: shape }],
        ['html', { html: shape }],
        ['attachments.0', { attachments: [shape] }],
        ['attachments.0', { attachments: [{ filename: 'a.txt', content: shape }] }],
        [Object.keys(shape)[0]!, shape],
      ] as const) {
        const { status, body: answer } = await call(request(body))
        const named = (answer['errors'] as { field: string }[]).map((error) => error.field)
        expect([name, status, named.join()]).toEqual([name, 400, expect.stringContaining(field)])
      }
    expect((await rig.tickets()).length).toBe(tickets)
  })

  /** A mail in which somebody has put these where words or bytes stand. */
  const mail = (change: object): OutgoingMail => ({
    envelope: { from: '', sender: 'help@acme.test', to: ['files@example.com'] },
    from: { name: '', address: 'help@acme.test' },
    to: [{ name: '', address: 'files@example.com' }],
    cc: [],
    headers: [{ key: 'Subject', value: 'Files' }],
    date: new Date().toISOString(),
    html: '<p>Hi</p>',
    text: 'Hi',
    attachments: [],
    boundary: 'b',
    ...change,
  })

  const refuses = async (transport: MailTransport): Promise<void> => {
    await transport.send(mail({}))
    const sent = rig.server.mailbox('files@example.com').length
    for (const shape of [{ path }, { href }])
      for (const change of [
        { html: shape },
        { text: shape },
        { attachments: [{ filename: 'a.txt', contentType: 'text/plain', content: shape }] },
      ]) {
        const error = await transport.send(mail(change)).catch((thrown: Error) => thrown)
        expect([Object.keys(change), String((error as Error).cause ?? error)]).toEqual([
          Object.keys(change),
          expect.stringMatching(/(File|Url) access rejected/),
        ])
      }
    expect(rig.server.mailbox('files@example.com').length).toBe(sent)
    transport.close()
  }

  it('is refused by the mailbox’s own transport too, whoever has made it', async () => {
    const login = { ...rig.server.smtp, security: 'none' as const, user: 'help@acme.test', ehlo: 'acme.test' }
    await refuses(smtpTransport({ ...login, password: () => 'correct horse', allowPrivate: true }))
  })

  it('and by the site’s own email', async () => {
    const adapter = await nodemailerAdapter({
      defaultFromAddress: 'site@acme.test',
      defaultFromName: 'Site',
      skipVerify: true,
      transportOptions: {
        ...rig.server.smtp,
        secure: false,
        ignoreTLS: true,
        auth: { user: 'help@acme.test', pass: 'correct horse' },
      } as never,
    })
    const { email, sendEmail } = rig.payload
    try {
      rig.payload.email = adapter({ payload: rig.payload })
      rig.payload.sendEmail = rig.payload.email.sendEmail
      await refuses(payloadTransport(rig.payload))
    } finally {
      Object.assign(rig.payload, { email, sendEmail })
    }
  })
})
