import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRig, mailOf, type Rig } from './mailRig.js'

let rig: Rig
beforeAll(async () => {
  rig = await createRig()
})
afterAll(() => rig.close())

describe('mail in', () => {
  it('opens a ticket from a mail that lies on the server', async () => {
    rig.server.deliver({ to: 'help@acme.test', raw: mailOf({ Subject: 'Hello' }) })
    await rig.receive()
    const [entry] = await rig.journal()
    expect(entry).toMatchObject({ state: 'done', verdict: 'opened', reason: 'newTicket' })
    expect(await rig.tickets()).toMatchObject([{ subject: 'Hello', requesterAddress: 'eve@example.com' }])
  })
})
