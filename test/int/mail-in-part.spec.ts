import { createLocalReq } from 'payload'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { DocID, InboundEmail } from '../../src/collections/types.js'
import { fetchAnyway, retryMail } from '../../src/mail/index.js'
import { createRig, mailOf, type Rig } from './mailRig.js'

let rig: Rig
beforeAll(async () => {
  rig = await createRig({ options: { mail: { maxMessageSize: 300_000 } } })
})
afterAll(() => rig.close())
afterEach(() => change({ archived: false, type: 'email' }))

const change = (data: object) =>
  rig.payload.update({
    collection: 'mailboxes' as never,
    id: rig.mailbox,
    data: data as never,
    depth: 0,
    overrideAccess: true,
  })

const arriveLarge = (): Promise<InboundEmail> => rig.arrive(mailOf({}, 'A long story. '.repeat(30_000)))

/** One that the server names and does not hand over. */
const arriveMissing = async (): Promise<InboundEmail> => {
  const entry = await arriveLarge()
  await rig.sql(
    `update ${rig.table('inboundEmails')} set verdict = 'quarantined', reason = 'missing' where id = $1`,
    [entry.id],
  )
  return entry
}

const now = async (id: DocID) => (await rig.journal()).find((entry) => entry.id === id)!

const args = async (inboundEmail: DocID) => ({
  req: await createLocalReq({}, rig.payload),
  overrideAccess: true,
  inboundEmail,
})

describe('a mail of which only a part is here', () => {
  it('stays in the quarantine where its mailbox is not read any more, and says why', async () => {
    const large = await arriveLarge()
    const missing = await arriveMissing()
    const refused = { key: 'mailboxNotFetched', status: 409 }
    for (const data of [{ archived: true }, { type: 'web' }]) {
      await change({ archived: false, type: 'email' })
      await change(data)
      for (const { id } of [large, missing]) {
        await expect(fetchAnyway(await args(id))).rejects.toMatchObject(refused)
        await expect(retryMail(await args(id))).rejects.toMatchObject(refused)
        expect(await now(id)).toMatchObject({ state: 'quarantined' })
      }
    }
  })

  it.each([
    ['tooLarge', 'tooLarge', arriveLarge],
    ['missing', 'quarantined', arriveMissing],
  ])(
    '%s comes back into the quarantine when its mailbox is archived before it was fetched',
    async (reason, verdict, arrive) => {
      const { id } = await arrive()
      await fetchAnyway(await args(id))
      await change({ archived: true })
      await rig.run('mail.fetch')
      expect(await now(id)).toMatchObject({
        state: 'quarantined',
        verdict,
        reason,
        error: expect.stringMatching(/mailbox/),
      })
      await change({ archived: false })
      await retryMail(await args(id))
      await rig.receive()
      expect(await now(id)).toMatchObject({ state: 'done', verdict: 'opened' })
    },
  )

  it('missing is still called so when the server has it no more', async () => {
    const { id } = await arriveMissing()
    rig.server.clear()
    await retryMail(await args(id))
    await rig.receive()
    expect(await now(id)).toMatchObject({
      state: 'quarantined',
      verdict: 'quarantined',
      reason: 'missing',
      error: expect.stringMatching(/vanished/),
    })
  })
})
