import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { sqlOf } from '../../src/core/database.js'
import { inTransaction } from '../../src/core/transaction.js'
import { claimDelivery } from '../../src/events/webhooks/queue.js'
import { sendQueue } from '../../src/events/webhooks/send.js'
import { assignTicket, changeStatus, deleteTicket, receiveMessage, undoReply } from '../../src/index.js'
import { arrivalOf, contentOf } from './deskSite.js'
import { minute } from './mail-out.desk.js'
import { type Outgoing, ok, type Receiver, startReceiver, verify, withOutgoing } from './outgoingRig.js'

// What other systems are told: by the worker's own slices, to a real server that checks by the library.

const all = ['ticketOpened', 'customerReplied', 'agentReplied', 'statusChanged', 'assigned']
const hour = 60 * minute

let desk: Outgoing
let receiver: Receiver

const listen = withOutgoing({
  data: { events: all },
  onOpen: (opened) => {
    desk = opened.desk
    receiver = opened.receiver
  },
})
const types = () => receiver.calls.map(({ event }) => event.type)

describe('what another system is told', () => {
  it('each act once, signed by Standard Webhooks, and nothing that was rolled back', async () => {
    const { secret } = await listen()
    const ticket = await desk.open({ subject: 'Kettle' })
    const dana = desk.site.users.agent.id
    await assignTicket({ req: desk.agent, overrideAccess: true, ticket: ticket.id, assignee: dana })
    await changeStatus({ req: desk.agent, overrideAccess: true, ticket: ticket.id, status: 'resolved' })
    await receiveMessage({
      req: desk.system,
      overrideAccess: true,
      ticket: ticket.id,
      contact: ticket.contact,
      from: { name: 'Dora', address: ticket.requesterAddress },
      content: contentOf('Still broken.', { html: '<p>Still broken.</p>' }),
      arrival: arrivalOf({ reason: 'replyKey' }),
    })
    expect(receiver.calls).toEqual([])
    await desk.tell()
    expect(types()).toEqual(['ticketOpened', 'assigned', 'statusChanged', 'customerReplied', 'statusChanged'])
    const [opened, assigned, resolved, replied, reopened] = receiver.calls
    for (const call of receiver.calls) {
      expect(verify(call, secret)).toEqual(call.event)
      expect(call.headers).toMatchObject({
        'webhook-id': expect.stringMatching(/^msg_[0-9a-f]{32}$/),
        'content-type': 'application/json',
        host: `127.0.0.1:${receiver.port}`,
      })
      expect(() => verify({ ...call, body: `${call.body} ` }, secret)).toThrow()
      expect(() => verify(call, `whsec_${Buffer.alloc(32).toString('base64')}`)).toThrow()
    }
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(5)
    expect(opened!.event.data).toMatchObject({
      ticket: {
        id: ticket.id,
        number: ticket.number,
        subject: 'Kettle',
        // As it was then, not as it is when it is told.
        status: 'open',
        assignee: null,
        mailbox: { id: desk.mailbox, name: 'Acme Help', address: 'help@acme.test' },
        requesterAddress: ticket.requesterAddress,
      },
      actor: { kind: 'customer', user: null },
      message: { kind: 'customer', visibility: 'customer', text: 'It does not boil.', isWhole: true },
    })
    expect(assigned!.event.data).toMatchObject({ from: null, to: dana, ticket: { assignee: dana } })
    expect(resolved!.event.data).toMatchObject({
      from: 'open',
      to: 'resolved',
      actor: { kind: 'agent', user: dana },
    })
    expect(replied!.event.data.message).toMatchObject({
      text: 'Still broken.',
      html: '<p>Still broken.</p>',
    })
    expect(reopened!.event.data).toMatchObject({ from: 'resolved', to: 'open' })
    expect(JSON.stringify(receiver.calls)).not.toContain('replyKey')
    await desk.tell()
    expect(receiver.calls).toHaveLength(5)
  })

  it('only the events that it chose, and none before it has a secret or while it is off', async () => {
    const { body } = await desk.save({ url: receiver.url, events: ['assigned'] })
    const { id } = body['doc'] as { id: number }
    onTestFinished(async () => void (await desk.asManager('DELETE', `/helpdesk-webhooks/${id}`)))
    const ticket = await desk.open()
    const assign = (assignee: unknown) =>
      assignTicket({ req: desk.agent, overrideAccess: true, ticket: ticket.id, assignee: assignee as never })
    await assign(desk.site.users.agent.id)
    await desk.tell()
    expect(receiver.calls).toEqual([])
    expect(await desk.rows('events')).toEqual([])
    await desk.asManager('POST', `/helpdesk/webhooks/${id}/secret`)
    await desk.open()
    await assign(null)
    await desk.tell()
    expect(types()).toEqual(['assigned'])
    await desk.change(id, { active: false })
    await assign(desk.site.users.agent.id)
    await desk.tell()
    expect(types()).toEqual(['assigned'])
  })

  it('B06 a reply when it has left its undo window, with the status it brings, and never one taken back', async () => {
    await listen({ includeNotes: true })
    const ticket = await desk.open()
    await desk.tell()
    receiver.calls.length = 0
    const { message } = await desk.reply(ticket, { undoWindowMs: minute, text: 'A slip of the pen' })
    const dana = desk.site.users.agent.id
    await assignTicket({ req: desk.agent, overrideAccess: true, ticket: ticket.id, assignee: dana })
    await desk.tell()
    // The status of a reply that is held is not told by anything else either.
    expect(receiver.calls.map(({ event }) => [event.type, event.data.ticket['status']])).toEqual([
      ['assigned', 'open'],
    ])
    await undoReply({ req: desk.agent, overrideAccess: true, message })
    await desk.reply(ticket, { undoWindowMs: minute, text: 'Is it plugged in?' })
    await desk.tell()
    expect(receiver.calls).toHaveLength(1)
    desk.ahead(2 * minute)
    await desk.work()
    await desk.tell()
    expect(types()).toEqual(['assigned', 'agentReplied', 'statusChanged'])
    expect(receiver.calls[1]!.event.data.message).toMatchObject({ text: 'Is it plugged in?' })
    expect(receiver.calls[2]!.event.data).toMatchObject({ from: 'open', to: 'pending' })
    expect(JSON.stringify(receiver.calls)).not.toContain('A slip of the pen')
  })

  it('nothing of a ticket that was deleted in the meantime', async () => {
    await listen()
    const spreadAlready = await desk.open({ subject: 'Erased one' })
    await desk.spread()
    const notYet = await desk.open({ subject: 'Erased two' })
    for (const { id } of [spreadAlready, notYet])
      await deleteTicket({ req: desk.system, overrideAccess: true, ticket: id })
    await desk.tell()
    expect(receiver.calls).toEqual([])
    await desk.sweep()
    expect(await desk.deliveries()).toEqual([])
  })
})

describe('at least once, and one row each', () => {
  it('one delivery for an event and a webhook, with several workers at once', async () => {
    const other = await startReceiver()
    const made = [await listen(), await listen({ url: other.url })]
    for (let i = 0; i < 30; i++) await desk.open()
    await Promise.all([desk.spread(), desk.spread(), desk.spread()])
    expect(await desk.deliveries()).toHaveLength(60)
    // Workers of several processes know nothing of each other.
    const { payload } = desk.site
    const { signal } = new AbortController()
    const workers = made.flatMap(({ id }) =>
      Array.from({ length: 4 }, () => sendQueue({ payload, webhook: id, signal })),
    )
    await Promise.all(workers)
    for (const { calls } of [receiver, other]) {
      expect(calls).toHaveLength(30)
      expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(30)
      expect(new Set(calls.map(({ event }) => event.data.ticket['number'])).size).toBe(30)
    }
    expect(await desk.deliveries(`state <> 'delivered'`)).toEqual([])
    await other.close()
  })

  it('a delivery that another worker is just taking is left to it, and nobody waits for it', async () => {
    const { id } = await listen({ events: ['ticketOpened'] })
    for (let i = 0; i < 2; i++) await desk.open()
    await desk.spread()
    const [first, second] = await desk.rows<{ id: DocID }>('webhookDeliveries')
    const taken = await inTransaction(desk.system, async (req) => {
      await sqlOf(req).query('select 1 from helpdesk_webhook_deliveries where id = $1 for update', [
        first!.id,
      ])
      return Promise.race([claimDelivery(desk.site.payload, id), wait(3000, 'waits')])
    })
    expect(taken).toMatchObject({ id: second!.id, attempts: 1 })
  })

  it('a delivery whose worker died is made again when its lease has run out, under the same id', async () => {
    await listen({ events: ['ticketOpened'] })
    await desk.open()
    await desk.spread()
    const sql = (words: string) =>
      sqlOf({ payload: desk.site.payload }).query(`update helpdesk_webhook_deliveries set ${words}`)
    await sql(
      `state = 'sending', attempts = 1, lease_token = 'dead', lease_until = now() + interval '1 minute'`,
    )
    await desk.send()
    expect(receiver.calls).toEqual([])
    await sql(`lease_until = now() - interval '1 s'`)
    await desk.send()
    const [row] = await desk.deliveries()
    expect(row).toMatchObject({ state: 'delivered', attempts: '2' })
    expect(receiver.calls.map(({ headers }) => headers['webhook-id'])).toEqual([row!.key])
  })
})

describe('FT38 a receiver that is away', () => {
  it('is tried again later and later, with the same id and bytes, then stands as failed', async () => {
    const { id } = await listen({ events: ['ticketOpened'] })
    receiver.answer = (response) => response.writeHead(500).end('the database password is hunter2')
    await desk.open()
    await desk.spread()
    const waits: number[] = []
    for (let tries = 1; tries <= 12; tries++) {
      await desk.send()
      const [row] = await desk.deliveries()
      const { state, last_try_at: at, due_at: due } = row!
      if (state === 'failed') break
      expect(row).toMatchObject({
        state: 'queued',
        attempts: String(tries),
        status: '500',
        error_code: 'answered',
      })
      waits.push((due.getTime() - at.getTime()) / 1000)
      await desk.send()
      expect(receiver.calls).toHaveLength(tries)
      desk.ahead(due.getTime() - Date.now() + 1000)
    }
    const advice = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
    expect(waits).toHaveLength(advice.length)
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(advice[index]!)
      expect(wait).toBeLessThanOrEqual(advice[index]! * 1.2 + 1)
    }
    expect(receiver.calls).toHaveLength(10)
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(receiver.calls.map(({ body }) => body)).size).toBe(1)
    // Each try is signed anew.
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-signature'])).size).toBe(10)
    const log = await desk.asManager('GET', `/helpdesk/webhooks/${id}/deliveries`)
    expect(log.body['deliveries']).toMatchObject([
      {
        event: 'ticketOpened',
        state: 'failed',
        attempts: 10,
        status: 500,
        error: 'The receiver answered 500.',
      },
    ])
    const told = JSON.stringify([log.body, await desk.deliveries()])
    expect(told).not.toContain('hunter2')

    // Sent again by hand, it gets through.
    receiver.answer = ok
    const [{ id: delivery }] = log.body['deliveries'] as [{ id: number }]
    const again = await desk.asManager('POST', `/helpdesk/webhooks/deliveries/${delivery}/redeliver`)
    expect(again.status).toBe(200)
    await desk.send()
    expect(await desk.deliveries()).toMatchObject([
      { state: 'delivered', attempts: '1', status: '204', error: null },
    ])
    expect(receiver.calls[10]!.headers['webhook-id']).toBe(receiver.calls[0]!.headers['webhook-id'])
  })

  it('one that says 410 is switched off, and what waits for it is not sent when it is on again', async () => {
    const { id } = await listen({ events: ['ticketOpened'] })
    receiver.answer = (response) => response.writeHead(410).end()
    await desk.open()
    await desk.open()
    await desk.tell()
    expect(receiver.calls).toHaveLength(1)
    const log = await desk.asManager('GET', `/helpdesk/webhooks/${id}/deliveries`)
    expect(log.body).toMatchObject({
      webhook: { active: false, offReason: 'gone' },
      deliveries: [
        { state: 'failed', errorCode: 'off' },
        { state: 'failed', errorCode: 'gone' },
      ],
    })
    const [delivery] = log.body['deliveries'] as [{ id: number }]
    const path = `/helpdesk/webhooks/deliveries/${delivery.id}/redeliver`
    expect((await desk.asManager('POST', path)).body).toMatchObject({ error: { key: 'webhookOff' } })
    await desk.change(id, { active: true })
    receiver.answer = ok
    await desk.tell()
    expect(receiver.calls).toHaveLength(1)
    const { body } = await desk.asManager('GET', `/helpdesk/webhooks/${id}/deliveries`)
    expect(body['webhook']).toMatchObject({ active: true, offReason: null })
    expect((await desk.asManager('POST', path)).status).toBe(200)
    await desk.tell()
    expect(receiver.calls).toHaveLength(2)
  })

  it('the log is kept for thirty days', async () => {
    await listen({ events: ['ticketOpened'] })
    await desk.open()
    await desk.tell()
    desk.ahead(29 * 24 * hour)
    await desk.sweep()
    expect(await desk.deliveries()).toHaveLength(1)
    desk.ahead(31 * 24 * hour)
    await desk.sweep()
    expect(await desk.deliveries()).toEqual([])
  })
})
