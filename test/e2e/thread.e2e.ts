import { closeAll, composer, inbox, openInbox, openTicket, rowOf, thread, unique, write } from './desk.js'
import { expect, type Page, test } from './test.js'

test.beforeEach(async ({ page, signIn }) => {
  await signIn('mara')
  await closeAll(page)
  await signIn('dana')
})

const heading = (page: Page) => page.getByRole('heading', { level: 1 })
const contact = (page: Page) => page.getByRole('complementary', { name: 'Contact' })
const someAddress = () => `${unique('iris').replace(' ', '.')}@customer.test`
const messageId = () => `<${unique('mail').replace(' ', '-')}@customer.test>`

test('only the author of a reply is offered to take it back', async ({ page, mail, signIn, browser }) => {
  await openInbox(page)
  await openTicket({ page, mail, subject: unique('Whose') })
  const context = await browser.newContext()
  const mara = await context.newPage()
  await signIn('mara', mara)
  await openInbox(mara, new URL(page.url()).pathname.replace(inbox, ''))
  await page.keyboard.press('r')
  await page.keyboard.type('Mine to take back')
  await page.keyboard.press('Control+Enter')
  await expect(thread(page).getByRole('button', { name: 'Undo' })).toBeVisible()
  await expect(mara.locator('.hd-message--reply')).toContainText('Sending in')
  // At once: a button that is there would go with the undo window.
  expect(await thread(mara).getByRole('button', { name: 'Undo' }).count()).toBe(0)
  await context.close()
})

test('on a phone, Back goes from the contact to the thread to the list', async ({ page, mail }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  const address = someAddress()
  const [first, second] = [unique('Kite'), unique('String')]
  await openInbox(page)
  await write(mail, { subject: second, address })
  await expect(rowOf(page, second)).toBeVisible()
  await openTicket({ page, mail, subject: first, address })
  await page.getByRole('button', { name: 'Contact and details' }).click()
  await expect(heading(page)).toBeHidden()
  await contact(page).getByRole('link', { name: second }).click()
  await expect(heading(page)).toContainText(second)
  await expect(contact(page)).toBeHidden()

  await page.goBack()
  await expect(contact(page)).toBeVisible()
  await page.goBack()
  await expect(contact(page)).toBeHidden()
  await expect(heading(page)).toContainText(first)
  await page.goBack()
  await expect(rowOf(page, first)).toBeVisible()
  await expect(heading(page)).toBeHidden()

  // The contact's own way back leaves nothing behind.
  await rowOf(page, first).click()
  await page.getByRole('button', { name: 'Contact and details' }).click()
  await contact(page).getByRole('button', { name: 'Close' }).click()
  await expect(heading(page)).toContainText(first)
  await expect(page.getByRole('button', { name: 'Contact and details' })).toBeFocused()
  await page.goBack()
  await expect(rowOf(page, first)).toBeVisible()
})

test('Escape closes a contact that lies over the thread, then the ticket', async ({ page, mail }) => {
  await page.setViewportSize({ width: 1100, height: 800 })
  await openInbox(page)
  const subject = unique('Over')
  await openTicket({ page, mail, subject })
  await page.getByRole('button', { name: 'Contact and details' }).click()
  await expect(contact(page)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(contact(page)).toBeHidden()
  await expect(heading(page)).toContainText(subject)
  await page.keyboard.press('Escape')
  await expect(heading(page)).toHaveCount(0)
})

test('focus goes into the ticket that opens and back to its row', async ({ page, mail }) => {
  await openInbox(page, '?view=unassigned')
  const [first, second] = [unique('Lantern'), unique('Wick')]
  await write(mail, { subject: first })
  await expect(rowOf(page, first)).toBeVisible()
  await write(mail, { subject: second })
  await expect(rowOf(page, second)).toBeVisible()
  await rowOf(page, first).focus()
  await page.keyboard.press('Enter')
  await expect(heading(page)).toContainText(first)
  await expect(thread(page)).toBeFocused()
  await expect(thread(page)).toHaveAccessibleDescription(new RegExp(first))
  const rows = await page.locator('.hd-row').allTextContents()
  const placeOf = (subject: string) => rows.findIndex((row) => row.includes(subject))
  await page.keyboard.press(placeOf(second) > placeOf(first) ? 'j' : 'k')
  await expect(heading(page)).toContainText(second)
  await expect(thread(page)).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(rowOf(page, second)).toBeFocused()

  await page.keyboard.press('Enter')
  await expect(thread(page)).toBeFocused()
  await page.keyboard.press('n')
  await page.keyboard.type('A note on wicks')
  await page.keyboard.press('Control+Enter')
  await expect(thread(page).locator('.hd-message--note')).toBeVisible()
  await expect(thread(page)).toBeFocused()

  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('button', { name: 'Back to the list' }).click()
  await expect(rowOf(page, second)).toBeFocused()
  await rowOf(page, first).click()
  await expect(thread(page)).toBeFocused()
})

test('what is being read stays where it is, also with the pointer over a mail', async ({ page, mail }) => {
  await openInbox(page)
  const subject = unique('Long')
  const address = someAddress()
  const id = messageId()
  const line = '<p style="height:80px;margin:0">A line of a long mail.</p>'
  await openTicket({ page, mail, subject, address, html: line.repeat(40), headers: { 'Message-ID': id } })
  const frame = thread(page).locator('iframe')
  await expect.poll(async () => (await frame.boundingBox())?.height ?? 0).toBeGreaterThan(3000)
  const top = () => thread(page).evaluate((element) => element.scrollTop)
  await frame.hover({ position: { x: 100, y: 200 } })
  await page.mouse.wheel(0, 900)
  await expect.poll(top).toBeGreaterThan(700)
  // Not before the wheel has come to rest.
  await page.waitForTimeout(400)
  const read = await top()
  await write(mail, {
    subject: `Re: ${subject}`,
    address,
    text: 'One thing more.',
    headers: { 'In-Reply-To': id },
  })
  await expect(thread(page).locator('.hd-message--customer')).toHaveCount(2)
  await page.waitForTimeout(300)
  expect(await top()).toBe(read)

  // At the end, what arrives is followed.
  await thread(page).evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await page.waitForTimeout(200)
  await write(mail, {
    subject: `Re: ${subject}`,
    address,
    text: 'The last thing.',
    headers: { 'In-Reply-To': id },
  })
  await expect(thread(page).getByText('The last thing.')).toBeInViewport()
})

test('a mail of any length can be read to its end', async ({ page, mail }) => {
  await openInbox(page)
  const tall = '<div style="height:24000px">Top</div><p>At the very end</p>'
  await openTicket({ page, mail, subject: unique('Scroll'), html: tall })
  const frame = thread(page).locator('iframe')
  await expect.poll(async () => (await frame.boundingBox())?.height ?? 0).toBeGreaterThan(19_000)
  const scrolled = await frame
    .contentFrame()
    .locator('html')
    .evaluate((html) => {
      html.scrollTop = html.scrollHeight
      return { overflow: getComputedStyle(html).overflowY, top: html.scrollTop }
    })
  expect(scrolled.overflow).toBe('auto')
  expect(scrolled.top).toBeGreaterThan(3000)
})

test('a field that is being changed is saved on its own ticket', async ({ page, mail }) => {
  await openInbox(page)
  const [first, second] = [unique('Other order'), unique('My order')]
  await write(mail, { subject: second })
  await expect(rowOf(page, second)).toBeVisible()
  const other = await openTicket({ page, mail, subject: first })
  await rowOf(page, second).click()
  await expect(heading(page)).toContainText(second)
  const mine = /inbox\/([^?]+)/.exec(page.url())?.[1] ?? ''
  const order = contact(page).getByLabel('Order')
  await order.fill('A-4711')
  await page.goBack()
  await expect(page).toHaveURL(new RegExp(`/${other}`))
  await expect(order).toHaveValue('')
  await page.keyboard.press('Tab')
  const stored = async (id: string) => {
    const answer = await page.request.get(`/api/helpdesk/tickets/${id}`)
    return ((await answer.json()) as { ticket: { extra: { value: string }[] } }).ticket.extra[0]?.value
  }
  await expect.poll(() => stored(mine)).toBe('A-4711')
  expect(await stored(other)).toBe('')
})

test('unread stays unread on a slow line, and no other ticket is closed for it', async ({ page, mail }) => {
  await openInbox(page)
  const [first, second] = [unique('Slow'), unique('Quick')]
  await write(mail, { subject: second })
  await expect(rowOf(page, second)).toBeVisible()
  await openTicket({ page, mail, subject: first })
  await expect(rowOf(page, first)).not.toHaveClass(/unread/)
  const sent: unknown[] = []
  await page.route('**/read', async (route) => {
    const body = route.request().postDataJSON() as { read: boolean }
    sent.push(body.read)
    if (!body.read) await new Promise((done) => setTimeout(done, 1_800))
    await route.continue()
  })
  await page.keyboard.press('u')
  await expect(heading(page)).toHaveCount(0, { timeout: 1_000 })
  await rowOf(page, second).click()
  await expect(heading(page)).toContainText(second)
  await page.waitForTimeout(2_500)
  await expect(heading(page)).toContainText(second)
  await expect(rowOf(page, first)).toHaveClass(/unread/)
  expect(sent.filter((read) => read === false)).toHaveLength(1)
})

test('each mail of the same person is read out', async ({ page, mail }) => {
  await openInbox(page)
  const region = page.locator('.hd-hidden[aria-live=polite]')
  await region.evaluate((element) => {
    const heard: string[] = []
    Object.assign(window, { heard })
    new MutationObserver(() => {
      const said = element.textContent?.trim() ?? ''
      if (said.includes('Otto') && said !== heard.at(-1)) heard.push(said)
      if (!said.includes('Otto')) heard.push('')
    }).observe(element, { childList: true, characterData: true, subtree: true })
  })
  const heard = () =>
    page.evaluate(() => (window as unknown as { heard: string[] }).heard.filter(Boolean).length)
  await write(mail, { subject: unique('Once'), name: 'Otto', address: 'otto@customer.test' })
  await expect.poll(heard).toBe(1)
  await write(mail, { subject: unique('Twice'), name: 'Otto', address: 'otto@customer.test' })
  await expect.poll(heard).toBe(2)
})

test('who got a reply is told in words', async ({ page, mail }) => {
  await openInbox(page)
  await openTicket({ page, mail, subject: unique('To whom'), name: 'Otto', address: 'otto@customer.test' })
  await page.keyboard.press('r')
  await page.keyboard.type('Here you are')
  await composer(page).getByRole('button', { name: 'Send', exact: true }).click()
  await expect(thread(page).locator('.hd-message--reply .hd-message__to')).toHaveAttribute(
    'title',
    'To: Otto <otto@customer.test>',
  )
})

test('the images of a message are gone through by the arrow keys', async ({ page, mail }) => {
  const pixel =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
  const part = (name: string, type: string, data: string) =>
    `--b\nContent-Type: ${type}; name="${name}"\nContent-Disposition: attachment; filename="${name}"\n` +
    `Content-Transfer-Encoding: base64\n\n${data}\n`
  await openInbox(page)
  await openTicket({
    page,
    mail,
    subject: unique('Pictures of it'),
    headers: { 'Content-Type': 'multipart/mixed; boundary=b' },
    text: `--b\nContent-Type: text/plain\n\nLook.\n${part('front.png', 'image/png', pixel)}${part(
      'bill.pdf',
      'application/pdf',
      'JVBERi0xLjQK',
    )}${part('back.png', 'image/png', pixel)}--b--`,
  })
  const files = thread(page).getByRole('list', { name: 'Attachments' })
  await files.getByRole('button', { name: /front\.png/ }).click()
  await expect(page.getByRole('dialog', { name: 'front.png' }).getByRole('img')).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('dialog', { name: 'back.png' }).getByText('2 of 2')).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await page.getByRole('dialog', { name: 'front.png' }).getByRole('button', { name: 'Next image' }).click()
  await expect(page.getByRole('dialog', { name: 'back.png' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(files.getByRole('button', { name: /front\.png/ })).toBeFocused()
  // A document may run script where it is opened: it is saved instead.
  await expect(files.getByRole('link', { name: /bill\.pdf/ })).toHaveAttribute('download', 'bill.pdf')
})
