import { createLocalReq, type PayloadRequest } from 'payload'
import type { DocID, Mailbox, Ticket } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import type { SlugKey } from '../../src/core/slugs.js'
import { ensureContact, openTicket, receiveMessage } from '../../src/index.js'
import { createSite, type Site, type SiteArgs, type SiteUser } from '../site.js'

export type OpenArgs = {
  from?: Mailbox
  subject?: string
  text?: string
  html?: string
  mailbox?: DocID
  cc?: Mailbox[]
  assignee?: DocID
}

/** A site with two mailboxes, on no mail server: what customers write is put in by the verbs that mail calls. */
export type DeskSite = {
  site: Site
  system: PayloadRequest
  mailbox: DocID
  billing: DocID
  /** A Local API request of a user, as they are now. */
  reqOf: (user: SiteUser) => Promise<PayloadRequest>
  makeMailbox: (name: string, address: string, data?: object) => Promise<DocID>
  /** A customer's first message. */
  open: (args?: OpenArgs) => Promise<{ ticket: Ticket; message: DocID }>
  /** The customer's next message. */
  receive: (
    ticket: Ticket,
    args?: { text?: string; arrival?: object },
  ) => Promise<{ outcome: string; message: DocID | null }>
  /** Rows of a collection's table, by id. */
  rows: <T = Record<string, unknown>>(key: SlugKey, where?: string, values?: unknown[]) => Promise<T[]>
  one: (key: SlugKey, id: DocID) => Promise<Record<string, unknown>>
}

export const ada: Mailbox = { name: 'Ada', address: 'ada@example.com' }

let count = 0

/** A message's words. */
export const contentOf = (text: string, change: object = {}) => ({
  subject: 'Broken kettle',
  html: '',
  text,
  quotedHtml: '',
  quotedText: '',
  signature: '',
  messageId: `<${++count}.${Math.random()}@example.com>`,
  references: [],
  recipients: [],
  remoteImages: 0,
  sentDate: null,
  ...change,
})

/** How a message came. */
export const arrivalOf = (change: object = {}) => ({
  reason: 'newTicket',
  inboundEmail: null,
  automatic: false,
  visibility: 'customer' as const,
  unverified: false,
  attachments: [],
  ...change,
})

export const openDeskSite = async (args: SiteArgs = {}): Promise<DeskSite> => {
  const site = await createSite(args)
  const { payload } = site
  const { slugs } = getHelpdesk(payload)
  const system = await createLocalReq({}, payload)

  const makeMailbox: DeskSite['makeMailbox'] = async (name, address, data = {}) => {
    const made = await payload.create({
      collection: slugs.mailboxes as never,
      data: {
        name,
        address,
        receive: { kind: 'none' },
        send: { kind: 'smtp', host: '127.0.0.1', port: 2525, security: 'none', user: 'u', password: 'p' },
        ...data,
      } as never,
      depth: 0,
      overrideAccess: true,
      req: system,
    })
    return (made as { id: DocID }).id
  }
  const mailbox = await makeMailbox('Support', 'help@acme.example')
  const billing = await makeMailbox('Billing', 'billing@acme.example')

  const rows: DeskSite['rows'] = async (key, where = 'true', values = []) =>
    (
      await sqlOf({ payload }).query(
        `select * from ${tableOf(payload, slugs[key])} where ${where} order by id`,
        values,
      )
    ).rows as never

  return {
    site,
    system,
    mailbox,
    billing,
    makeMailbox,
    reqOf: async (user) => {
      const doc = await payload.findByID({
        collection: user.collection as never,
        id: user.id as never,
        depth: 0,
        overrideAccess: true,
        req: system,
      })
      return createLocalReq({ user: { ...(doc as object), collection: user.collection } as never }, payload)
    },
    open: async ({
      from = ada,
      subject = 'Broken kettle',
      text = 'It does not boil.',
      html = '',
      ...rest
    } = {}) => {
      const { contact } = await ensureContact({ req: system, ...from })
      const { ticket, message } = await openTicket({
        req: system,
        overrideAccess: true,
        mailbox: rest.mailbox ?? mailbox,
        contact,
        requester: from,
        requesterVerified: false,
        subject,
        source: 'email',
        ...(rest.cc && { cc: rest.cc }),
        ...(rest.assignee !== undefined && { assignee: rest.assignee }),
        first: { content: contentOf(text, { subject, html }), arrival: arrivalOf(), from },
      })
      return { ticket, message: message! }
    },
    receive: (ticket, { text = 'Any news?', arrival = {} } = {}) =>
      receiveMessage({
        req: system,
        overrideAccess: true,
        ticket: ticket.id,
        contact: ticket.contact,
        from: ada,
        content: contentOf(text),
        arrival: arrivalOf({ reason: 'ourMessageId', ...arrival }),
      }),
    rows,
    one: async (key, id) => (await rows(key, 'id = $1', [id]))[0]!,
  }
}
