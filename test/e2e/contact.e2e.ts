import { openInbox, openTicket, thread, unique, write } from './desk.js'
import { expect, sql, test } from './test.js'

test('a contact’s own page shows their addresses', async ({ page, mail, signIn }) => {
  await signIn('mara')
  const subject = unique('Contact of a mail')
  const address = `${unique('vera').replace(' ', '.')}@customer.test`
  const name = unique('Vera Lind')
  await write(mail, { subject, name, address })
  const find = async () => {
    const answer = await page.request.get(
      `/api/contacts?where[name][equals]=${encodeURIComponent(name)}&limit=1&depth=0`,
    )
    return ((await answer.json()) as { docs: { id: number }[] }).docs[0]?.id
  }
  await expect.poll(find, { timeout: 15_000 }).toBeTruthy()
  await page.goto(`/admin/collections/contacts/${await find()}`)
  await expect(page.getByRole('region', { name: 'Addresses' })).toContainText(address)

  await page.goto('/admin/collections/contacts/create')
  await expect(page.getByRole('region', { name: 'Addresses' })).toContainText('None yet')
})

test('an address whose mail came back says so, and an agent lets mail go there again', async ({
  page,
  mail,
  signIn,
}) => {
  await signIn('dana')
  await openInbox(page)
  const address = `${unique('odo.returned-to-sender-for-a-long-time').replace(' ', '.')}@customer.test`
  const args = { page, mail, subject: unique('Came back'), name: 'Odo Lang', address }
  await openTicket(args)
  await sql("update helpdesk_contact_addresses set state = 'bouncing' where address = $1", [address])
  await page.reload()
  const panel = page.getByRole('complementary', { name: 'Contact' })
  await expect(panel).toContainText('Bouncing')
  await expect(panel).toContainText('Mail to this address came back.')
  await panel.getByRole('button', { name: `Send there again: ${address}` }).click()
  await expect(panel).not.toContainText('Bouncing')
  await expect(panel).toBeFocused()
  await expect(thread(page)).toContainText(`You allowed mail to ${address} again`)
  const [row] = await sql('select state from helpdesk_contact_addresses where address = $1', [address])
  expect(row).toEqual({ state: 'ok' })
})
