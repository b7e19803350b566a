import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import type { BrowserContext } from '@playwright/test'
import { simpleParser } from 'mailparser'
import type { MailClient, RemoteMail } from '../../dev/mail/client.js'
import { unique } from './desk.js'
import { answer, signInAtShop, ticketOf } from './portal.js'
import { expect, type Page, sql, test } from './test.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const desk = { width: 1440, height: 900 }
const phone = { width: 390, height: 844 }

/** What axe finds wrong on the page. */
const violations = async (page: Page): Promise<string[]> => {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations: found } = await (
      window as unknown as {
        axe: { run: (node: string) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      }
    ).axe.run('main')
    return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  })
}

/** Nothing is wider than the screen; it is asked of the browser itself, which answers also where pages run no script. */
const expectNoSideScroll = async (page: Page, what: string): Promise<void> => {
  const width = await page.evaluate('document.documentElement.scrollWidth')
  expect.soft(width, `${what} is no wider than the screen`).toBeLessThanOrEqual(page.viewportSize()!.width)
}

/** Looks at a page on a desk and on a phone, in the light and in the dark. */
const inspect = async (page: Page, what: string): Promise<void> => {
  for (const viewport of [desk, phone]) {
    await page.setViewportSize(viewport)
    await expectNoSideScroll(page, what)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect.soft(await violations(page), `${what}, ${viewport.width} wide, ${colorScheme}`).toEqual([])
    }
  }
}

const linkOf = async ({ raw }: RemoteMail, name: string): Promise<string> => {
  const { text = '' } = await simpleParser(raw)
  const found = new RegExp(`https?://\\S+/support\\?${name}=[\\w.-]+`).exec(text)
  if (!found) throw new Error(`No link "${name}" in: ${text}`)
  return found[0]
}

/** A word that no line of a phone holds. */
const longWord = 'Kettle'.repeat(20)

/** What is no text in any encoding arrives as it was sent. */
const kettle = Buffer.from('cold\r\n\xff\xfe\0', 'latin1')

const ask = async (page: Page, args: { subject: string; email?: string }) => {
  if (args.email) await page.locator('#hdp-email').fill(args.email)
  await page.getByLabel('Subject').fill(args.subject)
  await page.locator('#hdp-message').fill(`The kettle does not boil.\n\n${longWord}\nWhat can I do?`)
  await page
    .locator('input[type=file]')
    .setInputFiles([{ name: 'kettle.txt', mimeType: 'text/plain', buffer: kettle }])
  await page.getByLabel('Order').fill('A-17')
}

/** Follows the link of the file that was sent. */
const download = async (page: Page): Promise<void> => {
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download kettle.txt' }).click()
  const file = await coming
  expect(file.suggestedFilename()).toBe('kettle.txt')
  expect(await readFile(await file.path())).toEqual(kettle)
}

/** Says that a request is solved, and opens it again by an answer. */
const solveAndReopen = async (page: Page, subject: string): Promise<void> => {
  await page.getByRole('button', { name: 'This is solved' }).click()
  await expect(page.getByText('Marked as solved')).toBeVisible()
  expect((await ticketOf(subject)).status).toBe('resolved')
  await page.locator('#hdp-message').fill('It is cold again.')
  await page.getByRole('button', { name: 'Send reply' }).click()
  await expect(page.getByText('It is cold again.')).toBeVisible()
  expect((await ticketOf(subject)).status).toBe('open')
}

/** Sends a new request, and reads what is said to it. */
const send = async (page: Page, said: string): Promise<void> => {
  const form = page.getByRole('form', { name: 'New request' })
  await form.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(page.getByText(said)).toBeVisible()
}

type TripArgs = { context: BrowserContext; agent: Page; mail: MailClient }

/** The whole way of a guest: asks with a file, reads the answer by the link in the mail, replies, solves, reopens. */
const guestTrip = async ({ context, agent, mail }: TripArgs): Promise<void> => {
  const page = await context.newPage()
  const subject = unique('Guest')
  const email = `${unique('guest').replace(' ', '.')}@customer.test`
  await page.goto('/support')
  await ask(page, { subject, email })
  await expectNoSideScroll(page, 'a request')
  await send(page, 'We have received your request')
  const { id } = await ticketOf(subject)
  await answer(agent, { ticket: id, to: email, text: 'Is it plugged in?' })
  await page.goto(await linkOf(await mail.waitFor(email, 'plugged', 40_000), 'guest'))
  await expect(page.getByRole('heading', { name: subject })).toBeVisible()
  await expect(page.getByText('Is it plugged in?')).toBeVisible()
  await expectNoSideScroll(page, 'a conversation')
  await download(page)
  expect(await page.locator('meta[name=referrer]').first().getAttribute('content')).toBe('no-referrer')
  await page.locator('#hdp-message').fill('It is now.')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(page.getByText('Your reply was sent.')).toBeVisible()
  await expect(page.getByText('It is now.')).toBeVisible()
  await solveAndReopen(page, subject)
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

const anonymous = { locale: 'en-GB', viewport: desk }

test('a guest asks with a file on a phone, sees the answer, replies, solves and reopens', async ({
  browser,
  baseURL,
  page,
  mail,
}) => {
  const context = await browser.newContext({ ...anonymous, baseURL, viewport: phone })
  await guestTrip({ context, agent: page, mail })
  await context.close()
})

test('a guest does the same without JavaScript', async ({ browser, baseURL, page, mail }) => {
  const context = await browser.newContext({ ...anonymous, baseURL, javaScriptEnabled: false })
  await guestTrip({ context, agent: page, mail })
  await context.close()
})

type LinkArgs = { page: Page; mail: MailClient; email: string }

/** Opens the link that a customer is mailed. */
const openLink = async ({ page, mail, email }: LinkArgs): Promise<void> => {
  await page.goto('/support')
  await page.locator('#hdp-link-email').fill(email)
  await page.getByRole('button', { name: 'Send me a link' }).click()
  await expect(page.getByText('Check your email')).toBeVisible()
  await page.goto(await linkOf(await mail.waitFor(email, 'signin', 40_000), 'signin'))
}

/** Signs in by the link that is open. */
const useLink = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Your requests' })).toBeVisible()
}

for (const javaScriptEnabled of [true, false])
  test(`a customer signs in by a link, asks, follows, replies, solves, reopens and signs out on a phone, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({
    browser,
    baseURL,
    page: agent,
    mail,
  }) => {
    const context = await browser.newContext({ ...anonymous, baseURL, javaScriptEnabled, viewport: phone })
    const page = await context.newPage()
    const email = `${unique('cleo').replace(' ', '.')}@customer.test`
    const subject = `${unique('Customer')} ${longWord}`
    await openLink({ page, mail, email })
    await useLink(page)
    await expect(page.getByText('You have no requests yet.')).toBeVisible()
    await page.getByRole('link', { name: 'New request' }).click()
    await ask(page, { subject })
    await expectNoSideScroll(page, 'a request')
    await send(page, 'Your request was sent.')
    const { id, number } = await ticketOf(subject)
    await answer(agent, { ticket: id, to: email, text: `Have you tried tea?\n${longWord}` })
    await download(page)
    await page.getByRole('link', { name: 'All requests' }).click()
    await page.locator('#hdp-q').fill('nothing like it')
    await page.getByRole('button', { name: 'Search' }).click()
    await expect(page.getByText('Nothing found.')).toBeVisible()
    await expect
      .poll(
        async () => {
          await page.goto(`/support?ticket=${number}`)
          return page.getByText('Have you tried tea?').count()
        },
        { timeout: 30_000 },
      )
      .toBe(1)
    await expectNoSideScroll(page, 'a conversation')
    await page.locator('#hdp-message').fill('Yes.')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await expect(page.getByText('Yes.', { exact: true })).toBeVisible()
    await solveAndReopen(page, subject)
    await page.getByRole('link', { name: 'All requests' }).click()
    await expect(page.getByRole('listitem').filter({ hasText: subject })).toContainText('Open')
    await expectNoSideScroll(page, 'the list')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
    await expectNoSideScroll(page, 'the sign-in')
    await context.close()
  })

test('who is signed in at the shop needs no link: they see what they have asked, and ask more', async ({
  browser,
  baseURL,
  page: agent,
}) => {
  const context = await browser.newContext({ ...anonymous, baseURL })
  const page = await context.newPage()
  const email = `${unique('sol').replace(' ', '.')}@customer.test`
  const [before, after] = [unique('Before'), unique('After')]
  await page.goto('/support')
  await ask(page, { subject: before, email })
  await send(page, 'We have received your request')
  await signInAtShop(page, { agent, name: 'Sol Adler', email })
  await page.goto('/support')
  await expect(page.getByText(`Signed in as ${email}`)).toBeVisible()
  await page.getByRole('link', { name: before }).click()
  await download(page)
  await page.getByRole('link', { name: 'All requests' }).click()
  await page.getByRole('link', { name: 'New request' }).click()
  await expect(page.locator('#hdp-email')).toHaveCount(0)
  await ask(page, { subject: after })
  await send(page, 'Your request was sent.')
  await page.getByRole('link', { name: 'All requests' }).click()
  // Theirs alone, the latest first.
  await expect(page.getByRole('listitem')).toHaveText([new RegExp(after), new RegExp(before)])
  // They sign out at the shop.
  await expect(page.getByRole('button', { name: 'Sign out' })).toHaveCount(0)
  const [asked] = await sql(
    `select t.requester_address address, t.requester_verified verified, m.from_name name, c.name contact
     from tickets t join messages m on m.ticket_id = t.id join contacts c on c.id = t.contact_id
     where t.subject = $1`,
    [after],
  )
  // The contact was made when they were strangers, and had no name but the address.
  expect(asked).toEqual({ address: email, verified: true, name: 'Sol Adler', contact: 'Sol Adler' })
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
  await send(page, 'one of our addresses')
  await expect(page.getByRole('alert').filter({ hasText: 'one of our addresses' })).toBeVisible()
  await expect(page.getByLabel('Subject')).toHaveValue('Kept')
  await expect(page.getByText('kettle.txt')).toBeVisible()
  await page.locator('input[type=file]').setInputFiles(
    Array.from({ length: 7 }, (_, index) => ({
      name: `${index}.txt`,
      mimeType: 'text/plain',
      buffer: Buffer.from('x'),
    })),
  )
  await expect(page.getByRole('alert').filter({ hasText: 'At most 5 per message' })).toBeVisible()
  await inspect(page, 'what was refused')
  await page.getByRole('button', { name: 'Remove kettle.txt' }).click()
  await expect(page.getByText('kettle.txt')).toHaveCount(0)
  await context.close()
})

test('axe finds nothing and nothing scrolls sideways: on a desk and a phone, light and dark, from right to left too', async ({
  browser,
  baseURL,
  page: agent,
  mail,
}) => {
  const context = await browser.newContext({ ...anonymous, baseURL })
  const page = await context.newPage()
  for (const path of ['/support', '/support?lang=ar', '/support?signin=wrong', '/support?guest=1.x']) {
    await page.goto(path)
    await inspect(page, path)
  }
  const email = `${unique('axe').replace(' ', '.')}@customer.test`
  const subject = `${unique('Axe')} ${longWord}`
  await openLink({ page, mail, email })
  await inspect(page, 'a sign-in link')
  await useLink(page)
  await inspect(page, 'an empty list')
  await page.goto('/support?new=1')
  await ask(page, { subject })
  await send(page, 'Your request was sent.')
  const { id, number } = await ticketOf(subject)
  await answer(agent, { ticket: id, to: email, text: `Plugged?\n${longWord}`, status: 'pending' })
  // The answer is on its way meanwhile.
  await page.goto('/support?new=1')
  await inspect(page, 'a request')
  const link = await linkOf(await mail.waitFor(email, 'Plugged?', 40_000), 'guest')
  await page.goto('/support')
  await expect(page.getByRole('link', { name: subject })).toContainText('Waiting for you')
  await inspect(page, 'a list')
  const conversations = {
    'a conversation': `/support?ticket=${number}&sent=reply`,
    'a conversation of a guest': link,
    'a conversation of a guest from right to left': `${link}&lang=ar`,
  }
  for (const [what, path] of Object.entries(conversations)) {
    await page.goto(path)
    await expect(page.getByText('Plugged?')).toBeVisible()
    await inspect(page, what)
  }
  await context.close()
})

test('the page adds little JavaScript', async ({ browser, baseURL }) => {
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
}) => {
  const canary = `Canary${Date.now().toString(36)}`
  const context = await browser.newContext({ ...anonymous, baseURL })
  const page = await context.newPage()
  const email = `${unique('byte').replace(' ', '.')}@customer.test`
  const subject = unique('Bytes')
  await signInAtShop(page, { agent, name: 'Bea Byte', email })
  await page.goto('/support?new=1')
  await ask(page, { subject })
  await send(page, 'Your request was sent.')
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
