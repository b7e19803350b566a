import { type Dovecot, lacksDovecot, startDovecot } from '../mailServer.js'
import { expect, sql, test } from './test.js'
import { takeTrip } from './trip.js'

const account = { address: 'dove@acme.test', password: 'a Dovecot password' }

/** What became of each mail that this mailbox was shown. */
const verdictsOf = async (mailbox: number): Promise<Record<string, number>> => {
  const rows = await sql<{ verdict: string; count: number }>(
    `select coalesce(verdict, state) verdict, count(*)::int count from helpdesk_inbound_emails
     where mailbox_id = $1 group by 1`,
    [mailbox],
  )
  return Object.fromEntries(rows.map(({ verdict, count }) => [verdict, count]))
}

/** Whether a connection stands that hears of mail at once: the mailbox was read since somebody watches it. */
const isWatched = async (mailbox: number): Promise<boolean> => {
  const rows = await sql<{ is: boolean }>(
    `select s.last_success_at > l.updated_at "is" from helpdesk_leases l, helpdesk_mailbox_state s
     where l.key = $1 and s.mailbox_id = $2`,
    [`mailbox:${mailbox}:watch`, mailbox],
  )
  return rows[0]?.is ?? false
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
    await expect.poll(() => isWatched(id), { timeout: 30_000 }).toBe(true)

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
