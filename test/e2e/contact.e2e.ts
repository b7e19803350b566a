import { unique, write } from './desk.js'
import { expect, test } from './test.js'

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
