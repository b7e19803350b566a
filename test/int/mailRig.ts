import type { Payload } from 'payload'
import { createLocalReq } from 'payload'
import type { DocID, InboundEmail, Message, Ticket } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import type { WorkContext } from '../../src/core/part.js'
import type { HelpdeskOptions } from '../../src/index.js'
import { insertEntries } from '../../src/mail/inbound/journal.js'
import { closeParsers } from '../../src/mail/inbound/parsers.js'
import { packRaw, sha256, writeRaws } from '../../src/mail/inbound/raw.js'
import { inboundWork } from '../../src/mail/inbound/work.js'
import { outboundWork } from '../../src/mail/outbound/deliver.js'
import { closeTransports } from '../../src/mail/transports/transportOf.js'
import { replyToTicket } from '../../src/operations/replyToTicket.js'
import { type MailServer, type ReceivedMail, startMailServer } from '../mailServer.js'
import { createSite, type Site } from '../site.js'

export type Rig = {
  site: Site
  payload: Payload
  server: MailServer
  /** The mailbox help@acme.test. */
  mailbox: DocID
  addMailbox: (address: string, data?: Record<string, unknown>) => Promise<DocID>
  /** Runs one slice of inbound work until it has nothing more to do. */
  run: (slice: 'mail.fetch' | 'mail.process' | 'mail.sweep') => Promise<void>
  /** Connects, fetches and processes all there is. */
  receive: () => Promise<void>
  /** A mail comes in by IMAP and is processed; what became of it. */
  arrive: (raw: string | Buffer, to?: string) => Promise<InboundEmail>
  /** An agent answers, the worker sends; what lies in the customer's mailbox then. */
  reply: (ticket: Ticket, text?: string) => Promise<ReceivedMail>
  /** Puts mails into the journal as the fetch does, and processes them. */
  take: (raws: (string | Buffer)[], mailbox?: DocID) => Promise<InboundEmail[]>
  sql: <T = Record<string, unknown>>(text: string, values?: unknown[]) => Promise<T[]>
  table: (slug: keyof ReturnType<typeof getHelpdesk>['slugs']) => string
  journal: () => Promise<InboundEmail[]>
  tickets: () => Promise<Ticket[]>
  messages: (ticket?: DocID) => Promise<Message[]>
  participants: (ticket: DocID) => Promise<{ address: string; accepted: boolean; role: string }[]>
  close: () => Promise<void>
}

const password = 'correct horse'

export const context = (payload: Payload): WorkContext => ({
  payload,
  signal: new AbortController().signal,
  workerId: `test-${process.pid}`,
  wake: () => undefined,
})

/** A site, a mail server and the mailbox help@acme.test, connected. */
export const createRig = async (
  args: { options?: HelpdeskOptions; settings?: Record<string, unknown> } = {},
): Promise<Rig> => {
  const accounts = ['help', 'billing'].map((name) => ({ address: `${name}@acme.test`, password }))
  const server = await startMailServer({ accounts })
  const site = await createSite({
    options: {
      mailboxes: { allowPrivateHosts: true },
      ...args.options,
      // A second parser takes longer to start than the few mails of a trip to read.
      mail: { parsers: { count: 1 }, ...args.options?.mail },
    },
  })
  const { payload } = site
  const { slugs } = getHelpdesk(payload)
  const table: Rig['table'] = (slug) => tableOf(payload, slugs[slug])
  const sql: Rig['sql'] = async (text, values) => (await sqlOf({ payload }).query(text, values)).rows as never
  let uid = 100_000

  const addMailbox: Rig['addMailbox'] = async (address, data = {}) => {
    const { id } = await payload.create({
      collection: slugs.mailboxes as never,
      data: {
        name: address,
        address,
        type: 'email',
        receive: { kind: 'imap', ...server.imap, security: 'none', user: address, password },
        send: { kind: 'smtp', ...server.smtp, security: 'none', user: address, password },
        settings: args.settings ?? {},
        ...data,
      } as never,
      depth: 0,
      overrideAccess: true,
      req: await createLocalReq({}, payload),
    })
    return id as DocID
  }
  const mailbox = await addMailbox('help@acme.test')

  const run: Rig['run'] = async (name) => {
    const slice = inboundWork(getHelpdesk(payload)).find((work) => work.name === name)!
    while ((await slice.run(context(payload))).more);
  }
  const journal: Rig['journal'] = async () =>
    sql<InboundEmail>(
      `select id, mailbox_id mailbox, uid::int uid, state, verdict, reason, explanation, attempts::int attempts,
         error, from_address "fromAddress", subject, ticket_id ticket, message_id message
       from ${table('inboundEmails')} order by created_at, uid, id`,
    )
  const due = () => sql(`update ${table('mailboxState')} set next_try_at = null`)

  const rig: Rig = {
    site,
    payload,
    server,
    mailbox,
    addMailbox,
    run,
    receive: async () => {
      await due()
      await run('mail.fetch')
      await run('mail.process')
    },
    arrive: async (raw, to = 'help@acme.test') => {
      const before = new Set((await journal()).map(({ id }) => id))
      server.deliver({ to, raw })
      await rig.receive()
      const [entry, ...others] = (await journal()).filter(({ id }) => !before.has(id))
      if (!entry || others.length)
        throw new Error(`One mail came in, ${others.length + Number(!!entry)} were seen.`)
      return entry
    },
    reply: async (ticket, text = 'Have you tried turning it on?') => {
      const [deliver] = outboundWork(getHelpdesk(payload))
      const deliverAll = async () => {
        while ((await deliver!.run(context(payload))).more);
      }
      const to = ticket.requesterAddress
      // What waits already goes first, not beside it.
      await deliverAll()
      const known = server.mailbox(to).length
      const req = await createLocalReq({}, payload)
      await replyToTicket({
        req,
        overrideAccess: true,
        ticket: ticket.id,
        text,
        to: [{ name: '', address: to }],
        undoWindowMs: 0,
      })
      await deliverAll()
      const mail = server.mailbox(to)[known]
      if (!mail) throw new Error(`The reply to ${to} has not arrived.`)
      return mail
    },
    take: async (raws, into = mailbox) => {
      const before = new Set((await journal()).map(({ id }) => id))
      const req = await createLocalReq({}, payload)
      const place = { mailbox: into, epoch: 0, folder: 'test', uidValidity: 7 }
      for (const given of raws) {
        const raw = Buffer.isBuffer(given) ? given : Buffer.from(given.replace(/\r?\n/g, '\r\n'))
        uid += 1
        const ids = await insertEntries({
          req,
          place,
          entries: [
            {
              uid,
              size: raw.length,
              rescanned: false,
              internalDate: new Date().toISOString(),
              sha256: sha256(raw),
              reason: '',
              state: 'received',
              verdict: null,
              explanation: '',
            },
          ],
        })
        await writeRaws(req, [{ inboundEmail: ids.get(uid)!, pieces: await packRaw(raw) }])
      }
      await run('mail.process')
      return (await journal()).filter(({ id }) => !before.has(id))
    },
    sql,
    table,
    journal,
    tickets: () =>
      sql<Ticket>(
        `select id, number::int number, subject, status, automatic, mailbox_id mailbox, requester_address "requesterAddress",
           requester_verified "requesterVerified", reply_key "replyKey", related_to_id "relatedTo",
           follow_up_of_id "followUpOf", message_count::int "messageCount" from ${table('tickets')} order by id`,
      ),
    messages: (ticket) =>
      sql<Message>(
        `select id, ticket_id ticket, kind, visibility, unverified, automatic, from_address "fromAddress", subject, text,
           message_id "messageId", reason, has_attachments "hasAttachments" from ${table('messages')}
         where $1::int is null or ticket_id = $1 order by id`,
        [ticket ?? null],
      ),
    participants: (ticket) =>
      sql(`select address, accepted, role from ${table('participants')} where ticket_id = $1 order by id`, [
        ticket,
      ]),
    close: async () => {
      await closeParsers(payload)
      closeTransports(payload)
      await server.close()
      await site.close()
    },
  }
  await due()
  await run('mail.fetch')
  return rig
}

let counter = 0

/** A small mail of Eve, with these headers changed or left out (null). */
export const mailOf = (headers: Record<string, string | null> = {}, body = 'My lamp is broken.'): string => {
  counter += 1
  const all: Record<string, string | null> = {
    From: 'Eve Example <eve@example.com>',
    To: 'help@acme.test',
    Subject: `Broken lamp ${counter}`,
    'Message-ID': `<mail-${counter}-${process.pid}@example.com>`,
    Date: new Date().toUTCString().replace('GMT', '+0000'),
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`]))
  return `${lines.join('\r\n')}\r\n\r\n${body}\r\n`
}
