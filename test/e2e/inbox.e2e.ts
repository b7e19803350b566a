import {
  closeAll,
  composer,
  editor,
  messageFrame,
  openInbox,
  openTicket,
  rowOf,
  thread,
  unique,
  write,
} from './desk.js'
import { expect, test } from './test.js'

test.beforeEach(async ({ page, signIn }) => {
  await signIn('mara')
  await closeAll(page)
  await signIn('dana')
})

test('a ticket is handled by the keyboard alone', async ({ page, mail }) => {
  const first = unique('Anvil')
  const second = unique('Parachute')
  await openInbox(page, '?view=unassigned')
  await write(mail, { subject: first, text: 'It fell up.', address: 'wile@customer.test' })
  await write(mail, { subject: second, text: 'It opened late.' })
  await expect(rowOf(page, first)).toBeVisible()
  await expect(rowOf(page, second)).toBeVisible()

  // j goes down the list, Enter opens.
  const focused = () => page.evaluate(() => document.activeElement?.closest('.hd-row')?.textContent ?? '')
  for (let step = 0; step < 2 && !(await focused()).includes(first); step++) {
    await page.keyboard.press('j')
    await expect.poll(focused).toMatch(/Anvil|Parachute/)
  }
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toContainText(first)

  await page.keyboard.press('i')
  await expect(page.getByRole('button', { name: 'Assignee: Dana Reyes' })).toBeVisible()
  await page.keyboard.press('p')
  await page.keyboard.type('u')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Priority: Urgent' })).toBeVisible()
  await page.keyboard.press('s')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Status: Pending' })).toBeVisible()
  await page.keyboard.press('a')
  await page.keyboard.type('kim')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Assignee: Dana Reyes' })).toBeVisible()

  // Letters that are typed are no shortcuts.
  await page.keyboard.press('n')
  await page.keyboard.type('Ask Kim, please: is it serious?')
  await page.keyboard.press('Control+Enter')
  await expect(messageFrame(page, 'note').getByText('Ask Kim, please: is it serious?')).toBeVisible()
  await page.keyboard.press('r')
  await page.keyboard.type('Please turn it round.')
  await page.keyboard.press('Control+Shift+Enter')
  // On to the next, or back in the list after the last.
  await expect(page.getByRole('heading', { level: 1 }).filter({ hasText: first })).toHaveCount(0)

  await page.keyboard.press('g')
  await page.keyboard.press('m')
  await expect(page).toHaveURL(/view=mine/)
  await expect(rowOf(page, first)).toContainText('Resolved')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.keyboard.press('/')
  await page.keyboard.type('It opened late')
  await expect(rowOf(page, second).locator('mark').first()).toBeVisible()
  const answer = await mail.waitFor('wile@customer.test', 'turn it round', 25_000)
  expect(answer.text).not.toContain('Ask Kim')
})

test('single letters can be turned off', async ({ page, mail, signIn }) => {
  await signIn('kim')
  await openInbox(page)
  await openTicket({ page, mail, subject: unique('Switch') })
  await page.getByRole('button', { name: /^Shortcuts/ }).click()
  await page.getByLabel('Single-letter shortcuts').uncheck()
  await page.keyboard.press('Escape')
  await page.keyboard.press('r')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(editor(page)).toBeHidden()
  await page.reload()
  await expect(composer(page)).toBeVisible()
  await page.getByRole('button', { name: /^Shortcuts/ }).click()
  await expect(page.getByLabel('Single-letter shortcuts')).not.toBeChecked()
  await page.getByLabel('Single-letter shortcuts').check()
})

test('a draft outlives a reload and another ticket, and reply and note never mix', async ({ page, mail }) => {
  await openInbox(page)
  const other = unique('Other')
  await write(mail, { subject: other })
  const id = await openTicket({ page, mail, subject: unique('Draft') })
  await page.keyboard.press('r')
  await page.keyboard.type('For the customer')
  // At once, faster than the editor reports by itself.
  await composer(page).getByRole('tab', { name: 'Note' }).click()
  await expect(editor(page)).toHaveText('')
  await page.keyboard.type('For the team')
  await composer(page).getByRole('tab', { name: 'Reply' }).click()
  await expect(editor(page)).toHaveText('For the customer')
  await editor(page).press('End')
  await page.keyboard.type(', in haste')
  await rowOf(page, other).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(other)
  await page.keyboard.press('r')
  await expect(editor(page)).toHaveText('')
  await page.goBack()
  await expect(page).toHaveURL(new RegExp(`/${id}`))
  await expect(editor(page)).toHaveText('For the customer, in haste')
  await expect(composer(page).getByText('Draft saved')).toBeVisible()

  await page.reload()
  await expect(editor(page)).toHaveText('For the customer, in haste')
  await composer(page).getByRole('tab', { name: 'Note' }).click()
  await expect(editor(page)).toHaveText('For the team')
})

test('a draft is there again before it is stored, and where it could not be', async ({ page, mail }) => {
  await openInbox(page)
  const [slow, other, failing] = [unique('Slow'), unique('Other'), unique('Failing')]
  await write(mail, { subject: other })
  await write(mail, { subject: failing })
  const id = await openTicket({ page, mail, subject: slow })
  let store: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    store = resolve
  })
  await page.route('**/draft', async (route) => {
    await held
    await route.continue()
  })
  await page.keyboard.press('n')
  await page.keyboard.type('Ask the team')
  await composer(page).getByRole('tab', { name: 'Reply' }).click()
  await page.keyboard.type('We look into it')
  await rowOf(page, other).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(other)
  await page.keyboard.press('r')
  const read = page.waitForResponse((response) => response.url().endsWith(`/tickets/${id}`))
  await page.goBack()
  await read
  await expect(page.getByRole('heading', { level: 1 })).toContainText(slow)
  await expect(editor(page)).toHaveText('We look into it')
  store()
  await expect(composer(page).getByText('Draft saved')).toBeVisible()
  await expect(editor(page)).toHaveText('We look into it')

  await page.unroute('**/draft')
  await page.route('**/draft', (route) => route.fulfill({ status: 503, body: '{}' }))
  await rowOf(page, failing).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(failing)
  await page.keyboard.press('r')
  await page.keyboard.type('Nobody keeps this')
  await rowOf(page, other).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(other)
  await rowOf(page, failing).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(failing)
  await expect(editor(page)).toHaveText('Nobody keeps this')
  await expect(composer(page).getByText('Draft not saved')).toBeVisible()
})

test('a reply is taken back within the undo window, whole', async ({ page, mail }) => {
  await openInbox(page)
  await openTicket({ page, mail, subject: unique('Undo'), address: 'undo@customer.test' })
  await page.keyboard.press('r')
  await page.keyboard.type('Too early')
  await composer(page)
    .locator('input[type=file]')
    .setInputFiles({
      name: 'plan.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('the plan'),
    })
  await expect(composer(page).getByText('plan.txt')).toBeVisible()
  await composer(page).getByRole('button', { name: 'Send', exact: true }).click()
  await expect(thread(page).locator('.hd-message--reply')).toContainText('Sending in')
  await expect(page.getByRole('button', { name: 'Status: Pending' })).toBeVisible()
  await thread(page).getByRole('button', { name: 'Undo' }).click()
  await expect(editor(page)).toHaveText('Too early')
  await expect(composer(page).getByText('plan.txt')).toBeVisible()
  await expect(thread(page).locator('.hd-message--reply')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Status: Open' })).toBeVisible()

  await editor(page).press('End')
  await page.keyboard.type(', now right')
  await page.keyboard.press('Control+Enter')
  const sent = await mail.waitFor('undo@customer.test', 'now right', 25_000)
  expect(sent.text).toContain('plan.txt')
  expect(await mail.mailbox('undo@customer.test')).toHaveLength(1)
  await expect(thread(page).locator('.hd-message--reply').getByText('Sent')).toBeVisible()
})

test('sending stops when something newer arrived, and shows it', async ({ page, mail }) => {
  await openInbox(page)
  const subject = unique('Newer')
  const address = `${unique('newer').replace(' ', '-')}@customer.test`
  const id = unique('first').replace(' ', '-')
  await openTicket({ page, mail, subject, address, headers: { 'Message-ID': `<${id}@customer.test>` } })
  await page.keyboard.press('r')
  await page.keyboard.type('Here is the answer.')
  await write(mail, {
    subject: `Re: ${subject}`,
    address,
    text: 'Never mind, I found it.',
    headers: { 'In-Reply-To': `<${id}@customer.test>` },
  })
  await expect(thread(page).getByText('Never mind, I found it.')).toBeVisible()
  await expect(composer(page).getByText('wrote something newer')).toBeVisible()
  await composer(page).getByRole('button', { name: 'Send', exact: true }).click()
  await expect(composer(page).getByText(/^Not sent/)).toBeVisible()
  await expect(editor(page)).toHaveText('Here is the answer.')
  expect(await mail.mailbox(address)).toHaveLength(0)
  await composer(page).getByRole('button', { name: 'Send anyway' }).click()
  await mail.waitFor(address, 'Here is the answer', 25_000)
})

test('a reply that is refused says why and is sent again', async ({ page, mail }) => {
  await openInbox(page)
  await openTicket({ page, mail, subject: unique('Refused'), address: 'refused@customer.test' })
  await mail.fault({
    on: 'rcpt',
    address: 'refused@customer.test',
    answer: { code: 550, message: '5.1.1 Nobody of that name' },
  })
  await page.keyboard.press('r')
  await page.keyboard.type('Does it arrive?')
  await page.keyboard.press('Control+Enter')
  await expect(thread(page).getByText('This reply was not delivered.')).toBeVisible({ timeout: 30_000 })
  await expect(thread(page).getByText('5.1.1 Nobody of that name').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Status: Open' })).toBeVisible()
  await mail.reset()
  await thread(page).getByRole('button', { name: 'Retry' }).click()
  await mail.waitFor('refused@customer.test', 'Does it arrive', 25_000)
  await expect(thread(page).getByText('This reply was not delivered.')).toBeHidden()
})
