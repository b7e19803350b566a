import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRig, mailOf, type Rig } from './mailRig.js'

let rig: Rig

beforeAll(async () => {
  rig = await createRig()
})
afterAll(() => rig.close())

/** A received mail as of today. */
const fixture = (name: string): string =>
  readFileSync(new URL(`../mail/received/${name}.eml`, import.meta.url), 'utf8').replace(
    /^Date: .*$/m,
    `Date: ${new Date().toUTCString()}`,
  )

const ticketOf = async (id: unknown) => (await rig.tickets()).find((ticket) => ticket.id === id)!

describe('what only sounds like a bounce', () => {
  it('a customer who complains of a delivery has a ticket', async () => {
    const [entry] = await rig.take([fixture('complaint-not-delivered')])
    expect(entry).toMatchObject({ state: 'done', verdict: 'opened', fromAddress: 'kim@customer.test' })
    expect(await ticketOf(entry!.ticket)).toMatchObject({
      requesterAddress: 'kim@customer.test',
      automatic: false,
    })
  })

  it('a free-form report that is about no mail of ours opens a ticket that is marked automatic', async () => {
    const [entry] = await rig.take([
      mailOf(
        { From: 'Postmaster <postmaster@warehouse.test>', Subject: 'Delivery failed', 'Return-Path': '<>' },
        'Delivery of pallet 7 failed: it could not be delivered to bay <bay4@warehouse.test>.',
      ),
    ])
    expect(entry).toMatchObject({ state: 'done', verdict: 'opened' })
    const ticket = await ticketOf(entry!.ticket)
    expect(ticket).toMatchObject({ automatic: true, requesterAddress: 'postmaster@warehouse.test' })
    expect(await rig.messages(ticket.id)).toMatchObject([{ kind: 'customer', automatic: true }])
  })

  it('a free-form report without a sender is set aside for a person', async () => {
    const [entry] = await rig.take([
      mailOf(
        { From: null, Subject: 'Undelivered mail', 'Return-Path': '<>' },
        'Your message could not be delivered to <nobody@warehouse.test>.',
      ),
    ])
    expect(entry).toMatchObject({ state: 'quarantined', reason: 'noSender' })
  })
})
