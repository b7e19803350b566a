import { closeAll, inbox, openInbox, openTicket, rowOf, unique, write } from './desk.js'
import { expect, sql, test } from './test.js'

test.beforeEach(async ({ page, signIn }) => {
  await signIn('mara')
  await closeAll(page)
  await signIn('dana')
})

test('a search is typed word by word beside the open ticket', async ({ page, mail }) => {
  await openInbox(page)
  const subject = unique('Searched')
  await openTicket({ page, mail, subject, text: 'The wooden spoon is bent.' })
  const field = page.getByRole('searchbox', { name: 'Search tickets' })
  await field.pressSequentially('wooden ')
  await expect(page).toHaveURL(/search=wooden/)
  // Longer than the pause after which the search runs.
  await page.waitForTimeout(600)
  await field.pressSequentially('spoon')
  await expect(field).toHaveValue('wooden spoon')
  await expect(rowOf(page, subject).locator('mark').first()).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(subject)
  await field.press('Escape')
  await expect(page).not.toHaveURL(/search=/)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(subject)
})

test('a line that comes back tells what it missed and moves nothing', async ({ page, mail }) => {
  await page.addInitScript(() => {
    const Source = window.EventSource
    window.EventSource = class extends Source {
      constructor(...args: ConstructorParameters<typeof Source>) {
        super(...args)
        Object.assign(window, { line: this })
      }
    }
  })
  await openInbox(page)
  const before = unique('Before')
  await write(mail, { subject: before })
  await expect(rowOf(page, before)).toBeVisible()
  await page
    .locator('.hd-row')
    .first()
    .evaluate((row) => row.setAttribute('data-mark', ''))
  await page.route('**/helpdesk/live*', (route) => route.abort())
  await page.evaluate(() =>
    (window as unknown as { line: EventSource }).line.dispatchEvent(new Event('error')),
  )
  await expect(page.getByText(/Live updates are interrupted/)).toBeVisible()
  const missed = unique('Missed')
  await write(mail, { subject: missed })
  const again = page.waitForRequest('**/helpdesk/live?after=*')
  await page.unroute('**/helpdesk/live*')
  await again
  await expect(rowOf(page, missed)).toBeVisible({ timeout: 30_000 })
  await expect(page.getByText(/Live updates are interrupted/)).toBeHidden()
  await expect(page.locator('.hd-row[data-mark]')).toBeVisible()
})

test('another tab goes on hearing when the one with the line is closed', async ({ page, mail, context }) => {
  await openInbox(page)
  const second = await context.newPage()
  await second.goto('/admin/collections/tickets/inbox')
  await expect(second.getByRole('searchbox', { name: 'Search tickets' })).toBeVisible()
  const early = unique('Early')
  await write(mail, { subject: early })
  await expect(rowOf(second, early)).toBeVisible({ timeout: 20_000 })
  await page.close()
  const late = unique('Late')
  await write(mail, { subject: late })
  await expect(rowOf(second, late)).toBeVisible({ timeout: 20_000 })
  await expect(second.getByText(/Live updates are interrupted/)).toBeHidden()
})

test('views, quarantine and shortcuts are in reach on a narrow screen', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await openInbox(page)
  await page.getByRole('button', { name: /^Views: / }).click()
  await page.getByRole('option', { name: /^Shortcuts/ }).click()
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
})

test('a ticket that opens while its list is being read stands in it', async ({ page, mail }) => {
  await openInbox(page)
  const subject = unique('Between')
  // The list is read, then the mail comes, then the list arrives.
  await page.route('**/helpdesk/inbox/tickets?view=unassigned*', async (route) => {
    const read = await route.fetch()
    await write(mail, { subject })
    await expect(rowOf(page, subject)).toBeVisible()
    await route.fulfill({ response: read })
  })
  const arrived = page.waitForResponse('**/helpdesk/inbox/tickets?view=unassigned*')
  await page.getByRole('link', { name: /^Unassigned/ }).click()
  await (await arrived).finished()
  await expect(page.locator('.hd-skeleton')).toHaveCount(0)
  // Long enough for a list that forgets it to be drawn.
  await page.waitForTimeout(500)
  await expect(rowOf(page, subject)).toBeVisible()
})

test('a ticket that opens while the page loads stands in the list', async ({ page, mail }) => {
  await page.route('**/helpdesk/live*', (route) => route.abort())
  await page.goto(inbox)
  const subject = unique('Early bird')
  await write(mail, { subject })
  await expect
    .poll(() => sql(`select 1 from tickets where subject = $1`, [subject]).then((rows) => rows.length))
    .toBe(1)
  await expect(rowOf(page, subject)).toBeHidden()
  await page.unroute('**/helpdesk/live*')
  await expect(rowOf(page, subject)).toBeVisible()
})
