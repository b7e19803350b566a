import { createLocalReq, type PayloadRequest } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { getHelpdesk } from '../../src/core/config.js'
import { postgresOf, sqlOf, tableOf } from '../../src/core/database.js'
import { insertAtEnd, insertRow, reserveIds } from '../../src/core/insert.js'
import { inTransaction } from '../../src/core/transaction.js'
import type { Step } from '../../src/index.js'
import { createSite, type Site } from '../site.js'
import { createRig, mailOf, type Rig } from './mailRig.js'

describe('rows that are written together with their like', () => {
  let site: Site
  let req: PayloadRequest
  beforeAll(async () => {
    site = await createSite({ users: false })
    req = await createLocalReq({}, site.payload)
  })
  afterAll(() => site.close())

  const slug = 'contacts'
  const names = async (of?: PayloadRequest): Promise<unknown[]> => {
    const { rows } = await sqlOf(of ?? { payload: site.payload }).query<{ name: string }>(
      `select name from ${tableOf(site.payload, slug)} order by id`,
    )
    return rows.map(({ name }) => name)
  }
  const row = (name: string) => ({
    name,
    createdAt: new Date().toISOString(),
    updatedAt: new Date().toISOString(),
  })

  it('are there for whoever asks within the transaction, by whatever way', async () => {
    let ids: DocID[] = []
    await inTransaction(req, async (own) => {
      await reserveIds({ req: own, slug, count: 3 })
      ids = [
        await insertRow({ req: own, slug, row: row('a') }),
        await insertRow({ req: own, slug, row: row('b') }),
      ]
      // Payload's own operation.
      const found = await site.payload.find({
        collection: slug as never,
        depth: 0,
        overrideAccess: true,
        sort: 'id',
        req: own,
      })
      expect(found.docs.map(({ id }) => id)).toEqual(ids)
      await insertRow({ req: own, slug, row: row('c') })
      await insertAtEnd({ req: own, slug, rows: [row('d')] })
      // Many at once wait for the same.
      expect(await Promise.all([names(own), names(own)])).toEqual([
        ['a', 'b', 'c', 'd'],
        ['a', 'b', 'c', 'd'],
      ])
      await insertAtEnd({ req: own, slug, rows: [row('e')] })
      expect(await names()).toEqual([])
    })
    expect(new Set(ids).size).toBe(2)
    expect(await names()).toEqual(['a', 'b', 'c', 'd', 'e'])
    await sqlOf({ payload: site.payload }).query(`delete from ${tableOf(site.payload, slug)}`)
  })

  it('are forgotten with the transaction, and the connection is as it was', async () => {
    let late: PayloadRequest | undefined
    const work = inTransaction(req, async (own) => {
      late = own
      await reserveIds({ req: own, slug, count: 2 })
      await insertRow({ req: own, slug, row: row('lost') })
      throw new Error('No.')
    })
    await expect(work).rejects.toThrow('No.')
    expect(await names()).toEqual([])
    await expect(insertRow({ req: late!, slug, row: row('late') })).rejects.toThrow(/cannot be used again/)
    await inTransaction(req, async (own) => void (await insertRow({ req: own, slug, row: row('next') })))
    expect(await names()).toEqual(['next'])
    const clients = await Promise.all(
      Array.from({ length: 3 }, () =>
        (
          postgresOf(site.payload).pool as unknown as { connect: () => Promise<{ release: () => void }> }
        ).connect(),
      ),
    )
    expect(clients.map((client) => Object.hasOwn(client, 'query'))).toEqual([false, false, false])
    for (const client of clients) client.release()
    await sqlOf({ payload: site.payload }).query(`delete from ${tableOf(site.payload, slug)}`)
  })

  it('take all with them where one is refused', async () => {
    const addresses = getHelpdesk(site.payload).slugs.contactAddresses
    const address = { address: 'twice@example.com', display: '', createdAt: new Date().toISOString() }
    const work = inTransaction(req, async (own) => {
      await insertAtEnd({ req: own, slug, rows: [row('with it')] })
      await insertAtEnd({ req: own, slug: addresses, rows: [address, address] })
    })
    await expect(work).rejects.toThrow(/unique/)
    expect(await names()).toEqual([])
  })
})

describe('mails that come in together', () => {
  const looks: { messages: number; participants: number; ticket: unknown }[] = []
  /** A site's own step, which looks at what the steps before it have written. */
  const look: Step = {
    name: 'look',
    when: 'after',
    run: async ({ req, decision }) => {
      if (decision.ticket === undefined) return
      const { slugs } = getHelpdesk(req.payload)
      const count = async (slug: string) =>
        (
          await sqlOf(req).query<{ n: number }>(
            `select count(*)::int n from ${tableOf(req.payload, slug)} where ticket_id = $1`,
            [decision.ticket],
          )
        ).rows[0]!.n
      const ticket = await req.payload.findByID({
        collection: slugs.tickets as never,
        id: decision.ticket,
        depth: 0,
        overrideAccess: true,
        req,
      })
      looks.push({
        messages: await count(slugs.messages),
        participants: await count(slugs.participants),
        ticket: (ticket as unknown as { subject: string }).subject,
      })
    },
  }
  let rig: Rig
  beforeAll(async () => {
    rig = await createRig({
      options: { mail: { steps: ({ defaultSteps }) => [...defaultSteps, look] } },
      settings: { acknowledge: true },
    })
  })
  afterAll(() => rig.close())

  it('are each whole for the site’s own step behind them, and each once in the end', async () => {
    const openers = [1, 2, 3, 4, 5, 6].map((number) =>
      mailOf({
        From: `Iris <iris${number}@example.com>`,
        Subject: `Lamp ${number}`,
        'Message-ID': `<lamp${number}@example.com>`,
      }),
    )
    const answer = mailOf({
      From: 'Iris <iris2@example.com>',
      Subject: 'Re: Lamp 2',
      'Message-ID': '<again2@example.com>',
      'In-Reply-To': '<lamp2@example.com>',
    })
    await rig.take([...openers, answer])
    expect(looks.map(({ ticket }) => ticket)).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((number) => `Lamp ${number}`),
      'Lamp 2',
    ])
    expect(looks.map(({ messages }) => messages)).toEqual([1, 1, 1, 1, 1, 1, 2])
    expect(looks.every(({ participants }) => participants === 1)).toBe(true)
    const messages = await rig.sql<{ subject: string; id: number; count: number }>(
      `select t.subject, count(*)::int count from ${rig.table('messages')} m
       join ${rig.table('tickets')} t on t.id = m.ticket_id group by 1 order by 1`,
    )
    expect(messages.map(({ count }) => count)).toEqual([1, 2, 1, 1, 1, 1])
    const activities = await rig.sql(
      `select a.kind from ${rig.table('activities')} a join ${rig.table('messages')} m on m.id = a.message_id
       where a.kind in ('ticketOpened', 'customerReplied') and m.ticket_id = a.ticket_id`,
    )
    expect(activities).toHaveLength(7)
  })
})
