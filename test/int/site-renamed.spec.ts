import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Overview, ThreadView, TicketPage } from '../../src/admin/api.js'
import { getHelpdesk } from '../../src/core/config.js'
import { defaultSlugs, type Slugs } from '../../src/index.js'
import { createWorker } from '../../src/worker/index.js'
import { createRig, type Rig } from './mailRig.js'

// A site at which no collection of ours has its usual name, on a real mail server.

const slugs = Object.fromEntries(Object.keys(defaultSlugs).map((key, at) => [key, `zz-desk-${at}`])) as Slugs

const first = (subject: string) => `From: Ada <ada@example.com>
To: help@acme.test
Subject: ${subject}
Message-ID: <${subject.replaceAll(' ', '.')}@example.com>
Date: ${new Date().toUTCString()}

It does not boil.
`

describe('a site with other slugs throughout', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await createRig({
      options: {
        slugs,
        overrides: {
          tickets: {
            fields: ({ defaultFields }) => [...defaultFields, { name: 'orderNumber', type: 'text' }],
          },
        },
      },
    })
    await rig.receive()
  })
  afterAll(() => rig.close())

  it('has the tables under these names only', async () => {
    const tables = await rig.sql<{ name: string }>(
      `select tablename name from pg_tables where schemaname = 'public'`,
    )
    const names = tables.map(({ name }) => name)
    for (const slug of Object.values(slugs)) expect(names).toContain(slug.replaceAll('-', '_'))
    for (const slug of Object.values(defaultSlugs)) expect(names).not.toContain(slug.replaceAll('-', '_'))
  })

  it('takes mail in, answers it, and finds the ticket of the customer’s reply', async () => {
    expect(await rig.arrive(first('Broken kettle'))).toMatchObject({ verdict: 'opened' })
    const [ticket] = await rig.tickets()
    const answer = await rig.reply(ticket!)
    const key = /^Message-ID: (.*)\r$/im.exec(answer.text)![1]
    const reply = first('Re: Broken kettle').replace('\nDate:', `\nIn-Reply-To: ${key}\nDate:`)
    expect(await rig.arrive(reply)).toMatchObject({ verdict: 'appended', ticket: ticket!.id })
  })

  it('serves the desk: counters, list, search, thread, acts, and Payload’s own screens', async () => {
    const { agent, manager } = rig.site.users
    const get = async <T>(path: string, user = agent) => {
      const { status, body } = await rig.site.rest<T>('GET', path, { user })
      expect([path, status]).toEqual([path, 200])
      return body
    }
    expect((await get<Overview>('/helpdesk/inbox/overview')).mailboxes).toMatchObject([
      { address: 'help@acme.test' },
    ])
    const { tickets } = await get<TicketPage>('/helpdesk/inbox/tickets?view=unassigned')
    expect(tickets).toMatchObject([{ subject: 'Broken kettle' }])
    const found = await get<TicketPage>('/helpdesk/inbox/tickets?search=boil')
    expect(found.tickets.map(({ id }) => id)).toEqual([tickets[0]!.id])
    const path = `/helpdesk/tickets/${tickets[0]!.id}`
    expect((await get<ThreadView>(path)).messages).toHaveLength(3)
    const acts: [string, object][] = [
      ['assign', { assignee: agent.id }],
      ['note', { text: 'A note.' }],
      ['field', { name: 'orderNumber', value: 'A-7' }],
      ['status', { status: 'resolved' }],
    ]
    for (const [name, body] of acts) {
      const done = await rig.site.rest('POST', `${path}/${name}`, { user: agent, body })
      expect([name, done.status]).toEqual([name, 200])
    }
    expect((await get<ThreadView>(path)).ticket).toMatchObject({
      status: 'resolved',
      extra: [{ name: 'orderNumber', value: 'A-7' }],
    })
    await get('/helpdesk/quarantine', manager)
    await get(`/${slugs.tickets}?depth=2`)
    await get(`/${slugs.contacts}?depth=1`)
    const old = await rig.site.rest('GET', '/tickets', { user: agent })
    expect(old.status).toBe(404)
  })

  it('has background work that runs without a fault', async () => {
    const worker = createWorker({ payload: rig.payload })
    const { slices } = await worker.runOnce({ budgetMs: 20_000 })
    await worker.stop()
    expect(Object.keys(slices).length).toBeGreaterThan(3)
    expect(Object.entries(slices).filter(([, { failed }]) => failed)).toEqual([])
    expect(getHelpdesk(rig.payload).slugs).toEqual(slugs)
  })
})
