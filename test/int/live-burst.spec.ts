import { afterAll, beforeAll, expect, it } from 'vitest'
import { activityReader, readSince } from '../../src/admin/live/activities.js'
import { readEvents } from '../../src/admin/queries/threadEvents.js'
import { getHelpdesk } from '../../src/core/config.js'
import { insertRows } from '../../src/core/database.js'
import { markRead, moveTicket, replyToTicket } from '../../src/index.js'
import { recordBounce } from '../../src/operations/recordBounce.js'
import { recordDelivery } from '../../src/operations/recordDelivery.js'
import { ada, type DeskSite, openDeskSite } from './deskSite.js'

let desk: DeskSite

beforeAll(async () => {
  desk = await openDeskSite()
})
afterAll(() => desk.site.close())

const burst = async (count: number, at: Date): Promise<void> => {
  const { slugs } = getHelpdesk(desk.site.payload)
  const rows = Array.from({ length: count }, () => ({
    kind: 'fieldsChanged',
    actorKind: 'system',
    createdAt: at.toISOString(),
  }))
  for (let done = 0; done < count; done += 500) {
    await insertRows({ req: desk.system, slug: slugs.activities, rows: rows.slice(done, done + 500) })
  }
}

it('tells a burst larger than a page whole, and what comes after it', async () => {
  const read = activityReader(desk.site.payload)
  await read()
  const begun = Date.now()
  await burst(2600, new Date())
  const { ticket } = await desk.open()
  const told = await read()
  expect(told.filter(({ kind }) => kind === 'fieldsChanged')).toHaveLength(2600)
  expect(told.at(-1)).toMatchObject({ kind: 'ticketOpened', ticket: ticket.id })
  const next = await desk.open()
  expect((await read()).map((one) => one.ticket)).toEqual([next.ticket.id])
  const missed = await readSince(desk.site.payload, begun)
  expect(missed.at(-1)).toMatchObject({ kind: 'ticketOpened', ticket: next.ticket.id })
})

const failing = async () => {
  const { ticket } = await desk.open()
  const req = await desk.reqOf(desk.site.users.agent)
  const { message, outboundEmail } = await replyToTicket({ req, ticket: ticket.id, text: 'Yes.', to: [ada] })
  await markRead({ req, ticket: ticket.id, read: true })
  await markRead({ req: await desk.reqOf(desk.site.users.manager), ticket: ticket.id, read: true })
  return { ticket, message, outboundEmail, read: activityReader(desk.site.payload) }
}

const readers = async (ticket: unknown) =>
  (await desk.rows('readStates', 'ticket_id = $1', [ticket])).map((row) => row['agent_id'])

it('tells the author of a reply, and nobody else, that it was not delivered', async () => {
  const { agent, manager } = desk.site.users
  const { ticket, outboundEmail, read } = await failing()
  await read()
  await recordDelivery({ req: desk.system, outboundEmail, state: 'failed', error: '550 no' })
  expect((await read()).at(-1)).toMatchObject({ kind: 'deliveryFailed', undelivered: agent.id })
  expect(await readers(ticket.id)).toEqual([manager.id])
})

it('tells the author that a mail came back, and says in the history whose and why', async () => {
  const { agent } = desk.site.users
  const { ticket, message, outboundEmail, read } = await failing()
  await recordDelivery({ req: desk.system, outboundEmail, state: 'sent' })
  await read()
  const sent = await desk.one('outboundEmails', outboundEmail)
  await recordBounce({
    req: desk.system,
    originalMessageId: String(sent['internet_message_id']),
    recipients: [{ address: ada.address, status: '5.1.1', diagnostic: 'no such user' }],
    permanent: true,
    inboundEmail: null,
  })
  expect((await read()).at(-1)).toMatchObject({ kind: 'mailBounced', undelivered: agent.id })
  expect(await desk.one('messages', message)).toMatchObject({ delivery: 'bounced' })
  const events = await readEvents({ req: desk.system, ticket: ticket.id, limit: 20 })
  expect(events.find(({ kind }) => kind === 'mailBounced')!.data).toMatchObject({
    recipients: [{ address: ada.address, response: '5.1.1 no such user' }],
  })
})

it('says in the history where a ticket was moved to', async () => {
  const { ticket } = await desk.open()
  await moveTicket({
    req: desk.system,
    overrideAccess: true,
    ticket: ticket.id,
    mailbox: desk.billing,
  })
  const events = await readEvents({ req: desk.system, ticket: ticket.id, limit: 20 })
  expect(events.at(-1)).toMatchObject({ kind: 'mailboxChanged', data: { name: 'Billing' } })
})
