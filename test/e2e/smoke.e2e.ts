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

test('a mail written there is a ticket within two seconds, and the answer stands below it by itself', async ({
  page,
  signIn,
}) => {
  const subject = `Tunnel ${Date.now()} leads nowhere`
  await signIn('dana')
  const ticket = async (): Promise<{ id: number; messageCount: number; status: string } | undefined> => {
    const where = `where[subject][equals]=${encodeURIComponent(subject)}`
    return (await (await page.request.get(`/api/tickets?depth=0&${where}`)).json()).docs[0]
  }
  await page.goto('/mail?as=nora@customer.test')
  await page.getByRole('button', { name: 'Write' }).click()
  await page.getByLabel('Subject').fill(subject)
  await page.getByLabel('Text').fill('I painted it as the manual says.')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(page.getByText('Sent to support@acme.test')).toBeVisible()
  await expect.poll(async () => Boolean(await ticket()), { timeout: 2000, intervals: [50] }).toBe(true)

  const { id } = (await ticket())!
  const answered = await page.request.post(`/api/helpdesk/tickets/${id}/reply`, {
    data: { text: 'Try the other wall.', to: [{ name: '', address: 'nora@customer.test' }] },
  })
  expect(answered.ok(), await answered.text()).toBe(true)
  const row = page.getByRole('button', { name: new RegExp(`Acme Support.*${subject}`) })
  // The undo window has to pass first.
  await expect(row).toBeVisible({ timeout: 20_000 })
  await row.click()
  await expect(page.frameLocator('iframe').first().getByText('Try the other wall.')).toBeVisible()
  await expect(page.locator('iframe')).toHaveCount(2)

  await page.getByRole('button', { name: 'Reply' }).click()
  await expect(page.getByLabel('Text')).toHaveValue(/wrote:\n> Try the other wall\.[\s\S]*> Ref\. helpdesk:/)
  await page.getByLabel('Text').press('Home')
  await page.getByLabel('Text').pressSequentially('It worked. Now I cannot get out.')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect.poll(async () => (await ticket())?.messageCount, { timeout: 5000 }).toBe(3)
  expect((await ticket())!.status).toBe('open')
})
