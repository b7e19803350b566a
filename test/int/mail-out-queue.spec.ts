import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { retryDelivery } from '../../src/operations/retryDelivery.js'
import { type Desk, minute, openDesk } from './mail-out.desk.js'

// Replies that wait together: none of them pays for another.

const desk: Desk = await openDesk()
afterAll(() => desk.close())

const { payload } = desk.site
const hour = 60 * minute

const sending = (change: object = {}) =>
  desk.changeMailbox({
    send: {
      kind: 'smtp',
      ...desk.server.smtp,
      security: 'none',
      user: 'help@acme.test',
      password: 'secret',
      ...change,
    },
  })

beforeEach(async () => {
  desk.server.faults.onRcpt = undefined
  desk.later(3 * hour)
  await sending()
})

describe('replies that wait', () => {
  it('FT08 hours without a connection use up no try of any reply', async () => {
    const tickets = [await desk.open(), await desk.open()]
    await sending({ port: 9 })
    const replies = []
    for (const ticket of tickets) replies.push(await desk.reply(ticket))
    for (let tries = 0; tries < 14; tries++) {
      await desk.work()
      desk.later(30 * minute)
    }
    desk.server.faults.onRcpt = () => ({ code: 451, message: 'greylisted' })
    await sending()
    await desk.work()
    for (const { outboundEmail } of replies) {
      const row = await desk.outbox(outboundEmail)
      expect([row.state, row.attempts]).toEqual(['queued', 1])
    }
  })

  it('FT08 after two days without a connection all that waited comes back to its authors', async () => {
    const tickets = [await desk.open(), await desk.open(), await desk.open()]
    await sending({ port: 9 })
    const replies = []
    for (const ticket of tickets) replies.push(await desk.reply(ticket))
    await desk.work()
    desk.later(49 * hour)
    const young = await desk.reply(await desk.open())
    await desk.work()
    for (const { outboundEmail } of replies) {
      const row = await desk.outbox(outboundEmail)
      expect([row.state, row.error]).toEqual(['failed', expect.stringContaining('No connection')])
    }
    for (const { id } of tickets)
      expect((await desk.rows('tickets', 'id = $1', [id]))[0]).toMatchObject({
        status: 'open',
        delivery_problem: true,
      })
    expect((await desk.outbox(young.outboundEmail)).state).toBe('queued')
  })

  it('a reply that cannot be let go keeps no other one', async () => {
    const broken = await desk.reply(await desk.open())
    const fine = await desk.open()
    await desk.reply(fine)
    const table = tableOf(payload, 'messages')
    await sqlOf({ payload }).query(
      `create function refuse() returns trigger language plpgsql as $$ begin
         if new.id = ${Number(broken.message)} then raise exception 'not this one'; end if; return new; end $$;
       create trigger refuse before update on ${table} for each row execute function refuse()`,
    )
    try {
      await expect(desk.work()).rejects.toThrow()
      await desk.server.waitFor(fine.requesterAddress)
    } finally {
      await sqlOf({ payload }).query(`drop trigger refuse on ${table}; drop function refuse()`)
    }
  })

  it('two replies that came back: Retry of one leaves the other one to be seen', async () => {
    const ticket = await desk.open()
    desk.server.faults.onRcpt = () => ({ code: 550, message: 'no such user' })
    const one = await desk.reply(ticket)
    const two = await desk.reply(ticket)
    await expect
      .poll(async () => {
        await desk.work()
        return (await desk.rows('messages', `ticket_id = $1 and delivery = 'failed'`, [ticket.id])).length
      })
      .toBe(2)
    desk.server.faults.onRcpt = undefined
    const isProblem = async () => (await desk.rows('tickets', 'id = $1', [ticket.id]))[0]!['delivery_problem']
    await retryDelivery({ req: desk.agent, overrideAccess: true, message: two.message })
    expect(await isProblem()).toBe(true)
    await retryDelivery({ req: desk.agent, overrideAccess: true, message: one.message })
    expect(await isProblem()).toBe(false)
  })
})
