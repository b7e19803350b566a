import { describe, expect, it } from 'vitest'
import { changeStatus } from '../../src/index.js'
import { type Outgoing, openOutgoing, type Receiver, startReceiver, withOutgoing } from './outgoingRig.js'

// More events than a receiver can take, and receivers that take their time.

let desk: Outgoing
let receiver: Receiver
const webhookOptions = { allowPrivateHosts: ['127.0.0.1'], timeoutMs: 1500 }

const listen = withOutgoing({
  options: { events: { webhooks: webhookOptions } },
  onOpen: (opened) => {
    desk = opened.desk
    receiver = opened.receiver
  },
})

/** What became of one event. */
const outcome = async () => {
  await desk.open()
  await desk.tell()
  const rows = await desk.deliveries()
  const { state, error_code: code, status } = rows.at(-1)!
  return { state, code, status: status === null ? null : Number(status) }
}

describe('J05 a storm of events', () => {
  // `npm run volumes` makes it 1,000.
  const count = Number(process.env.HELPDESK_WEBHOOK_EVENTS ?? 60)

  const storm = async () => {
    const { contact, mailbox } = await desk.open()
    for (let i = 1; i < count; i += 25)
      await Promise.all(
        Array.from({ length: Math.min(25, count - i) }, () =>
          desk.open({ mailbox, from: { name: 'Bot', address: `bot${contact}@example.com` } }),
        ),
      )
  }

  it('with one receiver that hangs and one that refuses: ingest and other webhooks go on', async () => {
    const [hangs, refuses, works] = await Promise.all([startReceiver(), startReceiver(), startReceiver()])
    hangs.answer = () => undefined
    refuses.answer = (response) => response.writeHead(500).end()
    const without = performance.now()
    await storm()
    const quiet = performance.now() - without
    for (const { url } of [hangs, refuses, works]) await listen({ url })
    // The receivers are called all the while.
    let isOver = false
    const worker = (async () => {
      while (!isOver || works.calls.length < count) {
        await desk.spread()
        await desk.sendOnce()
      }
    })()
    const started = performance.now()
    await storm()
    const loud = performance.now() - started
    isOver = true
    await worker
    const ms = performance.now() - started
    process.stdout.write(
      `J05: ${count} tickets in ${Math.round(quiet)} ms without webhooks, in ${Math.round(loud)} ms beside three; ` +
        `the one that works had all after ${Math.round(ms)} ms; calls: ${hangs.calls.length} that hang, ${refuses.calls.length} refused\n`,
    )
    expect(new Set(works.calls.map(({ event }) => event.data.ticket['id'])).size).toBe(count)
    expect(works.calls).toHaveLength(count)
    // Nobody waits for a receiver: it takes at most some processor time from whoever writes tickets.
    expect(loud).toBeLessThan(quiet * 4 + 5000)
    // A receiver that hangs is asked by one call at a time.
    expect(hangs.calls.length).toBeLessThanOrEqual(Math.ceil(ms / webhookOptions.timeoutMs) + 1)
    expect(await desk.deliveries()).toHaveLength(3 * count)
    await Promise.all([hangs, refuses, works].map((one) => one.close()))
  }, 300_000)

  it('a receiver that does not answer is still waited for when another one has been told', async () => {
    const patient = await openOutgoing({
      events: { webhooks: { allowPrivateHosts: true, timeoutMs: 10_000 } },
    })
    const [hangs, works] = await Promise.all([startReceiver(), startReceiver()])
    hangs.answer = () => undefined
    await patient.listen({ url: hangs.url })
    await patient.open()
    await patient.spread()
    let isOver = false
    const worker = (async () => {
      while (!isOver) {
        await patient.spread()
        await patient.sendOnce()
      }
    })()
    await expect.poll(() => hangs.calls.length).toBe(1)
    await patient.listen({ url: works.url, events: ['statusChanged'] })
    const { id } = await patient.open()
    await changeStatus({ req: patient.agent, overrideAccess: true, ticket: id, status: 'closed' })
    await expect.poll(() => works.calls.length, { timeout: 8000 }).toBe(1)
    // Told is stored a moment after it was heard.
    await expect.poll(() => patient.deliveries(`state = 'delivered'`), { timeout: 5000 }).toHaveLength(1)
    expect(await patient.deliveries(`state = 'sending' and attempts = 1`)).toHaveLength(1)
    expect(hangs.calls).toHaveLength(1)
    isOver = true
    await hangs.close()
    await worker
    await works.close()
    await patient.close()
  })

  it('no answer holds up more than its own time, nor its body the memory', async () => {
    await listen()
    const before = process.memoryUsage.rss()
    let written = 0
    receiver.answer = (response) => {
      response.writeHead(200)
      const piece = Buffer.alloc(1024 * 1024)
      const flood = () => {
        do written += piece.length
        while (!response.destroyed && response.write(piece))
        if (!response.destroyed) response.once('drain', flood)
      }
      flood()
    }
    const started = performance.now()
    expect((await outcome()).state).toBe('delivered')
    // What its own end of the wire takes in, and no more.
    expect(written).toBeLessThan(64 * 1024 * 1024)
    // A drop now and then, for ever: the status stands, its connection ends.
    receiver.answer = (response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write('.'), 100)
      response.on('close', () => clearInterval(timer))
    }
    expect((await outcome()).state).toBe('delivered')
    // Headers that do not end.
    receiver.answer = (response) => {
      response.socket!.write('HTTP/1.1 200 OK\r\n')
      const timer = setInterval(() => response.socket?.write('x-a: b\r\n'), 50)
      response.on('close', () => clearInterval(timer))
    }
    expect((await outcome()).code).toBe('timeout')
    expect(performance.now() - started).toBeLessThan(3 * (webhookOptions.timeoutMs + 3000))
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024)
  })
})
