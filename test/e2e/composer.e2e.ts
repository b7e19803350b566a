import { closeAll, composer, editor, openInbox, openTicket, unique } from './desk.js'
import { expect, type Page, test } from './test.js'

test.beforeEach(async ({ page, signIn }) => {
  await signIn('mara')
  await closeAll(page)
  await signIn('dana')
})

/** Lets everything that the rich editor is made of come late: its field from the server, then its code in parts. */
const slowDown = (page: Page) =>
  page.route('**/*', async (route) => {
    const request = route.request()
    const isAction = request.method() === 'POST' && 'next-action' in request.headers()
    if (isAction || request.resourceType() === 'script') await new Promise((done) => setTimeout(done, 700))
    await route.continue()
  })

for (const [key, kind] of [
  ['r', 'reply'],
  ['n', 'note'],
] as const)
  test(`no letter of a ${kind} is lost or becomes a shortcut while the rich editor is on its way`, async ({
    page,
    mail,
  }) => {
    await openInbox(page)
    const slow = unique('Slow')
    await openTicket({ page, mail, subject: slow, address: 'slow@customer.test' })
    await slowDown(page)
    await page.reload()
    await expect(composer(page)).toBeVisible()
    await page.keyboard.press(key)
    // Letters that are shortcuts among them: j, k, e, s, p, a, i, u, r, n.
    const words = 'jumping kinds are easily seen as people in unrest, '.repeat(3)
    await page.keyboard.type(words, { delay: 25 })
    await expect(composer(page).locator('[data-lexical-editor]')).toBeVisible()
    await page.keyboard.type('until the end.', { delay: 25 })
    await expect(editor(page)).toHaveText(`${words}until the end.`)
    await expect(composer(page).getByText('Draft saved')).toBeVisible()
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await page.reload()
    await expect(editor(page)).toHaveText(`${words}until the end.`)
  })

test('a reply is sent from the plain editor where the rich one cannot come', async ({ page, mail }) => {
  await openInbox(page)
  await openTicket({ page, mail, subject: unique('Plain'), address: 'plain@customer.test' })
  await page.route('**/*', (route) =>
    route.request().method() === 'POST' && 'next-action' in route.request().headers()
      ? route.abort()
      : route.continue(),
  )
  await page.reload()
  await page.keyboard.press('r')
  await page.keyboard.type('Line one\nLine two')
  await expect(composer(page).locator('textarea')).toBeVisible()
  await page.keyboard.press('Control+Enter')
  const sent = await mail.waitFor('plain@customer.test', 'Line two', 25_000)
  expect(sent.text).toContain('Line one')
})
