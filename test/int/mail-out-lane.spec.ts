import { type AddressInfo, connect, createServer } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getHelpdesk } from '../../src/core/config.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { type Desk, openDesk } from './mail-out.desk.js'

let desk: Desk
let signIns = 0
/** The way to the IMAP server, on which connections are counted. */
const wire = createServer((socket) => {
  signIns++
  const { host, port } = desk.server.imap
  const way = connect({ host, port })
  socket.pipe(way).pipe(socket)
  for (const end of [socket, way]) end.on('error', () => undefined)
})
beforeAll(async () => {
  desk = await openDesk()
  await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await new Promise((resolve) => wire.close(resolve))
  await desk.close()
})

it('the copies of what is sent in one go are put into the Sent folder over one connection', async () => {
  const { port } = wire.address() as AddressInfo
  const receive = { kind: 'imap', host: '127.0.0.1', port, security: 'none', user: 'help@acme.test' }
  await desk.changeMailbox({ receive: { ...receive, password: 'secret' }, send: { saveSent: true } })
  const tickets = await Promise.all(Array.from({ length: 7 }, () => desk.open()))
  for (const ticket of tickets) await desk.reply(ticket)
  await desk.work()
  expect(desk.server.mailbox('help@acme.test', 'Sent').length).toBe(7)
  expect(signIns).toBe(1)
  await expect.poll(() => new Promise((resolve) => wire.getConnections((_, open) => resolve(open)))).toBe(0)
  // A password that is refused is not tried for each mail.
  await desk.changeMailbox({ receive: { ...receive, password: 'wrong' } })
  for (const ticket of tickets) await desk.reply(ticket)
  await desk.work()
  expect(signIns).toBe(2)
  await desk.changeMailbox({ send: { saveSent: false } })
})

it('a fault of ours in sending for one mailbox fails the slice, and others send all the same', async () => {
  const { payload } = desk.site
  const outbox = tableOf(payload, getHelpdesk(payload).slugs.outboundEmails)
  const sql = sqlOf({ payload })
  const sales = await desk.addMailbox('sales@acme.test')
  await sql.query(
    `create function refuse_claim() returns trigger language plpgsql as
     $$ begin raise exception 'no claim'; end $$`,
  )
  await sql.query(
    `create trigger no_claim before update on ${outbox} for each row
     when (new.mailbox_id = ${desk.mailbox} and new.state = 'sending') execute function refuse_claim()`,
  )
  const held = await desk.reply(await desk.open())
  const other = await desk.reply(await desk.open({ mailbox: sales }))
  await expect(desk.work()).rejects.toThrow('no claim')
  await expect
    .poll(async () => (await desk.outbox(other.outboundEmail!)).state, { timeout: 5000 })
    .toBe('sent')
  await sql.query(`drop trigger no_claim on ${outbox}`)
  await desk.work()
  expect((await desk.outbox(held.outboundEmail!)).state).toBe('sent')
})
