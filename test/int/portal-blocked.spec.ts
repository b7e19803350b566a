import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { blockSender } from '../../src/operations/index.js'
import { type Desk, openDesk } from './mail-out.desk.js'
import { visit } from './portalVisitor.js'

// Addresses that an agent has blocked, or whose mail bounces: the portal treats them as it treats others.

let desk: Desk
beforeAll(async () => {
  const limits = { perHour: 1000, requestsPerAddress: 100, linksPerAddress: 100 }
  desk = await openDesk({ portal: { url: 'https://acme.test/support', limits } })
  await desk.changeMailbox({ settings: { acknowledge: true } })
})
afterAll(() => desk.close())

const visitor = () => visit({ site: desk.site })
const ask = (email: string, values: Record<string, unknown> = {}) =>
  visitor().post('/requests', { values: { email, subject: 'Kettle', message: 'It is cold.', ...values } })
const ticketsOf = (address: string) => desk.rows('tickets', 'requester_address = $1', [address])

describe('a stranger', () => {
  it('K02 learns neither whom an agent has blocked nor whose mail bounces', async () => {
    const ticket = await desk.open({ from: { name: '', address: 'blocked@example.com' } })
    await blockSender({ req: desk.agent, ticket: ticket.id, blocked: true })
    const blocked = await ask('blocked@example.com')
    const other = await ask('unblocked@example.com')
    const shape = (location: string | null) => location!.replace(/\d+/g, 'n')
    expect([blocked.status, shape(blocked.headers.get('location'))]).toEqual([
      other.status,
      shape(other.headers.get('location')),
    ])
    expect(await ticketsOf('blocked@example.com')).toHaveLength(1)
    await desk.open({ from: { name: '', address: 'bouncing@example.com' } })
    await sqlOf({ payload: desk.site.payload }).query(
      `update ${tableOf(desk.site.payload, 'helpdesk-contact-addresses')} set state = 'bouncing' where address = $1`,
      ['bouncing@example.com'],
    )
    const bouncing = await ask('bouncing@example.com')
    expect([bouncing.status, shape(bouncing.headers.get('location'))]).toEqual([
      other.status,
      shape(other.headers.get('location')),
    ])
    for (const email of ['blocked@example.com', 'bouncing@example.com', 'unblocked@example.com'])
      expect((await visitor().post('/sign-in', { values: { email } })).status).toBe(303)
    await desk.work()
    // In the queue as any other, and no further.
    type Row = {
      state: string
      error_code: string
      sending_attempts: string
      data: unknown
      rendered: unknown
    }
    const all = await desk.rows<Row>(
      'outboundEmails',
      `kind = 'signIn' and recipients::text ~ 'blocked|bouncing'`,
    )
    // Who reads the queue afterwards finds no link.
    expect(all.map(({ data, rendered }) => [data, rendered])).toEqual(all.map(() => [null, null]))
    const links = all.filter(({ state }) => state === 'cancelled')
    expect(links).toMatchObject([
      { state: 'cancelled', error_code: 'takesNoMail', sending_attempts: '0' },
      { state: 'cancelled', error_code: 'takesNoMail', sending_attempts: '0' },
    ])
    const to = desk.server.submissions.flatMap(({ envelope }) => envelope.to)
    expect(to).not.toContain('blocked@example.com')
    expect(to).not.toContain('bouncing@example.com')
    expect(to).toContain('unblocked@example.com')
  })

  it('K02 is sent nothing either by a mail that waited when their address began to bounce', async () => {
    expect((await ask('soon@example.com')).status).toBe(303)
    await desk.work()
    expect((await visitor().post('/sign-in', { values: { email: 'soon@example.com' } })).status).toBe(303)
    expect((await ask('soon@example.com')).status).toBe(303)
    const mailed = () =>
      desk.server.submissions.filter(({ envelope }) => envelope.to.includes('soon@example.com'))
    const before = mailed().length
    await sqlOf({ payload: desk.site.payload }).query(
      `update ${tableOf(desk.site.payload, 'helpdesk-contact-addresses')} set state = 'bouncing' where address = $1`,
      ['soon@example.com'],
    )
    await desk.work()
    const rows = await desk.rows<{ kind: string; state: string; error_code: string; recipients: unknown }>(
      'outboundEmails',
      `recipients::text like '%soon@example.com%' and state <> 'sent'`,
    )
    expect(rows.map(({ kind }) => kind).sort()).toEqual(['acknowledgement', 'signIn'])
    for (const { state, error_code, recipients } of rows) {
      expect([state, error_code]).toEqual(['cancelled', 'takesNoMail'])
      expect(recipients).toMatchObject([{ state: 'cancelled' }])
    }
    expect(mailed()).toHaveLength(before)
  })

  it('K02 that is blocked is looked at as any other: what is sent twice, and what is refused', async () => {
    const { id } = await desk.open({ from: { name: '', address: 'shunned@example.com' } })
    await blockSender({ req: desk.agent, ticket: id, blocked: true })
    const { length } = await desk.rows('tickets')
    const twice = { request: 'the-same-try' }
    const [one, two] = [await ask('shunned@example.com', twice), await ask('shunned@example.com', twice)]
    expect([one.status, one.headers.get('location')]).toEqual([303, two.headers.get('location')])
    const script = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    const withScript = (email: string) =>
      visitor().post('/requests', {
        values: { email, subject: 'Kettle', message: 'It is cold.' },
        files: [{ name: 'a.svg', type: 'image/svg+xml', data: script }],
      })
    const [refused, other] = [
      await withScript('shunned@example.com'),
      await withScript('welcome@example.com'),
    ]
    expect(refused.status).toBe(400)
    expect(refused.status).toBe(other.status)
    expect(await desk.rows('tickets')).toHaveLength(length)
  })
})
