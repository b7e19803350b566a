import sharp from 'sharp'
import type { MailClient } from '../../dev/mail/client.js'
import { openInbox, rowOf, thread, unique } from './desk.js'
import { hostileMails } from './hostileMails.js'
import { expect, type Page, test } from './test.js'

type Part = { type: string; headers?: Record<string, string>; body: Buffer | string }

type MailArgs = { subject: string; html: string; parts?: Part[] }

/** A mail of HTML and the parts that belong to it. */
const deliver = (mail: MailClient, { subject, html, parts = [] }: MailArgs) => {
  const all: Part[] = [{ type: 'text/html; charset=utf-8', body: html }, ...parts]
  const written = all.map(({ type, headers = {}, body }) =>
    [
      '--rel',
      `Content-Type: ${type}`,
      'Content-Transfer-Encoding: base64',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      '',
      Buffer.from(body).toString('base64').replace(/.{76}/g, '$&\r\n'),
    ].join('\r\n'),
  )
  return mail.deliver({
    to: 'support@acme.test',
    raw: Buffer.from(
      [
        'From: Mallory <mallory@hostile.test>',
        'To: support@acme.test',
        `Subject: ${subject}`,
        `Date: ${new Date().toUTCString()}`,
        `Message-ID: <${unique('parts').replace(' ', '-')}@hostile.test>`,
        'MIME-Version: 1.0',
        'Content-Type: multipart/related; boundary=rel',
        '',
        ...written,
        '--rel--',
        '',
      ].join('\r\n'),
    ),
  })
}

/** A square picture, told from others by its width. */
const picture = (width: number): Promise<Buffer> =>
  sharp({ create: { width, height: width, channels: 3, background: 'red' } })
    .png()
    .toBuffer()

const open = async (page: Page, subject: string) => {
  // While somebody points at the list it does not move.
  await page.mouse.move(1100, 700)
  const waiting = page.getByRole('button', { name: /^\d+ new$/ })
  await expect(rowOf(page, subject).or(waiting)).toBeVisible()
  if (await waiting.isVisible()) await waiting.click()
  await rowOf(page, subject).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(subject)
  const message = thread(page).locator('.hd-message--customer')
  await expect(message.locator('iframe')).toBeVisible()
  return { message, frame: message.locator('iframe').contentFrame() }
}

test('D12 a mail shows the pictures it brings itself, the first of two by one name, and nothing else', async ({
  page,
  mail,
  signIn,
}) => {
  await signIn('dana')
  await openInbox(page)
  const first = unique('Brings a picture')
  await deliver(mail, {
    subject: first,
    html: '<p>mine</p><img src="cid:mine@parts.test">',
    parts: [{ type: 'image/png', headers: { 'Content-ID': '<mine@parts.test>' }, body: await picture(11) }],
  })
  const kind = await open(page, first)
  const width = (at: number) =>
    kind.frame
      .locator('img')
      .nth(at)
      .evaluate((image) => (image as HTMLImageElement).naturalWidth)
  await expect.poll(() => width(0)).toBe(11)

  const second = unique('Takes what is not its own')
  await deliver(mail, {
    subject: second,
    html: `<p>words</p><img alt="other" src="cid:mine@parts.test"><img alt="twice" src="cid:twice@parts.test">
      <img alt="percent" src="cid:per%2Fcent%40parts.test"><img alt="plain" src="cid:plain@parts.test">
      <img alt="page" src="cid:page@parts.test"><img alt="svg" src="cid:svg@parts.test">`,
    parts: [
      { type: 'image/png', headers: { 'Content-ID': '<twice@parts.test>' }, body: await picture(12) },
      { type: 'image/png', headers: { 'Content-ID': '<twice@parts.test>' }, body: await picture(13) },
      { type: 'image/png', headers: { 'Content-ID': '<per/cent@parts.test>' }, body: await picture(14) },
      // Without a disposition or a name.
      { type: 'image/png', headers: { 'Content-ID': '<plain@parts.test>' }, body: await picture(15) },
      {
        type: 'text/html; name="page.html"',
        headers: { 'Content-ID': '<page@parts.test>', 'Content-Disposition': 'inline; filename="page.html"' },
        body: '<script>parent.hacked = 1</script>',
      },
      {
        type: 'image/svg+xml; name="a.svg"',
        headers: { 'Content-ID': '<svg@parts.test>', 'Content-Disposition': 'inline; filename="a.svg"' },
        body: '<svg xmlns="http://www.w3.org/2000/svg" onload="parent.hacked = 1"/>',
      },
    ],
  })
  const { message, frame } = await open(page, second)
  await expect
    .poll(() =>
      frame
        .locator('img')
        .evaluateAll((images) =>
          Object.fromEntries(
            images.map((image) => [
              image.getAttribute('alt'),
              image.hasAttribute('src') ? (image as HTMLImageElement).naturalWidth : null,
            ]),
          ),
        ),
    )
    .toEqual({ other: null, twice: 12, percent: 14, plain: 15, page: null, svg: null })
  // What is no picture stays a file, and so does what no place shows.
  for (const name of ['page.html', 'a.svg'])
    await expect(
      message.getByRole('link', { name: new RegExp(name.replace('.', '\\.')) }).first(),
    ).toBeVisible()
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
})

test('D15 a link says where it really leads, and hands on nothing', async ({ page, mail, signIn }) => {
  await signIn('dana')
  await openInbox(page)
  const { html } = hostileMails.find(({ name }) => name.startsWith('D15'))!
  const subject = unique('Links')
  await deliver(mail, { subject, html })
  const { frame } = await open(page, subject)
  const links = await frame.locator('a').evaluateAll((all) =>
    all.map((link) => ({
      says: link.textContent,
      shows: (link as HTMLElement).title,
      rel: link.getAttribute('rel'),
      href: link.getAttribute('href'),
    })),
  )
  const leads = (says: string) => links.find((link) => link.says === says)!
  expect(leads('https://www.bank.com/login').shows).toBe('http://evil.test/a')
  expect(new URL(leads('bank').shows).hostname).toBe('evil.test')
  // As it is in the network, not as it looks.
  expect(leads('apple').shows).toContain('xn--80ak6aa92e.com')
  expect(new URL(leads('bank.com').shows).hostname).toMatch(/^bank\.com\.x+\.evil\.test$/)
  // No address of the help desk's own site.
  expect(leads('sign out')).toMatchObject({ href: null })
  for (const { href, rel } of links) if (href) expect(rel).toBe('noopener noreferrer nofollow')
})
