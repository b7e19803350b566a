import type { DocID } from '../../src/collections/types.js'
import { queueTest } from '../../src/events/webhooks/log.js'
import { rotateSecret } from '../../src/events/webhooks/secrets.js'
import { addNote, replyToTicket } from '../../src/index.js'
import { uploadAttachment } from '../../src/operations/uploadAttachment.js'
import { createKey, listKeys, revokeKey } from '../../src/webhook/keys.js'
import type { RequestArgs } from '../site.js'
import { type AccessDesk, bob, type Side } from './accessDesk.js'
import { ada } from './deskSite.js'

/** Statuses for each asker, in the order of `askers`. */
type Statuses = [number, number, number, number, number, number, number]

export type Row = {
  /** What the answers have to be for something of the agent's, and of the other agent's. */
  mine: Statuses
  foreign: Statuses
  /** What `:id` is, made anew for each call of an endpoint that changes something. */
  id?: (desk: AccessDesk, side: Side) => Promise<DocID> | DocID
  body?: (desk: AccessDesk, side: Side) => unknown
  /** What is sent instead of a JSON body. */
  sent?: () => RequestArgs
}

/** What only those may do who see it; `ok` is what they get. */
const whoSees = (ok = 200): Pick<Row, 'mine' | 'foreign'> => ({
  mine: [401, 403, 403, ok, 404, ok, ok],
  foreign: [401, 403, 403, 404, ok, ok, ok],
})

const everyAgent: Pick<Row, 'mine' | 'foreign'> = {
  mine: [401, 403, 403, 200, 200, 200, 200],
  foreign: [401, 403, 403, 200, 200, 200, 200],
}

const managers: Pick<Row, 'mine' | 'foreign'> = {
  mine: [401, 403, 403, 403, 403, 200, 200],
  foreign: [401, 403, 403, 403, 403, 200, 200],
}

/** The same for everybody who can sign in to the admin panel or the shop. */
const nobodyHere = (status: number): Pick<Row, 'mine' | 'foreign'> => ({
  mine: [status, status, status, status, status, status, status],
  foreign: [status, status, status, status, status, status, status],
})

const personOf = (side: Side) => (side === 'mine' ? ada : bob)

const newTicket = async (desk: AccessDesk, side: Side) => (await desk.openOn(side)).ticket.id
const newMessage = async (desk: AccessDesk, side: Side) => (await desk.openOn(side)).message

const newReply = async (desk: AccessDesk, side: Side): Promise<DocID> => {
  const { ticket } = await desk.openOn(side)
  const req = await desk.reqOf(desk.agentOf(side))
  return (
    await replyToTicket({ req, ticket: ticket.id, text: 'x', to: [personOf(side)], undoWindowMs: 60_000 })
  ).message
}

const upload = async (desk: AccessDesk, side: Side): Promise<DocID> => {
  const file = { name: 'a.txt', type: 'text/plain', data: Buffer.from(`secret of ${side}`) }
  return (await uploadAttachment({ req: await desk.reqOf(desk.agentOf(side)), file })).attachment
}

const fileOfNote = async (desk: AccessDesk, side: Side): Promise<DocID> => {
  const { ticket } = await desk.openOn(side)
  const attachment = await upload(desk, side)
  const req = await desk.reqOf(desk.agentOf(side))
  await addNote({ req, ticket: ticket.id, text: 'x', attachments: [attachment] })
  return attachment
}

/** Of a mailbox that has no other of its kind. */
const urlKey = async (desk: AccessDesk, side: Side): Promise<DocID> => {
  const req = await desk.reqOf(desk.users.manager!)
  const mailbox = desk.mailboxOf(side)
  for (const { id, kind } of await listKeys(req, mailbox)) if (kind === 'url') await revokeKey(req, id)
  return (await createKey({ req, mailbox, kind: 'url' })).key.id
}

/** One that a test event can be sent to. */
const newWebhook = async (desk: AccessDesk, side: Side): Promise<DocID> => {
  const webhook = await desk.makeWebhook(`Hook of ${side}`, true)
  await rotateSecret({ req: desk.system, webhook })
  return webhook
}

const newDelivery = async (desk: AccessDesk, side: Side): Promise<DocID> =>
  queueTest(desk.system, await newWebhook(desk, side))

const form = (): RequestArgs => {
  const data = new FormData()
  data.append('file', new File(['hello'], 'a.txt', { type: 'text/plain' }))
  data.append('_payload', '{}')
  return { form: data, headers: { 'x-helpdesk': '1' } }
}

const act = (body: Row['body'] = () => ({}), statuses = whoSees()): Row => ({
  ...statuses,
  id: newTicket,
  body,
})

const message = (ok: number, body: Row['body'] = () => ({}), id: Row['id'] = newMessage): Row => ({
  ...whoSees(ok),
  id,
  body,
})

const quarantined: Row = { ...managers, id: (desk, side) => desk.quarantine(side), body: () => ({}) }

const template: Row = {
  ...managers,
  id: (desk, side) => desk.mailboxOf(side),
  body: () => ({ event: 'ticketResolved', language: 'en', subject: '', body: '' }),
}

/** Every endpoint of the help desk with the answers it has to give. */
export const rows: Record<string, Row> = {
  'get /helpdesk/inbox/tickets': everyAgent,
  'get /helpdesk/inbox/overview': everyAgent,
  'get /helpdesk/contacts': everyAgent,
  'get /helpdesk/live': everyAgent,
  'get /helpdesk/tickets/:id': { ...whoSees(), id: newTicket },
  'post /helpdesk/tickets': {
    ...whoSees(),
    body: (desk, side) => ({
      mailbox: desk.mailboxOf(side),
      requester: personOf(side),
      subject: 'New',
      text: 'Hello',
    }),
  },
  'post /helpdesk/tickets/:id/reply': act((_, side) => ({ text: 'Hi', to: [personOf(side)] })),
  'post /helpdesk/tickets/:id/note': act(() => ({ text: 'Hi' })),
  'post /helpdesk/tickets/:id/draft': act(() => ({ kind: 'reply', source: { text: 'Hi' } })),
  'post /helpdesk/tickets/:id/status': act(() => ({ status: 'pending' })),
  'post /helpdesk/tickets/:id/assign': act(() => ({ assignee: null })),
  'post /helpdesk/tickets/:id/priority': act(() => ({ priority: 'high' })),
  'post /helpdesk/tickets/:id/subject': act(() => ({ subject: 'Kettle' })),
  'post /helpdesk/tickets/:id/reply-key': act(() => ({})),
  'post /helpdesk/tickets/:id/revoke-links': act(() => ({})),
  'post /helpdesk/tickets/:id/requester': act((_, side) => ({ address: personOf(side).address })),
  'post /helpdesk/tickets/:id/mailbox': act((desk, side) => ({ mailbox: desk.mailboxOf(side) })),
  'post /helpdesk/tickets/:id/spam': act(() => ({ spam: true })),
  'post /helpdesk/tickets/:id/block': act(() => ({ blocked: false })),
  'post /helpdesk/tickets/:id/deliverable': act((_, side) => ({ address: personOf(side).address })),
  'post /helpdesk/tickets/:id/delete': act(() => ({}), {
    mine: [401, 403, 403, 403, 404, 200, 200],
    foreign: [401, 403, 403, 404, 403, 200, 200],
  }),
  'post /helpdesk/tickets/:id/read': act(() => ({ read: true })),
  'post /helpdesk/tickets/:id/field': act(() => ({ name: 'orderNumber', value: '7' })),
  'post /helpdesk/tickets/:id/participants/add': act(() => ({ address: 'eve@example.com' })),
  'post /helpdesk/tickets/:id/participants/remove': {
    ...act(() => ({ address: 'eve@example.com' })),
    id: async (desk, side) =>
      (await desk.openOn(side, { cc: [{ name: 'Eve', address: 'eve@example.com' }] })).ticket.id,
  },
  // Its author's alone: the draft goes back to them.
  'post /helpdesk/messages/:id/undo': {
    ...message(200, () => ({}), newReply),
    mine: [401, 403, 403, 200, 404, 404, 404],
    foreign: [401, 403, 403, 404, 200, 404, 404],
  },
  'post /helpdesk/messages/:id/retry': message(409, () => ({}), newReply),
  'post /helpdesk/messages/:id/accept': message(200),
  'post /helpdesk/messages/:id/images': message(200, () => ({ allowed: true })),
  'get /helpdesk/messages/:id/why': { ...whoSees(), id: newMessage },
  // These were not opened by mail, so there is no source; who may not see them is not told even that.
  'get /helpdesk/messages/:id/source': { ...whoSees(410), id: newMessage },
  'post /helpdesk/attachments': { ...everyAgent, sent: form },
  // An upload is its owner's alone.
  'delete /helpdesk/attachments/:id': {
    mine: [401, 403, 403, 200, 404, 404, 404],
    foreign: [401, 403, 403, 404, 200, 404, 404],
    id: upload,
    body: () => ({}),
  },
  'get /helpdesk/attachments/:id': { ...whoSees(), id: fileOfNote },
  'get /helpdesk/quarantine': managers,
  'get /helpdesk/quarantine/:id/source': { ...managers, id: (desk, side) => desk.quarantine(side) },
  'post /helpdesk/quarantine/:id/retry': quarantined,
  'post /helpdesk/quarantine/:id/fetch': quarantined,
  'post /helpdesk/quarantine/:id/discard': quarantined,
  'post /helpdesk/quarantine/:id/ticket': quarantined,
  'get /helpdesk/mailboxes/:id/health': { ...managers, id: (desk, side) => desk.mailboxOf(side) },
  'post /helpdesk/mailboxes/:id/test': {
    ...managers,
    id: (desk, side) => desk.mailboxOf(side),
    body: () => ({ send: { kind: 'none' } }),
  },
  'get /helpdesk/mailboxes/:id/templates': { ...managers, id: (desk, side) => desk.mailboxOf(side) },
  'post /helpdesk/mailboxes/:id/templates/preview': template,
  // Nothing listens where these mailboxes send: who may gets as far as that.
  'post /helpdesk/mailboxes/:id/templates/test': {
    ...template,
    mine: [401, 403, 403, 403, 403, 409, 409],
    foreign: [401, 403, 403, 403, 403, 409, 409],
  },
  'get /helpdesk/mailboxes/:id/webhook-keys': { ...managers, id: (desk, side) => desk.mailboxOf(side) },
  'post /helpdesk/mailboxes/:id/webhook-keys': {
    ...managers,
    id: (desk, side) => desk.mailboxOf(side),
    body: () => ({ kind: 'signing' }),
  },
  'delete /helpdesk/webhook-keys/:id': { ...managers, id: urlKey, body: () => ({}) },
  'get /helpdesk/webhooks/:id/deliveries': { ...managers, id: newWebhook },
  'post /helpdesk/webhooks/:id/secret': { ...managers, id: newWebhook, body: () => ({}) },
  'post /helpdesk/webhooks/:id/test': { ...managers, id: newWebhook, body: () => ({}) },
  'post /helpdesk/webhooks/deliveries/:id/redeliver': { ...managers, id: newDelivery, body: () => ({}) },
  // By a signature or a token only, whoever is signed in.
  'post /helpdesk/webhook/:mailbox': {
    mine: [401, 401, 401, 401, 401, 401, 401],
    foreign: [401, 401, 401, 401, 401, 401, 401],
    body: () => ({ email: ada.address, subject: 'x', message: 'x' }),
  },
  // The customers' side knows nobody of the admin panel; its posts come from pages of its own, with their token.
  'get /helpdesk/portal/tickets': nobodyHere(401),
  'get /helpdesk/portal/tickets/:number': nobodyHere(404),
  'get /helpdesk/portal/attachments/:id': { ...nobodyHere(404), id: fileOfNote },
  'post /helpdesk/portal/requests': {
    ...nobodyHere(403),
    body: () => ({ token: 'x', request: 'a-request', email: ada.address, subject: 'x', message: 'x' }),
  },
  'post /helpdesk/portal/tickets/:number/reply': {
    ...nobodyHere(403),
    body: () => ({ token: 'x', request: 'a-request', message: 'x' }),
  },
  'post /helpdesk/portal/tickets/:number/solve': { ...nobodyHere(403), body: () => ({ token: 'x' }) },
  'post /helpdesk/portal/sign-in': {
    ...nobodyHere(403),
    body: () => ({ token: 'x', email: ada.address }),
  },
  'post /helpdesk/portal/sign-in/use': { ...nobodyHere(403), body: () => ({ token: 'x', link: 'x' }) },
  'post /helpdesk/portal/sign-out': { ...nobodyHere(403), body: () => ({ token: 'x' }) },
  // Roles are given already; before that, it is for whoever may change other users.
  'post /helpdesk/claim': {
    mine: [401, 403, 409, 409, 409, 409, 409],
    foreign: [401, 403, 409, 409, 409, 409, 409],
    body: () => ({}),
  },
  'post /helpdesk/worker': { ...managers, body: () => ({ budgetMs: 1000 }) },
  // By the secret only, never by somebody's cookie.
  'get /helpdesk/worker': {
    mine: [401, 403, 403, 403, 403, 403, 403],
    foreign: [401, 403, 403, 403, 403, 403, 403],
  },
}
