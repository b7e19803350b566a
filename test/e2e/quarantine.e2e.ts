import { expect, test } from './test.js'

test('a mail that was dealt with does not come back with an answer that was asked for before', async ({
  page,
  signIn,
  mail,
}) => {
  const stamp = Date.now()
  await signIn('mara')
  await mail.deliver({
    to: 'support@acme.test',
    raw: `To: support@acme.test\r\nSubject: Late ${stamp}\r\n\r\nquarantine\r\n`,
  })
  await page.goto('/admin/collections/tickets/quarantine')
  const card = page.getByRole('article', { name: `Late ${stamp}` })
  await expect(card).toBeVisible()
  await card.getByRole('button', { name: 'Discard', exact: true }).click()

  // The next answer is as the list is now, and is on its way until the mail has been dealt with.
  let letGo = (): void => undefined
  const isOver = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let isHeld = false
  let hasArrived = false
  await page.route(
    (url) => url.pathname.endsWith('/helpdesk/quarantine'),
    async (route) => {
      if (isHeld) return route.continue()
      isHeld = true
      const response = await route.fetch()
      await isOver
      await route.fulfill({ response })
      hasArrived = true
    },
  )
  await expect.poll(() => isHeld).toBe(true)
  await page.waitForTimeout(500)
  const answered = page.waitForResponse((response) => response.url().endsWith('/discard'))
  await card.getByRole('button', { name: 'Discard for good' }).press('Enter')
  await answered
  await expect(card).toHaveCount(0)
  letGo()
  await expect.poll(() => hasArrived).toBe(true)
  for (let look = 0; look < 10; look++) {
    await page.waitForTimeout(100)
    expect(await card.count()).toBe(0)
  }
})
