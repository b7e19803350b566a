import { expect, password, test } from './test.js'

test('the admin asks who you are and lets an agent in', async ({ page }) => {
  await page.goto('/admin')
  await expect(page).toHaveURL(/\/admin\/login/)
  await page.locator('#field-email').fill('dana@acme.test')
  await page.locator('#field-password').fill(password)
  await page.getByRole('button', { name: 'Login' }).click()
  await expect(page).toHaveURL(/\/admin$/)
  await expect(page.getByRole('link', { name: 'Account' })).toBeVisible()
})

test('the customer’s mail program sends to the mailbox and shows what comes', async ({ page, mail }) => {
  await page.goto('/mail?as=ida@customer.test')
  await page.getByRole('button', { name: 'Write' }).click()
  await page.getByLabel('Subject').fill('The anvil came without instructions')
  await page.getByLabel('Text').fill('Which end goes up?')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(page.getByText('Sent to support@acme.test')).toBeVisible()
  const sent = await mail.waitFor('support@acme.test', 'Which end goes up?')
  expect(sent.text).toContain('From: ida@customer.test')

  const raw =
    'From: Acme Support <support@acme.test>\r\nTo: ida@customer.test\r\nMessage-ID: <answer@acme.test>\r\n' +
    'Subject: Re: The anvil\r\nContent-Type: text/html; charset=utf-8\r\n\r\n' +
    '<p>The <b>flat</b> end.</p><script>parent.document.title = "broken in"</script>'
  await mail.deliver({ to: 'ida@customer.test', raw })
  await page.getByRole('button', { name: /Re: The anvil/ }).click()
  await expect(page.frameLocator('iframe').getByText('flat')).toBeVisible()
  await expect(page).toHaveTitle('Mail')
  await page.getByRole('button', { name: 'Reply' }).click()
  await expect(page.getByLabel('Text')).toHaveValue(/wrote:\n> The flat end\./)
  await page.getByLabel('Text').fill('Thanks, that helped a lot')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  const reply = await mail.waitFor('support@acme.test', 'that helped a lot')
  expect(reply.text).toMatch(/In-Reply-To: <answer@acme.test>/)
})
