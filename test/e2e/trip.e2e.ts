import { mailboxes, test } from './test.js'
import { takeTrip } from './trip.js'

test('a mail goes in, the answer out and the next one back, live on the screen of an agent', async ({
  page,
  mail,
  signIn,
}) => {
  const [{ address, fromName }] = mailboxes
  // Shows that mail to plus addresses arrives, as whoever sets up a mailbox does.
  await signIn('admin')
  const { docs } = await (
    await page.request.get('/api/mailboxes?where[address][equals]=support@acme.test')
  ).json()
  const tested = await page.request.post(`/api/helpdesk/mailboxes/${docs[0].id}/test`, { data: {} })
  if (!(await tested.json()).ok) throw new Error(await tested.text())
  await signIn('dana')
  await takeTrip({
    page,
    mail,
    place: {
      server: 'local server',
      address,
      fromName,
      deliver: (raw) => mail.deliver({ to: address, raw }),
    },
    customer: { name: 'Iris Vance', address: 'iris@customer.test' },
  })
})
