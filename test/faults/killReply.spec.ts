import { createLocalReq, type PayloadRequest } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { ensureContact, openTicket, replyToTicket, retryDelivery } from '../../src/operations/index.js'
import { type FaultDesk, openFaultDesk, type WorkerProcess } from './desk.js'

describe('replies whose worker is killed while it sends', () => {
  let desk: FaultDesk
  let req: PayloadRequest
  const spares: Promise<WorkerProcess>[] = []
  beforeAll(async () => {
    desk = await openFaultDesk()
    req = await createLocalReq({}, desk.site.payload)
    // Only the replies are sent: the customer would otherwise be told of the ticket that an agent opened for them, too.
    await desk.site.payload.update({
      collection: 'mailboxes' as never,
      id: desk.mailbox,
      data: { templates: { ticketOpened: { on: false } } } as never,
      depth: 0,
      overrideAccess: true,
    })
    for (let i = 0; i < 2; i++) spares.push(desk.worker({ isWaiting: true }))
  })
  afterAll(async () => {
    await Promise.all(spares)
    await desk.close()
  })

  let number = 0
  const reply = async () => {
    const name = `Customer ${++number}`
    const address = `customer${number}@example.com`
    const { contact } = await ensureContact({ req, name, address })
    const { ticket } = await openTicket({
      req,
      overrideAccess: true,
      mailbox: desk.mailbox,
      contact,
      requester: { name, address },
      requesterVerified: false,
      subject: 'Question',
      source: 'manual',
    })
    const sent = await replyToTicket({
      req,
      overrideAccess: true,
      ticket: ticket.id,
      to: [{ name, address }],
      text: 'The answer.',
      undoWindowMs: 0,
    })
    return { ...sent, ticket: ticket.id, address }
  }
  const row = async (id: DocID) =>
    (
      await desk.sql<{ state: string; error: string; messageId: string; delivery: string }>(
        `select o.state, o.error, o.internet_message_id "messageId", m.delivery from ${desk.table('outboundEmails')} o
         join ${desk.table('messages')} m on m.id = o.message_id where o.id = $1`,
        [id],
      )
    )[0]!
  /** Message-IDs of what the customer received. */
  const received = (address: string): string[] =>
    desk.server.mailbox(address).map(({ text }) => /^Message-ID: (.+?)\r?$/im.exec(text)![1]!)
  /** A worker begins; with a failpoint it dies there, and its leases run out. */
  const work = async (failpoint?: string): Promise<WorkerProcess> => {
    spares.push(desk.worker({ isWaiting: true }))
    const worker = await spares.shift()!
    worker.give({ act: 'work', workerId: worker.workerId, failpoint })
    if (failpoint) {
      expect(await worker.ended).toBe('SIGKILL')
      await desk.age(worker)
      await desk.sql(
        `update ${desk.table('outboundEmails')} set lease_until = now() - interval '1 ms' where state = 'sending'`,
      )
    }
    return worker
  }
  const end = async (worker: WorkerProcess): Promise<void> => {
    worker.give({ act: 'stop' })
    expect(await worker.ended).toBe(0)
  }
  const isSent = (id: DocID) =>
    expect.poll(() => row(id).then(({ state }) => state), { timeout: 20_000 }).toBe('sent')

  it('FT11 killed before it was handed over: it reaches the customer once', async () => {
    const { outboundEmail, address } = await reply()
    await work('before-smtp')
    expect((await row(outboundEmail)).state).toBe('sending')
    const worker = await work()
    await isSent(outboundEmail)
    await end(worker)
    expect(received(address)).toEqual([(await row(outboundEmail)).messageId])
  })

  it('FT11 killed once after it was handed over: twice under one Message-ID, and no more', async () => {
    const { outboundEmail, address } = await reply()
    await work('after-smtp')
    const worker = await work()
    await isSent(outboundEmail)
    await end(worker)
    const { messageId, delivery } = await row(outboundEmail)
    expect(received(address)).toEqual([messageId, messageId])
    expect(delivery).toBe('sent')
  })

  it('FT11 killed again: it stands as "may have been delivered", comes back, and can be sent again', async () => {
    const { outboundEmail, message, ticket, address } = await reply()
    await work('after-smtp')
    await work('after-smtp')
    const worker = await work()
    await expect.poll(() => row(outboundEmail).then(({ state }) => state), { timeout: 20_000 }).toBe('failed')
    const { error, messageId, delivery } = await row(outboundEmail)
    expect([error, delivery]).toEqual(['failed: may have been delivered', 'failed'])
    expect(received(address)).toEqual([messageId, messageId])
    const [about] = await desk.rows<{ status: string; delivery_problem: boolean }>('tickets', 'id = $1', [
      ticket,
    ])
    expect([about!.status, about!.delivery_problem]).toEqual(['open', true])
    await retryDelivery({ req, overrideAccess: true, message })
    await isSent(outboundEmail)
    await end(worker)
    expect(received(address)).toEqual([messageId, messageId, messageId])
  })

  it('FT11 FT36 of many at once none is lost, and none comes more than twice', async () => {
    const replies: Awaited<ReturnType<typeof reply>>[] = []
    for (let i = 0; i < 15; i++) replies.push(await reply())
    await work('after-smtp:2')
    await work('before-smtp:4')
    const worker = await work()
    const states = async (): Promise<string[]> =>
      Promise.all(replies.map(({ outboundEmail }) => row(outboundEmail).then(({ state }) => state)))
    await expect
      .poll(() => states().then((all) => all.filter((state) => state !== 'sent' && state !== 'failed')), {
        timeout: 30_000,
      })
      .toEqual([])
    await end(worker)
    const figures: Record<string, number> = {}
    for (const { outboundEmail, address } of replies) {
      const { state, messageId } = await row(outboundEmail)
      const copies = received(address)
      const figure = `${state}, ${copies.length} times at the customer`
      figures[figure] = (figures[figure] ?? 0) + 1
      expect(new Set(copies)).toEqual(new Set(copies.length ? [messageId] : []))
      expect(copies.length).toBeLessThanOrEqual(2)
      expect(state === 'failed' || copies.length > 0).toBe(true)
    }
    console.info(`${replies.length} replies, 2 × SIGKILL while sending:`, figures)
    expect((await states()).filter((state) => state === 'sent').length).toBeGreaterThan(10)
  })
})
