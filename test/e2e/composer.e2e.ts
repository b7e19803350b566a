import { simpleParser } from 'mailparser'
import type { MailClient } from '../../dev/mail/client.js'
import {
  closeAll,
  composer,
  editor,
  openInbox,
  openTicket,
  reloadInbox,
  rowOf,
  thread,
  unique,
  write,
} from './desk.js'
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

test('no letter of a reply is lost or becomes a shortcut while the rich editor is on its way', async ({
  page,
  mail,
}) => {
  await openInbox(page)
  const slow = unique('Slow')
  await openTicket({ page, mail, subject: slow, address: 'slow@customer.test' })
  await slowDown(page)
  await reloadInbox(page)
  await page.keyboard.press('r')
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

test('the letter that is typed in the moment when the rich editor comes is kept', async ({ page, mail }) => {
  // Before the composer hears of the new editor, and before React has told it of the letter.
  await page.addInitScript(() => {
    let isTyped = false
    new MutationObserver(() => {
      const plain = document.querySelector<HTMLTextAreaElement>('.hd-editor__plain')
      if (isTyped || !plain || !document.querySelector('.hd-editor [data-lexical-editor]')) return
      isTyped = true
      const { set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')!
      set!.call(plain, `${plain.value}D`)
      plain.dispatchEvent(new Event('input', { bubbles: true }))
    }).observe(document, { childList: true, subtree: true })
  })
  await openInbox(page)
  await openTicket({ page, mail, subject: unique('Moment') })
  await page.keyboard.press('r')
  await expect(composer(page).locator('[data-lexical-editor]')).toBeVisible()
  await page.keyboard.type('id it arrive?')
  await expect(editor(page)).toHaveText('Did it arrive?')
})

test('no letter becomes a shortcut while a late part hides the rich editor', async ({ page, mail }) => {
  await openInbox(page)
  await openTicket({ page, mail, subject: unique('Hidden') })
  await page.keyboard.press('r')
  const rich = composer(page).locator('[data-lexical-editor]')
  await expect(rich).toBeVisible()
  await page.keyboard.type('kept ')
  // As React does while something inside waits for its code.
  const hide = (isHidden: boolean) =>
    page
      .locator('.hd-editor__rich > *')
      .first()
      .evaluate((element, isHidden) => {
        if (isHidden) (element as HTMLElement).style.setProperty('display', 'none', 'important')
        else (element as HTMLElement).style.removeProperty('display')
      }, isHidden)
  await hide(true)
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('BODY')
  await page.keyboard.type('jumping ')
  await expect(editor(page)).toHaveValue('kept jumping ')
  await hide(false)
  await expect(rich).toBeVisible()
  await page.keyboard.type('kinds')
  await expect(editor(page)).toHaveText('kept jumping kinds')
  await expect(composer(page).locator('textarea')).toHaveCount(0)
  // Focus and caret are gone, to nobody.
  await rich.evaluate((element) =>
    (element as unknown as { __lexicalEditor: { blur: () => void } }).__lexicalEditor.blur(),
  )
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('BODY')
  await page.keyboard.type(' of jokes')
  await expect(editor(page)).toHaveText('kept jumping kinds of jokes')
  // Who goes elsewhere has left it.
  await thread(page).click()
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
})

test('a reply is sent from the plain editor where the rich one cannot come', async ({ page, mail }) => {
  await openInbox(page)
  await openTicket({ page, mail, subject: unique('Plain'), address: 'plain@customer.test' })
  await page.route('**/*', (route) =>
    route.request().method() === 'POST' && 'next-action' in route.request().headers()
      ? route.abort()
      : route.continue(),
  )
  await reloadInbox(page)
  await page.keyboard.press('r')
  await page.keyboard.type('Line one\nLine two')
  await expect(composer(page).locator('textarea')).toBeVisible()
  await page.keyboard.press('Control+Enter')
  const sent = await mail.waitFor('plain@customer.test', 'Line two', 25_000)
  expect(sent.text).toContain('Line one')
})

/** Lets answers to one act come late. */
const delay = (page: Page, act: string, ms: number) =>
  page.route(`**/api/helpdesk/tickets/*/${act}`, async (route) => {
    await new Promise((done) => setTimeout(done, ms))
    await route.continue()
  })

test('a reply is sent once, however often Send is pressed', async ({ page, mail }) => {
  await openInbox(page)
  const address = `${unique('twice').replace(' ', '-')}@customer.test`
  await openTicket({ page, mail, subject: unique('Twice'), address })
  await delay(page, 'draft', 1_500)
  await page.keyboard.press('r')
  const saving = page.waitForRequest('**/api/helpdesk/tickets/*/draft')
  await page.keyboard.type('Only once, please.')
  await saving
  await page.keyboard.press('Control+Enter')
  await page.keyboard.press('Control+Enter')
  // Not into the words that are on their way, and no shortcut either.
  await page.keyboard.type('eeeeee')
  await mail.waitFor(address, 'Only once', 25_000)
  await expect(thread(page).locator('.hd-message--reply')).toHaveCount(1)
  await expect(page.getByRole('button', { name: 'Status: Pending' })).toBeVisible()
  await expect(thread(page)).toBeFocused()
  const sent = await mail.mailbox(address)
  expect(sent).toHaveLength(1)
  // The boundaries of its parts may hold any letters.
  expect((await simpleParser(sent[0]!.text)).text).not.toContain('eeeeee')
})

/** The site takes the first reply, and its answer does not arrive. */
const loseFirstAnswer = async (page: Page): Promise<void> => {
  let isLost = false
  await page.route('**/api/helpdesk/tickets/*/reply', async (route) => {
    if (isLost) return route.continue()
    isLost = true
    await route.fetch()
    await route.abort('connectionreset')
  })
}

const expectSentOnce = async ({ page, mail, address }: { page: Page; mail: MailClient; address: string }) => {
  await expect(editor(page)).toBeHidden()
  await mail.waitFor(address, 'Did it leave', 25_000)
  await expect(thread(page).locator('.hd-message--reply')).toHaveCount(1)
  expect(await mail.mailbox(address)).toHaveLength(1)
}

test('a reply whose answer was lost is not sent again by pressing Send again', async ({ page, mail }) => {
  await openInbox(page)
  const address = `${unique('lost').replace(' ', '-')}@customer.test`
  await openTicket({ page, mail, subject: unique('Lost'), address })
  await loseFirstAnswer(page)
  await page.keyboard.press('r')
  await page.keyboard.type('Did it leave?')
  await page.keyboard.press('Control+Enter')
  await expect(composer(page).getByRole('alert')).toBeVisible()
  await expect(editor(page)).toHaveText('Did it leave?')
  await page.keyboard.press('Control+Enter')
  await expectSentOnce({ page, mail, address })
})

test('a reply whose answer was lost is not sent again, though the rich editor has come in the meantime', async ({
  page,
  mail,
}) => {
  await openInbox(page)
  const address = `${unique('lost').replace(' ', '-')}@customer.test`
  await openTicket({ page, mail, subject: unique('Lost'), address })
  await slowDown(page)
  await reloadInbox(page)
  await loseFirstAnswer(page)
  await page.keyboard.press('r')
  await page.keyboard.type('Did it leave?')
  await expect(composer(page).locator('.hd-editor__plain')).toBeVisible()
  await page.keyboard.press('Control+Enter')
  await expect(composer(page).getByRole('alert')).toBeVisible()
  await expect(composer(page).locator('[data-lexical-editor]')).toBeVisible()
  await page.keyboard.press('Control+Enter')
  await expectSentOnce({ page, mail, address })
})

test('an address that stands typed is written to, and a broken one stops the reply', async ({
  page,
  mail,
}) => {
  await openInbox(page)
  const address = `${unique('copied').replace(' ', '-')}@customer.test`
  await openTicket({ page, mail, subject: unique('Copied') })
  await page.keyboard.press('r')
  await page.keyboard.type('With a copy.')
  await expect(composer(page).locator('[data-lexical-editor]')).toBeVisible()
  const cc = composer(page).getByLabel('Cc', { exact: true })
  await cc.fill('marcus@')
  await cc.press('Control+Enter')
  await expect(composer(page).getByText('This is not a complete email address.').first()).toBeVisible()
  await expect(cc).toBeFocused()
  await expect(thread(page).locator('.hd-message--reply')).toHaveCount(0)
  await cc.fill(address)
  await cc.press('Control+Enter')
  await mail.waitFor(address, 'With a copy', 25_000)
})

test('a draft that is continued stops where something came after it was saved', async ({ page, mail }) => {
  await openInbox(page)
  const subject = unique('Continued')
  const address = `${unique('continued').replace(' ', '-')}@customer.test`
  const first = `${unique('first').replace(' ', '-')}@customer.test`
  await openTicket({ page, mail, subject, address, headers: { 'Message-ID': `<${first}>` } })
  await page.keyboard.press('r')
  await page.keyboard.type('Have you tried')
  await expect(composer(page).getByText('Draft saved')).toBeVisible()
  const ticket = page.url()
  await page.goto('about:blank')
  await write(mail, {
    subject: `Re: ${subject}`,
    address,
    text: 'Never mind, it works.',
    headers: { 'In-Reply-To': `<${first}>` },
  })
  await expect(async () => {
    await page.goto(ticket)
    await expect(thread(page).getByText('Never mind, it works.')).toBeVisible({ timeout: 2_000 })
  }).toPass()
  await expect(composer(page).getByText('wrote something newer')).toBeVisible()
  await editor(page).press('End')
  await page.keyboard.type(' turning it off?')
  await page.keyboard.press('Control+Enter')
  await expect(composer(page).getByText(/^Not sent/)).toBeVisible()
  expect(await mail.mailbox(address)).toHaveLength(0)
})

test('what ends in one ticket leaves the next one alone', async ({ page, mail }) => {
  await openInbox(page)
  const other = unique('Elsewhere')
  const address = `${unique('slowly').replace(' ', '-')}@customer.test`
  await write(mail, { subject: other })
  await openTicket({ page, mail, subject: unique('Slowly'), address })
  await delay(page, 'reply', 2_500)
  await page.keyboard.press('r')
  await page.keyboard.type('On its way.')
  const answer = page.waitForResponse('**/api/helpdesk/tickets/*/reply')
  await page.keyboard.press('Control+Shift+Enter')
  await rowOf(page, other).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(other)
  await page.keyboard.press('r')
  await page.keyboard.type('Meanwhile ')
  await answer
  await page.keyboard.type('here, please wait.')
  await expect(editor(page)).toHaveText('Meanwhile here, please wait.')
  await expect(page.getByRole('heading', { level: 1 })).toContainText(other)
  await expect(page.getByRole('button', { name: 'Status: Open' })).toBeVisible()
  await mail.waitFor(address, 'On its way', 25_000)
})

test('a reply follows who takes part, and a file belongs to what it was added to', async ({ page, mail }) => {
  await openInbox(page)
  await openTicket({
    page,
    mail,
    subject: unique('Follows'),
    headers: { Cc: 'Marcus Bell <marcus@customer.test>' },
  })
  await page.keyboard.press('r')
  await page.keyboard.type('For both of you.')
  const chip = composer(page).locator('.hd-chip').filter({ hasText: 'Marcus Bell' })
  await expect(chip).toBeVisible()
  await page.locator('.hd-contact__people').getByRole('button', { name: 'Remove Marcus Bell' }).click()
  await expect(chip).toHaveCount(0)
  await page.route('**/api/helpdesk/attachments', async (route) => {
    await new Promise((done) => setTimeout(done, 1_500))
    await route.continue()
  })
  await composer(page)
    .locator('input[type=file]')
    .setInputFiles({ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('the plan') })
  await composer(page).getByRole('tab', { name: 'Note' }).click()
  await expect(composer(page).getByText('plan.txt')).toHaveCount(0)
  await composer(page).getByRole('tab', { name: 'Reply' }).click()
  await expect(composer(page).getByText('plan.txt')).toBeVisible()
})

test('a new ticket outlives a look at another one', async ({ page, mail }) => {
  await openInbox(page)
  const other = unique('Lookup')
  const address = `${unique('begun').replace(' ', '-')}@customer.test`
  await write(mail, { subject: other })
  await page.getByRole('button', { name: 'New ticket' }).first().click()
  const form = page.locator('.hd-new')
  await form.getByRole('combobox', { name: 'Customer' }).fill(address)
  await form.getByLabel('Subject').fill('Your order')
  await form.getByRole('textbox', { name: 'Message to the customer' }).click()
  await page.keyboard.type('It has left today.')
  await rowOf(page, other).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(other)
  await page.locator('.hd-desk').evaluate((desk) => desk.setAttribute('data-mark', ''))
  await page.goBack()
  await expect(form.getByLabel('Subject')).toHaveValue('Your order')
  await expect(form.getByText('It has left today.')).toBeVisible()
  // The screen is the one that was there, not one made anew.
  await page.waitForTimeout(1_500)
  await expect(page.locator('.hd-desk[data-mark]')).toBeVisible()
  await form.getByRole('button', { name: 'Create and send' }).click()
  await mail.waitFor(address, 'It has left today', 25_000)
  await page.getByRole('button', { name: 'New ticket' }).first().click()
  await expect(form.getByLabel('Subject')).toHaveValue('')
})

/** Lets what the server sends of the rich editor arrive line by line, as over a slow network or from a busy server. */
const trickle = (page: Page) =>
  page.addInitScript(() => {
    const { fetch } = window
    window.fetch = async (input, init) => {
      const response = await fetch(input, init)
      if (!new Headers(init?.headers).has('next-action')) return response
      const lines = (await response.clone().text()).split(/(?<=\n)/)
      const body = new ReadableStream<Uint8Array>({
        async start(controller) {
          for (const line of lines) {
            await new Promise((done) => setTimeout(done, 150))
            controller.enqueue(new TextEncoder().encode(line))
          }
          controller.close()
        },
      })
      const { status, headers } = response
      const slow = new Response(body, { status, headers })
      Object.defineProperty(slow, 'url', { value: response.url })
      return slow
    }
  })

test('while the rich editor arrives in parts, nothing else is hidden and no key is lost', async ({
  page,
  mail,
}) => {
  await trickle(page)
  await openInbox(page)
  const subject = unique('Hurry')
  await write(mail, { subject })
  await expect(rowOf(page, subject)).toBeVisible()
  await page.evaluate(() => {
    const hidden = new Set<string>()
    Object.assign(window, { hidden })
    new MutationObserver(() => {
      for (const part of ['.helpdesk', '.hd-search', '.hd-thread', '.hd-composer'])
        if (document.querySelector(part)?.checkVisibility() === false) hidden.add(part)
    }).observe(document, { subtree: true, childList: true, attributeFilter: ['style', 'hidden'] })
  })
  await rowOf(page, subject).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(subject)
  await page.keyboard.press('n')
  const words = 'jumping kinds are easily seen as people in unrest, '.repeat(2)
  await page.keyboard.type(words, { delay: 25 })
  await expect(composer(page).locator('[data-lexical-editor]')).toBeVisible()
  await page.keyboard.type('until the end.', { delay: 25 })
  await expect(editor(page)).toHaveText(`${words}until the end.`)
  expect(await page.evaluate(() => [...(window as unknown as { hidden: Set<string> }).hidden])).toEqual([])
})
