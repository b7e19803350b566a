import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Overview } from '../../src/admin/api.js'
import { readHealth } from '../../src/admin/queries/mailboxes.js'
import { readOverview } from '../../src/admin/queries/overview.js'
import type { Ticket } from '../../src/collections/types.js'
import { inTransaction } from '../../src/core/transaction.js'
import { queueAcknowledgement } from '../../src/operations/queueAcknowledgement.js'
import { type Desk, minute, openDesk } from './mail-out.desk.js'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk({ mail: { automatic: { perHour: 2 } } })
})
afterAll(() => desk.close())

const told = async (role: 'manager' | 'agent' = 'manager'): Promise<Overview['mailboxes'][number]> => {
  const overview = await readOverview(await desk.requestOf(desk.site.users[role]))
  return overview.mailboxes.find(({ id }) => id === desk.mailbox)!
}

const answer = async (): Promise<void> => {
  await desk.reply(await desk.open())
  await desk.work()
}

const acknowledge = (ticket: Ticket) =>
  inTransaction(desk.system, (req) =>
    queueAcknowledgement({
      req,
      ticket,
      mailbox: { id: desk.mailbox, address: 'help@acme.test', acknowledge: true },
      to: { name: '', address: ticket.requesterAddress },
      verified: false,
      automatic: false,
      messageId: `<m-${ticket.id}@example.com>`,
      arrivedAt: null,
    }),
  )

const trip = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) await acknowledge(await desk.open())
  await desk.work()
}

const well = { health: 'ok', problem: null, problemCode: null }

describe('automatic mail that is stopped', () => {
  it('is told to managers while it is so and while other mail leaves, and to nobody when it is over', async () => {
    await answer()
    expect(await told()).toMatchObject(well)
    await trip()
    const stopped = {
      health: 'warning',
      problem: expect.stringContaining('Automatic mail is stopped'),
      problemCode: 'siteLimit',
    }
    expect(await told()).toMatchObject(stopped)
    expect(await told('agent')).toMatchObject({ health: 'warning', problem: null, problemCode: null })
    expect((await readHealth(desk.system, desk.mailbox))!.send).toMatchObject({
      state: 'warning',
      errorCode: 'siteLimit',
    })
    await answer()
    expect(await told()).toMatchObject(stopped)
    // No mail need leave for that.
    desk.later(61 * minute)
    await desk.work()
    expect(await told()).toMatchObject(well)
  })

  it('does not stand before a mail server that cannot be reached', async () => {
    await desk.changeMailbox({ send: { password: 'wrong' } })
    await answer()
    const broken = { health: 'failing', problemCode: 'auth' }
    expect(await told()).toMatchObject(broken)
    await trip()
    expect(await told()).toMatchObject(broken)
    await desk.changeMailbox({ send: { password: 'secret' } })
    await desk.work()
    expect(await told()).toMatchObject({ health: 'ok' })
    desk.later(61 * minute)
    await desk.work()
  })
})

describe('a copy in the Sent folder that fails', () => {
  const receive = () => ({
    kind: 'imap',
    ...desk.server.imap,
    security: 'none',
    user: 'help@acme.test',
    password: 'secret',
  })

  it('is told to managers until one works', async () => {
    await desk.changeMailbox({ receive: receive(), send: { saveSent: true, sentFolder: 'Nowhere' } })
    await answer()
    const wrong = {
      health: 'warning',
      problem: expect.stringContaining('no copy could be put into the Sent folder'),
      problemCode: 'sentCopy',
    }
    expect(await told()).toMatchObject(wrong)
    await answer()
    expect(await told()).toMatchObject(wrong)
    await desk.changeMailbox({ send: { sentFolder: 'Sent' } })
    await answer()
    expect(await told()).toMatchObject({ problem: null, problemCode: null })
  })

  it('is over when no copies are wanted any more', async () => {
    await desk.changeMailbox({ send: { sentFolder: 'Nowhere' } })
    await answer()
    expect(await told()).toMatchObject({ problemCode: 'sentCopy' })
    await desk.changeMailbox({ send: { saveSent: false } })
    await answer()
    expect(await told()).toMatchObject({ problem: null, problemCode: null })
  })
})
