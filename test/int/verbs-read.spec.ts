import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deleteTicket, markRead } from '../../src/index.js'
import { type DeskSite, openDeskSite } from './deskSite.js'

let desk: DeskSite
beforeAll(async () => {
  desk = await openDeskSite()
})
afterAll(() => desk.site.close())

it('a ticket that is deleted while it is marked as read is gone, which is no fault of the database', async () => {
  const { ticket } = await desk.open()
  const agent = await desk.reqOf(desk.site.users.agent)
  const holder = new pg.Client({ connectionString: desk.site.databaseUrl })
  await holder.connect()
  try {
    // The deleting waits at its end, with the ticket locked.
    await holder.query('begin')
    const [row] = await desk.rows('participants', 'ticket_id = $1', [ticket.id])
    await holder.query('select 1 from helpdesk_participants where id = $1 for update', [row!['id']])
    const deleted = deleteTicket({ req: await desk.reqOf(desk.site.users.manager), ticket: ticket.id })
    await waiting(holder, 1)
    const read = markRead({ req: agent, ticket: ticket.id, read: true }).catch((error: unknown) => error)
    await waiting(holder, 2)
    await holder.query('commit')
    await deleted
    expect(await read).toMatchObject({ key: 'ticketGone', status: 404 })
  } finally {
    await holder.end()
  }
})

/** Until so many connections wait for a lock. */
const waiting = async (client: pg.Client, count: number) => {
  const locked = async () => {
    await client.query('select pg_stat_clear_snapshot()')
    const { rowCount } = await client.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    return rowCount
  }
  await expect.poll(locked, { timeout: 10_000 }).toBe(count)
}
