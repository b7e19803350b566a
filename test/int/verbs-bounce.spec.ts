import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID, RecipientState } from '../../src/collections/types.js'
import { sqlOf } from '../../src/core/database.js'
import { changeStatus, replyToTicket } from '../../src/index.js'
import { recordBounce } from '../../src/operations/recordBounce.js'
import { recordDelivery } from '../../src/operations/recordDelivery.js'
import { releaseReply } from '../../src/operations/releaseReply.js'
import { retryDelivery } from '../../src/operations/retryDelivery.js'
import { ada, type DeskSite, openDeskSite } from './deskSite.js'

let desk: DeskSite

const bob = { name: 'Bob', address: 'bob@example.com' }

beforeAll(async () => {
  desk = await openDeskSite()
})
afterAll(() => desk.site.close())

/** A reply to two people that has left the undo window. */
const sendToBoth = async () => {
  const { ticket } = await desk.open()
  const agent = await desk.reqOf(desk.site.users.agent)
  const sent = await replyToTicket({ req: agent, ticket: ticket.id, text: 'Hello', to: [ada, bob] })
  await releaseReply({ req: desk.system, outboundEmail: sent.outboundEmail })
  return { ...sent, ticket }
}

type State = RecipientState['state']

const recipientsOf = (states: { ada: State; bob: State }): RecipientState[] => [
  { ...ada, role: 'to', state: states.ada },
  { ...bob, role: 'to', state: states.bob },
]

const record = (
  outboundEmail: DocID,
  state: 'queued' | 'sent' | 'failed',
  states: { ada: State; bob: State },
) => recordDelivery({ req: desk.system, outboundEmail, state, recipients: recipientsOf(states) })

const bounce = async (outboundEmail: DocID, addresses: string[], permanent = true) => {
  const { internet_message_id } = await desk.one('outboundEmails', outboundEmail)
  return recordBounce({
    req: desk.system,
    originalMessageId: String(internet_message_id),
    permanent,
    inboundEmail: null,
    recipients: addresses.map((address) => ({ address, status: '5.1.1', diagnostic: 'no such user' })),
  })
}

const statesOf = async (outboundEmail: DocID) => {
  const { recipients } = await desk.one('outboundEmails', outboundEmail)
  return Object.fromEntries((recipients as RecipientState[]).map(({ name, state }) => [name, state]))
}

const begin = (outboundEmail: DocID) =>
  sqlOf({ payload: desk.site.payload }).query(
    `update helpdesk_outbound_emails set state = 'sending' where id = $1`,
    [outboundEmail],
  )

/** Whether a mail is locked while somebody who has the ticket keeps an act on both waiting. */
const isLockedWhileWaiting = async (
  { ticket, outboundEmail }: { ticket: { id: DocID }; outboundEmail: DocID },
  act: () => Promise<unknown>,
): Promise<boolean> => {
  const client = new pg.Client({ connectionString: desk.site.databaseUrl })
  await client.connect()
  await client.query('begin')
  await client.query('select from tickets where id = $1 for update', [ticket.id])
  const waiting = act()
  await wait(300)
  const found = await client.query(
    'select from helpdesk_outbound_emails where id = $1 for update skip locked',
    [outboundEmail],
  )
  await client.query('rollback')
  await client.end()
  await waiting
  return found.rowCount === 0
}

const kindsOf = async (ticket: DocID) =>
  (await desk.rows('activities', 'ticket_id = $1', [ticket])).map((row) => row['kind'])

describe('a bounce of a mail that others still wait for', () => {
  it('is noted for those it names; the others are still tried', async () => {
    const { ticket, message, outboundEmail } = await sendToBoth()
    await record(outboundEmail, 'queued', { ada: 'sent', bob: 'queued' })
    expect(await bounce(outboundEmail, [ada.address])).toMatchObject({ matched: true, message })
    expect(await desk.one('outboundEmails', outboundEmail)).toMatchObject({ state: 'queued' })
    expect(await statesOf(outboundEmail)).toEqual({ Ada: 'bounced', Bob: 'queued' })
    expect(await desk.one('tickets', ticket.id)).toMatchObject({ status: 'open', delivery_problem: true })
    expect(await desk.one('messages', message)).toMatchObject({
      delivery: 'queued',
      delivery_error: '5.1.1 no such user',
    })
  })

  it('means those it went to where it names nobody', async () => {
    const { outboundEmail } = await sendToBoth()
    await record(outboundEmail, 'queued', { ada: 'sent', bob: 'queued' })
    await bounce(outboundEmail, [])
    expect(await statesOf(outboundEmail)).toEqual({ Ada: 'bounced', Bob: 'queued' })
  })

  it('ends the mail where nobody is left to be tried', async () => {
    const { message, outboundEmail } = await sendToBoth()
    await record(outboundEmail, 'queued', { ada: 'sent', bob: 'queued' })
    await bounce(outboundEmail, [ada.address, bob.address])
    expect(await desk.one('outboundEmails', outboundEmail)).toMatchObject({ state: 'bounced' })
    expect(await desk.one('messages', message)).toMatchObject({ delivery: 'bounced' })
  })

  it('leaves a mail that is only late as it is', async () => {
    const { outboundEmail } = await sendToBoth()
    await record(outboundEmail, 'queued', { ada: 'sent', bob: 'queued' })
    expect(await bounce(outboundEmail, [ada.address], false)).toMatchObject({ matched: true })
    expect(await statesOf(outboundEmail)).toEqual({ Ada: 'sent', Bob: 'queued' })
  })

  it('is not written over by the try that is under way', async () => {
    const { ticket, message, outboundEmail } = await sendToBoth()
    await begin(outboundEmail)
    await bounce(outboundEmail, [ada.address])
    expect(await desk.one('outboundEmails', outboundEmail)).toMatchObject({ state: 'sending' })
    await record(outboundEmail, 'sent', { ada: 'sent', bob: 'sent' })
    expect(await statesOf(outboundEmail)).toEqual({ Ada: 'bounced', Bob: 'sent' })
    expect(await desk.one('outboundEmails', outboundEmail)).toMatchObject({ state: 'bounced' })
    expect(await desk.one('messages', message)).toMatchObject({
      delivery: 'bounced',
      delivery_error: '5.1.1 no such user',
    })
    expect(await desk.one('tickets', ticket.id)).toMatchObject({ status: 'open', delivery_problem: true })
  })

  it('is told once: what an agent made of it meanwhile stays when the others have got the mail', async () => {
    const { ticket, outboundEmail } = await sendToBoth()
    await record(outboundEmail, 'queued', { ada: 'sent', bob: 'queued' })
    await bounce(outboundEmail, [ada.address])
    const agent = await desk.reqOf(desk.site.users.agent)
    await changeStatus({ req: agent, ticket: ticket.id, status: 'closed' })
    await record(outboundEmail, 'sent', { ada: 'bounced', bob: 'sent' })
    expect(await desk.one('tickets', ticket.id)).toMatchObject({ status: 'closed', delivery_problem: false })
    expect(await kindsOf(ticket.id)).not.toContain('deliveryFailed')
  })

  it('does not hide that another is refused', async () => {
    const { ticket, outboundEmail } = await sendToBoth()
    await record(outboundEmail, 'queued', { ada: 'sent', bob: 'queued' })
    await bounce(outboundEmail, [ada.address])
    await record(outboundEmail, 'failed', { ada: 'sent', bob: 'failed' })
    expect(await statesOf(outboundEmail)).toEqual({ Ada: 'bounced', Bob: 'failed' })
    expect(await kindsOf(ticket.id)).toContain('deliveryFailed')
  })

  it('does not stand in the way of another try', async () => {
    const { message, outboundEmail } = await sendToBoth()
    await record(outboundEmail, 'sent', { ada: 'sent', bob: 'sent' })
    await bounce(outboundEmail, [ada.address])
    await retryDelivery({ req: await desk.reqOf(desk.site.users.agent), message })
    await begin(outboundEmail)
    await record(outboundEmail, 'sent', { ada: 'sent', bob: 'sent' })
    expect(await statesOf(outboundEmail)).toEqual({ Ada: 'sent', Bob: 'sent' })
    expect(await desk.one('messages', message)).toMatchObject({ delivery: 'sent', delivery_error: '' })
  })
})

describe('an act on a mail and one on its ticket at the same time', () => {
  it('take the ticket first, so that neither has to be ended for the other', async () => {
    const sent = await sendToBoth()
    expect(
      await isLockedWhileWaiting(sent, () =>
        record(sent.outboundEmail, 'sent', { ada: 'sent', bob: 'sent' }),
      ),
    ).toBe(false)
    expect(await isLockedWhileWaiting(sent, () => bounce(sent.outboundEmail, [bob.address]))).toBe(false)
    const { ticket } = await desk.open()
    const agent = await desk.reqOf(desk.site.users.agent)
    const held = await replyToTicket({ req: agent, ticket: ticket.id, text: 'Hello', to: [ada] })
    const { outboundEmail } = held
    expect(
      await isLockedWhileWaiting({ ticket, outboundEmail }, () =>
        releaseReply({ req: desk.system, outboundEmail }),
      ),
    ).toBe(false)
  })
})
