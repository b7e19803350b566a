import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { nodemailerAdapter } from '@payloadcms/email-nodemailer'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { type Desk, header, minute, openDesk } from './mail-out.desk.js'

const desk: Desk = await openDesk()
afterAll(() => desk.close())

const { payload } = desk.site

/** The adapter that most sites have, at the desk's own mail server or at a port where nobody listens. */
const byNodemailer = async (port = desk.server.smtp.port): Promise<void> => {
  const adapter = await nodemailerAdapter({
    defaultFromAddress: 'site@acme.test',
    defaultFromName: 'Site',
    skipVerify: true,
    transportOptions: { host: desk.server.smtp.host, port, secure: false, ignoreTLS: true },
  })
  payload.email = adapter({ payload })
  payload.sendEmail = payload.email.sendEmail
}

beforeEach(async () => {
  desk.server.faults.onRcpt = undefined
  desk.server.faults.onData = undefined
  desk.later(minute)
  await desk.changeMailbox({ send: { kind: 'site' } })
})

const received = (address: string) => desk.server.mailbox(address).map((mail) => header(mail, 'Message-ID')!)

const tryOften = async (): Promise<void> => {
  for (let tries = 0; tries < 5; tries++) {
    await desk.work()
    desk.later(180 * minute)
  }
}

describe("FT11 the site's own email, whose answer is lost", () => {
  it('once, after the mail was handed over: sent once more under the same Message-ID', async () => {
    await byNodemailer()
    const ticket = await desk.open()
    let drops = 1
    desk.server.faults.onData = () => (drops-- > 0 ? 'acceptAndDrop' : undefined)
    const { outboundEmail } = await desk.reply(ticket)
    await desk.work()
    const doubtful = await desk.outbox(outboundEmail)
    expect([doubtful.state, doubtful.errorCode, doubtful.sendingAttempts]).toEqual([
      'queued',
      'maybeDelivered',
      1,
    ])
    await tryOften()
    const row = await desk.outbox(outboundEmail)
    expect(row.state).toBe('sent')
    expect(received(ticket.requesterAddress)).toEqual([row.internetMessageId, row.internetMessageId])
  })

  it('each time: two copies and no more, and it stands as "may have been delivered"', async () => {
    await byNodemailer()
    const ticket = await desk.open()
    desk.server.faults.onData = () => 'acceptAndDrop'
    const { outboundEmail } = await desk.reply(ticket)
    await tryOften()
    const row = await desk.outbox(outboundEmail)
    expect([row.state, row.errorCode, row.error]).toEqual([
      'failed',
      'maybeDelivered',
      'failed: may have been delivered',
    ])
    expect(received(ticket.requesterAddress)).toEqual([row.internetMessageId, row.internetMessageId])
  })

  it('by a web service that takes the mail and never answers: asked twice and no more', async () => {
    let posts = 0
    const service = createServer((request) => {
      request.resume()
      posts += 1
    })
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
    const { port } = service.address() as AddressInfo
    payload.sendEmail = async ({ subject, text }) => {
      const body = JSON.stringify({ subject, text })
      const signal = AbortSignal.timeout(300)
      return (await fetch(`http://127.0.0.1:${port}/emails`, { method: 'POST', body, signal })).json()
    }
    const { outboundEmail } = await desk.reply(await desk.open())
    await tryOften()
    const row = await desk.outbox(outboundEmail)
    expect([row.state, row.errorCode]).toEqual(['failed', 'maybeDelivered'])
    expect(posts).toBe(2)
    service.closeAllConnections()
    service.close()
  })
})

describe("the site's own email, which certainly sent nothing", () => {
  it('while nobody listens there, or nobody has that name, the mail waits and is sent later', async () => {
    const free = createServer()
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve))
    const { port } = free.address() as AddressInfo
    await new Promise((resolve) => free.close(resolve))
    await byNodemailer(port)
    const ticket = await desk.open()
    const { outboundEmail } = await desk.reply(ticket)
    await tryOften()
    const waiting = await desk.outbox(outboundEmail)
    expect([waiting.state, waiting.errorCode]).toEqual(['queued', 'connect'])
    payload.sendEmail = () => fetch(`http://127.0.0.1:${port}/emails`, { method: 'POST' })
    await desk.work()
    expect((await desk.outbox(outboundEmail)).errorCode).toBe('connect')
    desk.later(180 * minute)
    await byNodemailer()
    await desk.work()
    expect((await desk.outbox(outboundEmail)).state).toBe('sent')
    expect(received(ticket.requesterAddress).length).toBe(1)
  })

  it('where the server says no to the recipient, its words tell that', async () => {
    await byNodemailer()
    desk.server.faults.onRcpt = () => ({ code: 550, message: 'no such user' })
    const { outboundEmail } = await desk.reply(await desk.open())
    await desk.work()
    const row = await desk.outbox(outboundEmail)
    expect([row.state, row.errorCode]).toEqual(['failed', 'refused'])
  })
})
