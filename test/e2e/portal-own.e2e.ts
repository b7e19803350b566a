import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { unique } from './desk.js'
import { answer, signInAtShop, ticketOf } from './portal.js'
import { expect, type Page, sql, test } from './test.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Looks at the page in the light and in the dark. */
const inspect = async (page: Page, what: string): Promise<void> => {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const found = await page.evaluate(
      `axe.run('main').then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
    )
    expect.soft(found, `${what}, ${colorScheme}`).toEqual([])
  }
}

const phone = { width: 390, height: 844 }

test('a page that draws the portal itself: a customer asks with a file, reads the answer, replies, solves, and finds it again', async ({
  browser,
  baseURL,
  page: agent,
  signIn,
}) => {
  await signIn('mara')
  const context = await browser.newContext({ locale: 'en-GB', baseURL, viewport: phone })
  const page = await context.newPage()
  const email = `${unique('own').replace(' ', '.')}@customer.test`
  const subject = unique('Own page')
  await signInAtShop(page, { agent, name: 'Ona Petit', email })
  await page.goto('/my-requests')
  await expect(page.getByText('There are none.')).toBeVisible()

  const form = page.locator('.my-form')
  await form.getByLabel('Message').fill('It rattles.')
  await form.getByRole('button', { name: 'Send' }).click()
  await expect(form.getByRole('alert')).toHaveText('Write a subject.')
  await expect(form.getByLabel('Message')).toHaveValue('It rattles.')
  await form.getByLabel('Subject').fill(subject)
  await form.getByLabel('Order').fill('A-12345')
  await inspect(page, 'a new request')
  await form
    .getByLabel('Files')
    .setInputFiles([{ name: 'noise.txt', mimeType: 'text/plain', buffer: Buffer.from('rrr') }])
  await form.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('heading', { name: subject })).toBeVisible()
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: 'noise.txt' }).click()
  expect(await readFile(await (await coming).path(), 'utf8')).toBe('rrr')

  await inspect(page, 'a conversation')
  const { id, number } = await ticketOf(subject)
  expect(await sql(`select order_number "order" from tickets where id = $1`, [id])).toEqual([
    { order: 'A-12345' },
  ])
  await answer(agent, { ticket: id, to: email, text: 'Tighten the screw.' })
  const open = async (): Promise<void> => {
    await page.goto('/my-requests')
    await page.getByRole('button', { name: subject }).click()
    await expect(page.getByText('Tighten the screw.')).toBeVisible({ timeout: 1000 })
  }
  await expect(open).toPass({ timeout: 30_000 })
  await form.getByLabel('Message').fill('It is quiet now.')
  await form.getByRole('button', { name: 'Answer' }).click()
  await expect(page.getByRole('listitem').last()).toContainText('It is quiet now.')
  await expect(page.getByRole('listitem')).toHaveCount(3)
  await page.getByRole('button', { name: 'It is solved' }).click()
  await expect(page.getByText(`#${number}, resolved`)).toBeVisible()
  expect((await ticketOf(subject)).status).toBe('resolved')

  await page.getByRole('button', { name: 'All requests' }).click()
  await page.getByLabel('Show').selectOption('closed ones')
  await expect(page.getByText('There are none.')).toBeVisible()
  await page.getByLabel('Show').selectOption('open ones')
  await expect(page.getByRole('listitem')).toHaveText([new RegExp(subject)])
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(phone.width)
  await context.close()
})
