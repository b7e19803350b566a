import pg from 'pg'
import { type Dovecot, lacksDovecot, startDovecot } from '../mailServer.js'
import { expect, test } from './test.js'
import { takeTrip } from './trip.js'

const account = { address: 'dove@acme.test', password: 'a Dovecot password' }

/** What became of each mail that this mailbox was shown. */
const verdictsOf = async (mailbox: number): Promise<Record<string, number>> => {
  const client = new pg.Client({ connectionString: process.env.HELPDESK_E2E_DATABASE })
  await client.connect()
  try {
    const { rows } = await client.query<{ verdict: string; count: number }>(
      `select coalesce(verdict, state) verdict, count(*)::int count from helpdesk_inbound_emails
       where mailbox_id = $1 group by 1`,
      [mailbox],
    )
    return Object.fromEntries(rows.map(({ verdict, count }) => [verdict, count]))
  } finally {
    await client.end()
  }
}

test.describe('on Dovecot', () => {
  test.skip(lacksDovecot, 'There is no Dovecot on this machine.')
  let dovecot: Dovecot
  test.beforeAll(async () => {
    dovecot = await startDovecot({ accounts: [account] })
  })
  test.afterAll(() => dovecot?.close())

  test('the same trip goes on over a UIDVALIDITY change in the middle', async ({ page, mail, signIn }) => {
    await signIn('admin')
    const known = await page.request.get('/api/mailboxes?where[address][equals]=support@acme.test')
    const { host, port } = (await known.json()).docs[0].send as { host: string; port: number }
    const login = { security: 'none', user: account.address, password: account.password }
    const created = await page.request.post('/api/mailboxes', {
      data: {
        name: 'Dove',
        fromName: 'Dove at Acme',
        address: account.address,
        receive: { kind: 'imap', ...dovecot.imap, ...login },
        send: { kind: 'smtp', host, port, security: 'none' },
        settings: { replyAddress: 'plus' },
      },
    })
    expect(created.ok(), await created.text()).toBe(true)
    const { id } = (await created.json()).doc as { id: number }
    const health = async () => (await page.request.get(`/api/helpdesk/mailboxes/${id}/health`)).json()
    await expect.poll(async () => (await health()).receive.startedAt, { timeout: 20_000 }).not.toBeNull()
    // The second sign-in is that of the connection which stays and hears of mail at once.
    const signIns = () => dovecot.log().match(/Login: user=<dove@acme.test>/g)?.length ?? 0
    await expect.poll(signIns, { timeout: 20_000 }).toBeGreaterThan(1)

    await signIn('dana')
    await takeTrip({
      page,
      mail,
      place: {
        server: 'Dovecot',
        address: account.address,
        fromName: 'Dove at Acme',
        deliver: (raw) => dovecot.deliver({ to: account.address, raw }),
        inTheMiddle: async () => {
          expect(await verdictsOf(id)).toEqual({ opened: 2 })
          await dovecot.changeUidValidity(account.address)
          // Read again under its new number, known, and told apart from a new one.
          await expect.poll(() => verdictsOf(id), { timeout: 20_000 }).toEqual({ opened: 2, duplicate: 2 })
        },
      },
      customer: { name: 'Odile Swan', address: 'odile@customer.test' },
    })
    expect(await verdictsOf(id)).toEqual({ opened: 2, duplicate: 2, appended: 1 })
    expect(dovecot.mailbox(account.address)).toHaveLength(3)

    // Its server goes away with this test, which must be no news for the others.
    await signIn('admin')
    const archived = await page.request.patch(`/api/mailboxes/${id}`, { data: { archived: true } })
    expect(archived.ok(), await archived.text()).toBe(true)
  })
})
