import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import type { BrowserContext } from '@playwright/test'
import { simpleParser } from 'mailparser'
import type { MailClient, RemoteMail } from '../../dev/mail/client.js'
import { unique } from './desk.js'
import { expect, type Page, sql, test } from './test.js'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What axe finds wrong on the page. */
const violations = async (page: Page): Promise<string[]> => {
  await page.addScriptTag({ path: axe })
  return page.evaluate(async () => {
    const { violations: found } = await (
      window as unknown as {
        axe: { run: (node: string) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      }
    ).axe.run('main')
    return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  })
}

const linkOf = async ({ raw }: RemoteMail, name: string): Promise<string> => {
  const { text = '' } = await simpleParser(raw)
  const found = new RegExp(`https?://\\S+/support\\?${name}=[\\w.-]+`).exec(text)
  if (!found) throw new Error(`No link "${name}" in: ${text}`)
  return found[0]
}

const ticketOf = async (subject: string): Promise<{ id: number; number: number; status: string }> =>
  (
    await sql<{ id: number; number: number; status: string }>(
      `select id, number::int, status from tickets where subject = $1 order by id desc limit 1`,
      [subject],
    )
  )[0]!

/** An agent answers a ticket. */
const answer = async (agent: Page, args: { ticket: number; to: string; text: string }) => {
  const response = await agent.request.post(`/api/helpdesk/tickets/${args.ticket}/reply`, {
    data: { text: args.text, to: [{ name: '', address: args.to }] },
  })
  expect(response.ok(), await response.text()).toBe(true)
}

const ask = async (page: Page, args: { subject: string; email?: string }) => {
  if (args.email) await page.locator('#hdp-email').fill(args.email)
  await page.getByLabel('Subject').fill(args.subject)
  await page.locator('#hdp-message').fill('The kettle does not boil.\n\nWhat can I do?')
  await page
    .locator('input[type=file]')
    .setInputFiles([{ name: 'kettle.txt', mimeType: 'text/plain', buffer: Buffer.from('cold') }])
  await page.getByLabel('Order').fill('A-17')
}

type TripArgs = { context: BrowserContext; agent: Page; mail: MailClient }

/** The whole way of a guest: asks with a file, reads the answer by the link in the mail, replies, solves, reopens. */
const guestTrip = async ({ context, agent, mail }: TripArgs): Promise<void> => {
  const page = await context.newPage()
  const subject = unique('Guest')
  const email = `${unique('guest').replace(' ', '.')}@customer.test`
  await page.goto('/support')
  await ask(page, { subject, email })
  await page
    .getByRole('form', { name: 'New request' })
    .getByRole('button', { name: 'Send', exact: true })
    .click()
  await expect(page.getByText('We have received your request')).toBeVisible()
  const { id } = await ticketOf(subject)
  await answer(agent, { ticket: id, to: email, text: 'Is it plugged in?' })
  await page.goto(await linkOf(await mail.waitFor(email, 'plugged', 40_000), 'guest'))
  await expect(page.getByRole('heading', { name: subject })).toBeVisible()
  await expect(page.getByText('Is it plugged in?')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Download kettle.txt' })).toBeVisible()
  expect(await page.locator('meta[name=referrer]').first().getAttribute('content')).toBe('no-referrer')
  await page.locator('#hdp-message').fill('It is now.')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(page.getByText('Your reply was sent.')).toBeVisible()
  await expect(page.getByText('It is now.')).toBeVisible()
  await page.getByRole('button', { name: 'This is solved' }).click()
  await expect(page.getByText('Marked as solved')).toBeVisible()
  expect((await ticketOf(subject)).status).toBe('resolved')
  await page.locator('#hdp-message').fill('It is cold again.')
  await page.getByRole('button', { name: 'Reply and open again' }).click()
  await expect(page.getByText('It is cold again.')).toBeVisible()
  expect((await ticketOf(subject)).status).toBe('open')
  const says = await sql<{ text: string }>(
    `select text from messages where ticket_id = $1 and visibility = 'customer' order by id`,
    [id],
  )
  expect(says.map(({ text }) => text.split('\n')[0])).toEqual([
    'The kettle does not boil.',
    'Is it plugged in?',
    'It is now.',
    'It is cold again.',
  ])
  await page.close()
}

test.beforeEach(async ({ signIn }) => signIn('mara'))

const anonymous = { locale: 'en-GB', viewport: { width: 1440, height: 900 } }

test('a guest asks with a file, sees the answer, replies, solves and reopens', async ({
  browser,
  baseURL,
  page,
  mail,
}) => {
  const context = await browser.newContext({ ...anonymous, baseURL })
  await guestTrip({ context, agent: page, mail })
  await context.close()
})

test('a guest does the same without JavaScript', async ({ browser, baseURL, page, mail }) => {
  const context = await browser.newContext({ ...anonymous, baseURL, javaScriptEnabled: false })
  await guestTrip({ context, agent: page, mail })
  await context.close()
})

/** Signs a customer in by the link that they are mailed. */
const signInByLink = async ({ page, mail, email }: { page: Page; mail: MailClient; email: string }) => {
  await page.goto('/support')
  await page.locator('#hdp-link-email').fill(email)
  await page.getByRole('button', { name: 'Send me a link' }).click()
  await expect(page.getByText('Look into your mail')).toBeVisible()
  await page.goto(await linkOf(await mail.waitFor(email, 'signin', 40_000), 'signin'))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Your requests' })).toBeVisible()
}

for (const javaScriptEnabled of [true, false])
  test(`a customer signs in by a link, asks, follows, replies and signs out, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({
    browser,
    baseURL,
    page: agent,
    mail,
  }) => {
    const context = await browser.newContext({
      ...anonymous,
      baseURL,
      javaScriptEnabled,
      viewport: { width: 390, height: 844 },
    })
    const page = await context.newPage()
    const email = `${unique('cleo').replace(' ', '.')}@customer.test`
    const subject = unique('Customer')
    await signInByLink({ page, mail, email })
    await expect(page.getByText('You have no requests yet.')).toBeVisible()
    await page.getByRole('link', { name: 'New request' }).click()
    await ask(page, { subject })
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await expect(page.getByText('Your request was sent.')).toBeVisible()
    const { id, number } = await ticketOf(subject)
    await answer(agent, { ticket: id, to: email, text: 'Have you tried tea?' })
    await expect
      .poll(
        async () => {
          await page.goto(`/support?ticket=${number}`)
          return page.getByText('Have you tried tea?').count()
        },
        { timeout: 30_000 },
      )
      .toBe(1)
    await page.locator('#hdp-message').fill('Yes.')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await expect(page.getByText('Yes.', { exact: true })).toBeVisible()
    await page.getByRole('link', { name: 'All requests' }).click()
    await expect(page.getByRole('listitem').filter({ hasText: subject })).toContainText('We are on it')
    await page.locator('#hdp-q').fill('nothing like it')
    await page.getByRole('button', { name: 'Search' }).click()
    await expect(page.getByText('Nothing found.')).toBeVisible()
    await page.goto('/support')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
    // No side scrolling on a phone.
    expect(await page.evaluate('document.documentElement.scrollWidth').catch(() => 390)).toBeLessThanOrEqual(
      390,
    )
    await context.close()
  })

test('a wrong form keeps what was typed and says why; files are limited before they are sent', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ ...anonymous, baseURL })
  const page = await context.newPage()
  await page.goto('/support')
  await ask(page, { subject: 'Kept', email: 'support@acme.test' })
  await page
    .getByRole('form', { name: 'New request' })
    .getByRole('button', { name: 'Send', exact: true })
    .click()
  await expect(page.getByRole('alert').filter({ hasText: 'address of ours' })).toBeVisible()
  await expect(page.getByLabel('Subject')).toHaveValue('Kept')
  await expect(page.getByText('kettle.txt')).toBeVisible()
  await page.locator('input[type=file]').setInputFiles(
    Array.from({ length: 7 }, (_, index) => ({
      name: `${index}.txt`,
      mimeType: 'text/plain',
      buffer: Buffer.from('x'),
    })),
  )
  await expect(page.getByRole('alert').filter({ hasText: 'Up to 5 files' })).toBeVisible()
  await page.getByRole('button', { name: 'Remove kettle.txt' }).click()
  await expect(page.getByText('kettle.txt')).toHaveCount(0)
  await context.close()
})

test('axe finds nothing, in both themes, from right to left too; the page adds little JavaScript', async ({
  browser,
  baseURL,
  mail,
}) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ ...anonymous, baseURL, colorScheme, bypassCSP: true })
    const page = await context.newPage()
    for (const path of ['/support', '/support?lang=ar', '/support?signin=wrong', '/support?guest=1.x']) {
      await page.goto(path)
      expect(await violations(page), `${path} ${colorScheme}`).toEqual([])
    }
    await signInByLink({ page, mail, email: `${unique('axe').replace(' ', '.')}@customer.test` })
    expect(await violations(page)).toEqual([])
    await page.goto('/support?new=1')
    expect(await violations(page)).toEqual([])
    await context.close()
  }
  const scripts = async (path: string): Promise<number> => {
    const context = await browser.newContext({ ...anonymous, baseURL })
    const page = await context.newPage()
    const bodies: Promise<Buffer>[] = []
    page.on('response', (response) => {
      if (/\.js(\?|$)/.test(response.url())) bodies.push(response.body())
    })
    await page.goto(path, { waitUntil: 'networkidle' })
    const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length)
    await context.close()
    return sizes.reduce((sum, size) => sum + size, 0)
  }
  const added = (await scripts('/support')) - (await scripts('/'))
  console.info(`the portal adds ${Math.round(added / 102.4) / 10} kB of JavaScript, gzipped`)
  expect(added).toBeLessThan(60 * 1024)
})

test('B01 B03 a note stands in no byte of a page, nor of what the page is made of', async ({
  browser,
  baseURL,
  page: agent,
  mail,
}) => {
  const canary = `Canary${Date.now().toString(36)}`
  const context = await browser.newContext({ ...anonymous, baseURL })
  const page = await context.newPage()
  const email = `${unique('byte').replace(' ', '.')}@customer.test`
  const subject = unique('Bytes')
  await signInByLink({ page, mail, email })
  await page.goto('/support?new=1')
  await ask(page, { subject })
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(page.getByText('Your request was sent.')).toBeVisible()
  const { id, number } = await ticketOf(subject)
  const noted = await agent.request.post(`/api/helpdesk/tickets/${id}/note`, {
    data: { text: `Note ${canary}` },
  })
  expect(noted.ok(), await noted.text()).toBe(true)
  for (const path of ['/support', `/support?ticket=${number}`, `/support?q=Note`])
    for (const headers of [{}, { RSC: '1' }] as Record<string, string>[]) {
      const body = await (await page.request.get(path, { headers })).text()
      expect(body.length).toBeGreaterThan(500)
      expect(body).not.toContain(canary)
    }
  await context.close()
})
