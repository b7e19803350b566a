import { createLocalReq } from 'payload'
import type { DocID, Ticket } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { insertRows, sqlOf, tableOf } from '../../src/core/database.js'
import { takeLease } from '../../src/core/lease.js'
import type { SlugKey } from '../../src/core/slugs.js'
import { rotateSecret } from '../../src/events/webhooks/secrets.js'
import { addNote, blockSender, ensureContact, markRead, replyToTicket, saveDraft } from '../../src/index.js'
import { packRaw } from '../../src/mail/inbound/raw.js'
import { recordRun } from '../../src/operations/heartbeat.js'
import { uploadAttachment } from '../../src/operations/uploadAttachment.js'
import { createKey } from '../../src/webhook/keys.js'
import type { SiteArgs, SiteUser } from '../site.js'
import { ada, type DeskSite, type OpenArgs, openDeskSite } from './deskSite.js'

/** Who asks, in the order of the columns of `expected`. */
export const askers = [
  'anonymous',
  'customer',
  'noRole',
  'agent',
  'otherAgent',
  'manager',
  'administrator',
] as const
export type Asker = (typeof askers)[number]

/** The two desks of the site: the agent's and the other agent's. Neither may see anything of the other. */
export type Side = 'mine' | 'foreign'

export type AccessDesk = DeskSite & {
  users: Record<Asker, SiteUser | undefined>
  slugOf: (key: SlugKey) => string
  /** What of each collection is on which side; what belongs to nobody is on neither. */
  ids: Record<SlugKey, Record<Side, DocID[]>>
  /** All ids of a collection. */
  all: (key: SlugKey) => Promise<DocID[]>
  openOn: (side: Side, args?: OpenArgs) => Promise<{ ticket: Ticket; message: DocID }>
  agentOf: (side: Side) => SiteUser
  mailboxOf: (side: Side) => DocID
  /** A mail in quarantine, with its source. */
  quarantine: (side: Side) => Promise<DocID>
  /** Another system; switched off where it is not to hear anything. */
  makeWebhook: (name: string, active?: boolean) => Promise<DocID>
  /** Changes whenever any row of the help desk does, `except` these collections. */
  fingerprint: (except?: SlugKey[]) => Promise<string>
}

export const bob = { name: 'Bob', address: 'bob@example.com' }

const rawMail = (from: string) => Buffer.from(`From: ${from}\r\nSubject: Odd mail\r\n\r\nHello\r\n`)

/** A site where every collection holds something of the agent's, of the other agent's, or of the machinery. */
export const openAccessDesk = async (args: SiteArgs = {}): Promise<AccessDesk> => {
  const desk = await openDeskSite(args)
  const { site, system, rows } = desk
  const { payload, users } = site
  const { slugs } = getHelpdesk(payload)
  const agentOf = (side: Side) => (side === 'mine' ? users.agent : users.otherAgent)
  const mailboxOf = (side: Side) => (side === 'mine' ? desk.mailbox : desk.billing)

  const setMembers = async (mailbox: DocID, side: Side) => {
    await payload.update({
      collection: slugs.mailboxes as never,
      id: mailbox as never,
      data: { members: [agentOf(side).id] } as never,
      depth: 0,
      overrideAccess: true,
      req: system,
    })
  }
  // As mailboxes that are read, so that the rest of a mail can be asked for; no worker runs here.
  await sqlOf({ payload }).query(
    `update ${tableOf(payload, slugs.mailboxes)} set receive_kind = 'imap', receive_host = 'imap.acme.example'`,
  )
  await setMembers(desk.mailbox, 'mine')
  await setMembers(desk.billing, 'foreign')
  // One more, so that the numbers of both sides differ.
  await setMembers(await desk.makeMailbox('Returns', 'returns@acme.example'), 'mine')

  const openOn: AccessDesk['openOn'] = (side, args = {}) =>
    desk.open({ from: side === 'mine' ? ada : bob, mailbox: mailboxOf(side), ...args })

  let uid = 0
  const quarantine: AccessDesk['quarantine'] = async (side) => {
    const at = new Date().toISOString()
    const from = side === 'mine' ? ada.address : bob.address
    const [id] = await insertRows({
      req: system,
      slug: slugs.inboundEmails,
      rows: [
        {
          mailbox: mailboxOf(side),
          folder: 'INBOX',
          uidValidity: 1,
          uid: ++uid,
          state: 'quarantined',
          verdict: 'quarantined',
          reason: 'failed',
          explanation: 'It could not be read.',
          error: 'broken',
          attempts: 4,
          fromAddress: from,
          subject: 'Odd mail',
          createdAt: at,
        },
      ],
    })
    const parts = await packRaw(rawMail(from))
    await insertRows({
      req: system,
      slug: slugs.rawSources,
      rows: parts.map((data, part) => ({ inboundEmail: id, part, data, keepUntil: null })),
    })
    return id!
  }

  const makeWebhook: AccessDesk['makeWebhook'] = async (name, active = false) => {
    const made = await payload.create({
      collection: slugs.webhooks as never,
      data: { name, url: 'https://hooks.example.com/', events: ['assigned'], active } as never,
      depth: 0,
      overrideAccess: true,
      req: system,
    })
    return (made as { id: DocID }).id
  }

  const addDeal = (side: Side, contact: DocID) =>
    payload.create({
      collection: slugs.deals as never,
      data: { title: `Kettles of ${side}`, contact, value: 100, owner: agentOf(side).id } as never,
      depth: 0,
      overrideAccess: true,
      req: system,
    })

  const fill = async (side: Side): Promise<void> => {
    const person = side === 'mine' ? ada : bob
    const { ticket, message } = await openOn(side)
    const agent = await desk.reqOf(agentOf(side))
    const file = { name: 'note.txt', type: 'text/plain', data: Buffer.from(`secret of ${side}`) }
    const { attachment } = await uploadAttachment({ req: agent, file })
    await addNote({ req: agent, ticket: ticket.id, text: `Note of ${side}`, attachments: [attachment] })
    await replyToTicket({ req: agent, ticket: ticket.id, text: `Reply of ${side}`, to: [person] })
    await saveDraft({ req: agent, ticket: ticket.id, kind: 'reply', source: { text: `Draft of ${side}` } })
    await markRead({ req: agent, ticket: ticket.id, read: true })
    await addDeal(side, ticket.contact)
    await quarantine(side)
    const at = new Date().toISOString()
    await insertRows({
      req: system,
      slug: slugs.mailKeys,
      rows: [{ mailbox: mailboxOf(side), hash: `hash of ${side}`, message, createdAt: at }],
    })
    await insertRows({
      req: system,
      slug: slugs.mailboxState,
      rows: [{ mailbox: mailboxOf(side), folder: 'INBOX', uidValidity: 1, lastUid: 7 }],
    })
    await insertRows({
      req: system,
      slug: slugs.events,
      rows: [
        {
          name: 'ticketOpened',
          ticket: ticket.id,
          state: 'failed',
          error: `Event of ${side}`,
          createdAt: at,
        },
      ],
    })
    await createKey({ req: system, mailbox: mailboxOf(side), kind: 'url' })
    await insertRows({
      req: system,
      slug: slugs.webhookCalls,
      rows: [{ mailbox: mailboxOf(side), key: `call of ${side}`, answer: {}, createdAt: at }],
    })
    await insertRows({
      req: system,
      slug: slugs.portalKeys,
      rows: [{ key: `session:of ${side}`, kind: 'session', address: `${side}@example.com`, createdAt: at }],
    })
    await insertRows({
      req: system,
      slug: slugs.formSubmissions,
      rows: [{ submission: `submission of ${side}`, state: 'opened', ticket: ticket.id, createdAt: at }],
    })
    const webhook = await makeWebhook(`Hook of ${side}`)
    await rotateSecret({ req: system, webhook })
    await insertRows({
      req: system,
      slug: slugs.webhookDeliveries,
      rows: [
        {
          webhook,
          key: `msg of ${side}`,
          event: 'assigned',
          ticket: ticket.id,
          state: 'failed',
          createdAt: at,
        },
      ],
    })
    await blockSender({ req: agent, ticket: ticket.id, blocked: true })
  }
  await fill('mine')
  await fill('foreign')
  const more = await openOn('mine', { from: { name: 'Carla', address: 'carla@example.com' } })
  const agent = await desk.reqOf(users.agent)
  const { attachment } = await uploadAttachment({
    req: agent,
    file: { name: 'b.txt', type: 'text/plain', data: Buffer.from('b') },
  })
  await addNote({ req: agent, ticket: more.ticket.id, text: 'Another', attachments: [attachment] })
  await addDeal('mine', more.ticket.contact)
  await ensureContact({ req: system, name: 'Nobody', address: 'nobody@example.com' })
  await takeLease({ payload, key: 'mailbox:1:fetch', holder: 'test', ttlMs: 60_000 })
  await recordRun({ payload, slice: 'mail.fetch', worker: 'test' })

  const keys = Object.keys(slugs) as SlugKey[]
  const ids = await sortOut(keys, rows, { mine: users.agent.id, foreign: users.otherAgent.id })

  return {
    ...desk,
    users: { anonymous: undefined, ...users },
    slugOf: (key) => slugs[key],
    ids,
    all: async (key) => (await rows<{ id: DocID }>(key)).map(({ id }) => id),
    openOn,
    agentOf,
    mailboxOf,
    quarantine,
    makeWebhook,
    fingerprint: async (except = []) => {
      const texts = keys
        .filter((key) => !except.includes(key))
        .map(
          (key) =>
            `select '${key}' as key, md5(string_agg(x::text, '|' order by x.id)) as hash from ${tableOf(payload, slugs[key])} x`,
        )
      const found = await sqlOf({ payload }).query(texts.join(' union all '))
      return JSON.stringify(found.rows)
    },
  }
}

/** Sorts rows by what they point to: a ticket of a side, a mailbox of a side, an agent, a contact. */
const sortOut = async (
  keys: SlugKey[],
  rows: DeskSite['rows'],
  agents: Record<Side, DocID>,
): Promise<AccessDesk['ids']> => {
  const ids = Object.fromEntries(
    keys.map((key) => [key, { mine: [], foreign: [] }]),
  ) as unknown as AccessDesk['ids']
  const mailboxes = await rows<{ id: DocID; name: string }>('mailboxes')
  const billing = mailboxes.find(({ name }) => name === 'Billing')!.id
  const put = (key: SlugKey, id: DocID, isForeign: boolean) =>
    ids[key][isForeign ? 'foreign' : 'mine'].push(id)
  for (const { id } of mailboxes) put('mailboxes', id, id === billing)
  const tickets = await rows<{ id: DocID; mailbox_id: DocID; contact_id: DocID }>('tickets')
  const foreignTickets = new Set<DocID>()
  const contacts = new Map<DocID, boolean>()
  for (const row of tickets) {
    const isForeign = row.mailbox_id === billing
    put('tickets', row.id, isForeign)
    if (isForeign) foreignTickets.add(row.id)
    contacts.set(row.contact_id, isForeign)
  }
  for (const [id, isForeign] of contacts) put('contacts', id, isForeign)
  for (const row of await rows<{ id: DocID; owner_id: DocID }>('deals'))
    put('deals', row.id, row.owner_id === agents.foreign)
  for (const key of ['messages', 'activities', 'attachments', 'outboundEmails'] as const)
    for (const row of await rows<{ id: DocID; ticket_id: DocID | null }>(key))
      if (row.ticket_id !== null) put(key, row.id, foreignTickets.has(row.ticket_id))
  for (const row of await rows<{ id: DocID; mailbox_id: DocID }>('inboundEmails'))
    put('inboundEmails', row.id, row.mailbox_id === billing)
  return ids
}

/** A Local API request as somebody, or as nobody. */
export const reqAs = async (desk: AccessDesk, asker: Asker) => {
  const user = desk.users[asker]
  return user ? desk.reqOf(user) : createLocalReq({}, desk.site.payload)
}
