import { createLocalReq, type PayloadRequest } from 'payload'
import type { DocID, Mailbox, OutboundEmail, Ticket } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import type { HelpdeskOptions } from '../../src/index.js'
import { outboundWork } from '../../src/mail/outbound/deliver.js'
import { readOutbox } from '../../src/mail/outbound/outbox.js'
import { closeTransports } from '../../src/mail/transports/transportOf.js'
import type { ReplyArgs, ReplyResult } from '../../src/operations/args.js'
import { ensureContact } from '../../src/operations/contact.js'
import { openTicket } from '../../src/operations/openTicket.js'
import { replyToTicket } from '../../src/operations/replyToTicket.js'
import { type MailServer, startMailServer } from '../mailServer.js'
import { createSite, type Site, type SiteArgs, type SiteUser } from '../site.js'

/** A site with a mailbox at a real SMTP server, and what an agent and the worker do there. */
export type Desk = {
  site: Site
  server: MailServer
  system: PayloadRequest
  agent: PayloadRequest
  /** A request of a user, as they are now. */
  requestOf: (user: SiteUser) => Promise<PayloadRequest>
  mailbox: DocID
  addMailbox: (address: string, change?: { send?: object; settings?: object }) => Promise<DocID>
  changeMailbox: (data: object, id?: DocID) => Promise<void>
  /** A customer's mail has opened a ticket. */
  open: (args?: {
    from?: Mailbox
    subject?: string
    messageId?: string
    mailbox?: DocID
    cc?: Mailbox[]
    /** Whether their address is proven. */
    verified?: boolean
  }) => Promise<Ticket>
  /** The agent answers; without an undo window unless one is named. */
  reply: (ticket: Ticket, args?: Partial<ReplyArgs>) => Promise<ReplyResult>
  /** The worker runs until it has nothing more to do. */
  work: () => Promise<void>
  outbox: (id: DocID) => Promise<OutboundEmail>
  rows: <T = Record<string, unknown>>(key: string, where?: string, values?: unknown[]) => Promise<T[]>
  /** Moves the worker's clock on. */
  later: (ms: number) => void
  close: () => Promise<void>
}

export const minute = 60_000

const password = 'secret'

export const openDesk = async (options: HelpdeskOptions = {}, site: SiteArgs['site'] = undefined) => {
  const server = await startMailServer({ accounts: [{ address: 'help@acme.test', password }] })
  const made = await createSite({
    ...(site && { site }),
    options: { mailboxes: { allowPrivateHosts: true }, ...options },
  })
  const desk = await deskOf(made, server)
  return desk
}

const requestOf = async (site: Site, user: SiteUser): Promise<PayloadRequest> => {
  const doc = await site.payload.findByID({
    collection: user.collection as never,
    id: user.id as never,
    depth: 0,
    overrideAccess: true,
    req: await createLocalReq({}, site.payload),
  })
  return createLocalReq({ user: { ...(doc as object), collection: user.collection } as never }, site.payload)
}

const deskOf = async (site: Site, server: MailServer): Promise<Desk> => {
  const { payload } = site
  const { slugs } = getHelpdesk(payload)
  const system = await createLocalReq({}, payload)
  const agent = await requestOf(site, site.users.agent)

  const addMailbox: Desk['addMailbox'] = async (address, change = {}) => {
    server.addAccount({ address, password })
    const doc = await payload.create({
      collection: slugs.mailboxes as never,
      data: {
        name: 'Acme Help',
        fromName: 'Acme',
        address,
        receive: { kind: 'none' },
        send: { kind: 'smtp', ...server.smtp, security: 'none', user: address, password, ...change.send },
        settings: { showAgentName: true, ...change.settings },
      } as never,
      depth: 0,
      overrideAccess: true,
      req: system,
    })
    return (doc as { id: DocID }).id
  }
  const mailbox = await addMailbox('help@acme.test')

  const rows: Desk['rows'] = async (key, where = 'true', values = []) =>
    (
      await sqlOf({ payload }).query(
        `select * from ${tableOf(payload, slugs[key as keyof typeof slugs])} where ${where} order by id`,
        values,
      )
    ).rows as never

  const work = async (): Promise<void> => {
    const [slice] = outboundWork(getHelpdesk(payload))
    const context = {
      payload,
      signal: new AbortController().signal,
      workerId: 'test',
      wake: () => undefined,
    }
    for (let i = 0; i < 200; i++) if (!(await slice!.run(context)).more) return
    throw new Error('The worker finds no end.')
  }

  let number = 0
  return {
    site,
    server,
    system,
    agent,
    requestOf: (user) => requestOf(site, user),
    mailbox,
    addMailbox,
    changeMailbox: async (data, id = mailbox) => {
      await payload.update({
        collection: slugs.mailboxes as never,
        id,
        data: data as never,
        depth: 0,
        overrideAccess: true,
        req: system,
      })
    },
    open: async (args = {}) => {
      number += 1
      const from = args.from ?? { name: 'Dora Müller', address: `dora${number}@example.com` }
      const { contact } = await ensureContact({ req: system, ...from })
      const { ticket } = await openTicket({
        req: system,
        overrideAccess: true,
        mailbox: args.mailbox ?? mailbox,
        contact,
        requester: from,
        requesterVerified: args.verified ?? false,
        subject: args.subject ?? 'Broken kettle',
        source: 'email',
        cc: args.cc,
        first: {
          from,
          content: {
            subject: args.subject ?? 'Broken kettle',
            html: '',
            text: 'It does not boil.',
            quotedHtml: '',
            quotedText: '',
            signature: '',
            messageId: args.messageId ?? `<first-${number}@example.com>`,
            references: [],
            recipients: [],
            remoteImages: 0,
            sentDate: null,
          },
          arrival: {
            reason: 'newTicket',
            inboundEmail: null,
            automatic: false,
            visibility: 'customer',
            unverified: false,
            attachments: [],
          },
        },
      })
      return ticket
    },
    reply: (ticket, args = {}) =>
      replyToTicket({
        req: agent,
        overrideAccess: true,
        ticket: ticket.id,
        text: 'Have you tried\n\nturning it on?',
        to: [{ name: 'Dora Müller', address: ticket.requesterAddress }],
        undoWindowMs: 0,
        ...args,
      }),
    work,
    outbox: async (id) => (await readOutbox(system, id))!,
    rows,
    later: (ms) => {
      process.env['HELPDESK_CLOCK_OFFSET_MS'] = String(
        Number(process.env['HELPDESK_CLOCK_OFFSET_MS'] ?? 0) + ms,
      )
    },
    close: async () => {
      delete process.env['HELPDESK_CLOCK_OFFSET_MS']
      closeTransports(payload)
      await site.close()
      await server.close()
    },
  }
}

/** A header's value, unfolded; undefined where the mail has none. */
export const header = (mail: { text: string }, name: string): string | undefined => {
  const head = mail.text.split('\r\n\r\n')[0]!.replace(/\r\n[ \t]+/g, ' ')
  return head
    .split('\r\n')
    .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    ?.slice(name.length + 1)
    .trim()
}

/** What the sender's program handed over, without the lines that the server put above. */
export const sent = (mail: { text: string }): string => mail.text.slice(mail.text.indexOf('\r\nFrom:') + 2)
