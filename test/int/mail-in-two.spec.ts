import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { createRig, mailOf, type Rig } from './mailRig.js'
import { tripOf } from './threading.trip.js'

// One mail to two of our mailboxes, both of which are worked on at the same moment.

/** Holds each mailbox once everything was looked up and nothing is decided, until both are there. */
const barrier = { left: 0, open: () => undefined as unknown, opened: Promise.resolve() }

const holdBoth = () => {
  barrier.left = 2
  barrier.opened = new Promise<void>((resolve) => {
    barrier.open = resolve
  })
}

let rig: Rig
let billing: DocID
beforeAll(async () => {
  rig = await createRig({
    options: {
      mail: {
        steps: ({ defaultSteps }) => [
          {
            name: 'barrier',
            when: 'before',
            run: async () => {
              if (barrier.left > 0 && --barrier.left === 0) barrier.open()
              await barrier.opened
            },
          },
          ...defaultSteps,
        ],
      },
    },
  })
  billing = await rig.addMailbox('billing@acme.test')
  await rig.receive()
})
afterAll(() => rig.close())

const toBoth = async (raw: string) => {
  const before = new Set((await rig.journal()).map(({ id }) => id))
  for (const to of ['help@acme.test', 'billing@acme.test']) rig.server.deliver({ to, raw })
  await rig.sql(`update ${rig.table('mailboxState')} set next_try_at = null`)
  await rig.run('mail.fetch')
  holdBoth()
  await rig.run('mail.process')
  expect(barrier.left).toBe(0)
  return (await rig.journal()).filter(({ id }) => !before.has(id))
}

describe('FT19 a mail to two of our mailboxes at once', () => {
  it('makes two tickets that know of each other', async () => {
    const both = await toBoth(mailOf({ To: 'help@acme.test, billing@acme.test', Subject: 'To both' }))
    expect(both.map(({ verdict }) => verdict)).toEqual(['opened', 'opened'])
    expect(both.map(({ reason }) => reason).sort()).toEqual(['alsoReceived', 'newTicket'])
    const tickets = (await rig.tickets()).filter(({ subject }) => subject === 'To both')
    expect(tickets.map(({ mailbox }) => mailbox).sort()).toEqual([rig.mailbox, billing].sort())
    expect(tickets.map(({ relatedTo }) => relatedTo)).toContain(
      tickets.find(({ relatedTo }) => relatedTo === null)!.id,
    )
  })

  it('an answer to one stays in one', async () => {
    const trip = await tripOf(rig)
    const before = (await rig.messages(trip.ticket.id)).length
    const both = await toBoth(
      mailOf({
        From: trip.customer,
        To: 'help@acme.test, billing@acme.test',
        Subject: 'Re: Both of you',
        'In-Reply-To': trip.ours.id,
        References: trip.ours.id,
      }),
    )
    expect(both.map(({ verdict }) => verdict).sort()).toEqual(['appended', 'duplicate'])
    expect(both.map(({ ticket }) => ticket)).toEqual([trip.ticket.id, trip.ticket.id])
    expect((await rig.messages(trip.ticket.id)).length).toBe(before + 1)
  })
})
