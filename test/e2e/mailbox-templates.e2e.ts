import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { openInbox, openTicket, unique } from './desk.js'
import { expect, type Page, test } from './test.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const mailboxOf = async (page: Page): Promise<number> => {
  const known = await page.request.get('/api/mailboxes?where[address][equals]=support@acme.test')
  return ((await known.json()).docs as { id: number }[])[0]!.id
}

const kept = async (page: Page) => {
  const answer = await page.request.get(`/api/mailboxes/${await mailboxOf(page)}?depth=0`)
  return (await answer.json()) as { templates: object | null; settings: { acknowledge: boolean } }
}

const panelOf = (page: Page) => page.getByRole('region', { name: 'Mails to customers' })
const row = (page: Page, name: string) => panelOf(page).getByRole('button', { name: new RegExp(`^${name}`) })
const toggle = (page: Page, name: string) =>
  panelOf(page).getByRole('switch', { name: `Send this mail: ${name}`, exact: true })
const field = (page: Page, name: string) => panelOf(page).getByRole('textbox', { name, exact: true })
const chip = (page: Page, name: string) =>
  panelOf(page).getByRole('button', { name: `{${name}}`, exact: true })
const subjectLine = (page: Page) => panelOf(page).locator('.hd-templates__subject')
const letter = (page: Page) => panelOf(page).frameLocator('iframe').locator('body')

const save = async (page: Page): Promise<void> => {
  const answered = page.waitForResponse(
    (response) => response.request().method() === 'PATCH' && response.url().includes('/api/mailboxes/'),
  )
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await answered
}

const findings = async (page: Page): Promise<string[]> => {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  return page.evaluate(async () => {
    type Found = { violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] }
    const { axe } = window as unknown as { axe: { run: (root: string, options: object) => Promise<Found> } }
    const { violations } = await axe.run('.hd-templates', { resultTypes: ['violations'], iframes: false })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} – ${failureSummary}`),
    )
  })
}

test.beforeEach(async ({ signIn }) => signIn('mara'))
test.afterEach(async ({ page, signIn }) => {
  await signIn('mara')
  const data = { templates: null, settings: { acknowledge: false } }
  const answer = await page.request.patch(`/api/mailboxes/${await mailboxOf(page)}`, { data })
  expect(answer.ok(), await answer.text()).toBe(true)
})

test('a mail gets words of its own, which the preview shows on a real ticket, a test sends and saving keeps', async ({
  page,
  mail,
}) => {
  const subject = unique('Kettle')
  // Other tests have written to her.
  const before = (await mail.mailbox('iris@desk.test')).length
  await openInbox(page)
  await openTicket({ page, mail, subject, name: 'Iris Voss' })
  await page.goto(`/admin/collections/mailboxes/${await mailboxOf(page)}`)
  await expect(page.getByText('Acknowledge new tickets')).toHaveCount(0)

  await row(page, 'Resolved').click()
  await expect(field(page, 'Subject')).toHaveValue('Re: {ticket_title}')
  await expect(subjectLine(page)).toHaveText(`Re: ${subject}`)
  await expect(letter(page)).toContainText('Hello Iris,')
  await expect(letter(page)).toContainText('Everything for the desert.')
  await expect(panelOf(page)).toContainText(/As ticket #\d+ would get it/)

  // A token goes where the caret is, and typing goes on behind it.
  await field(page, 'Subject').fill('Done (): yes')
  await field(page, 'Subject').press('Home')
  for (let step = 0; step < 'Done ('.length; step++) await field(page, 'Subject').press('ArrowRight')
  await chip(page, 'ticket_id').click()
  await expect(field(page, 'Subject')).toBeFocused()
  await page.keyboard.type('!')
  await expect(field(page, 'Subject')).toHaveValue('Done ({ticket_id}!): yes')
  await expect(subjectLine(page)).toHaveText(/^Done \(\d+!\): yes$/)
  await page.keyboard.press('Control+z')
  await expect(field(page, 'Subject')).not.toHaveValue(/!/)
  await page.keyboard.press('Control+Shift+z')
  await expect(field(page, 'Subject')).toHaveValue('Done ({ticket_id}!): yes')

  await field(page, 'Text').fill('Bye ')
  await chip(page, 'customer_first_name').click()
  await expect(field(page, 'Text')).toHaveValue('Bye {customer_first_name}')
  await expect(letter(page)).toContainText('Bye Iris')

  await panelOf(page).getByRole('button', { name: 'Send me a test' }).click()
  await expect(panelOf(page)).toContainText('Sent to mara@acme.test.')
  const sent = await mail.waitFor('mara@acme.test', 'Bye Iris')
  expect(sent.text).toContain('From: Acme Support <support@acme.test>')
  expect(await mail.mailbox('iris@desk.test')).toHaveLength(before)

  await panelOf(page).getByRole('combobox', { name: 'Language' }).selectOption('ar')
  await expect(field(page, 'Text')).toHaveAttribute('dir', 'rtl')
  await expect(field(page, 'Subject')).toHaveValue('Re: {ticket_title}')
  expect(await findings(page)).toEqual([])

  await save(page)
  await page.reload()
  await expect(row(page, 'Resolved')).toContainText('Own words')
  await row(page, 'Resolved').click()
  await expect(field(page, 'Text')).toHaveValue('Bye {customer_first_name}')
  expect((await kept(page)).templates).toEqual({
    ticketResolved: {
      words: { en: { subject: 'Done ({ticket_id}!): yes', body: 'Bye {customer_first_name}' } },
    },
  })

  await panelOf(page).getByRole('button', { name: 'Back to the words that come with it' }).click()
  await expect(field(page, 'Subject')).toHaveValue('Re: {ticket_title}')
  await expect(row(page, 'Resolved')).not.toContainText('Own words')
  // Emptied by hand it stays empty until it is left.
  await field(page, 'Subject').fill('')
  await expect(field(page, 'Subject')).toHaveValue('')
  await field(page, 'Text').focus()
  await expect(field(page, 'Subject')).toHaveValue('Re: {ticket_title}')
  await save(page)
  expect((await kept(page)).templates).toBeNull()
})

test('a token that nobody knows is named at once with those that there are, and refused at save', async ({
  page,
}) => {
  await page.goto(`/admin/collections/mailboxes/${await mailboxOf(page)}`)
  await row(page, 'Closed').click()
  await field(page, 'Text').fill('Hello {costumer_name}')
  const words = '{costumer_name} is not a token. These are: {customer_first_name}, '
  await expect(panelOf(page).getByText(words)).toBeVisible()
  await expect(field(page, 'Text')).toHaveAttribute('aria-invalid', 'true')
  await expect(panelOf(page).getByRole('button', { name: 'Send me a test' })).toHaveAttribute(
    'aria-disabled',
    'true',
  )
  expect(await findings(page)).toEqual([])
  await save(page)
  await expect(page.getByText('The following field is invalid: Mails to customers')).toBeVisible()
  // At the text itself, and above all mails, for those that are folded.
  await expect(panelOf(page).getByText(words)).toHaveCount(2)
  await row(page, 'Closed').click()
  await expect(panelOf(page).getByRole('alert')).toContainText(`Closed (en): ${words}`)
  await row(page, 'Closed').click()
  expect((await kept(page)).templates).toBeNull()
  await field(page, 'Text').fill('Hello {customer_full_name}')
  await save(page)
  await expect(panelOf(page).getByRole('alert')).toHaveCount(0)
  expect((await kept(page)).templates).toEqual({
    ticketClosed: { words: { en: { body: 'Hello {customer_full_name}' } } },
  })
})

test('the keyboard alone switches mails on and off and changes their words', async ({ page }) => {
  await page.goto(`/admin/collections/mailboxes/${await mailboxOf(page)}`)
  await expect(toggle(page, 'Ticket received')).toHaveAttribute('aria-checked', 'false')
  await toggle(page, 'Ticket received').focus()
  await page.keyboard.press('Space')
  await expect(toggle(page, 'Ticket received')).toHaveAttribute('aria-checked', 'true')
  await page.keyboard.press('Tab')
  await expect(row(page, 'Ticket received')).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(toggle(page, 'Opened on the customer’s behalf')).toHaveAttribute('aria-checked', 'false')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(row(page, 'Opened on')).toHaveAttribute('aria-expanded', 'true')
  await expect(field(page, 'Subject')).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(panelOf(page).getByRole('combobox', { name: 'Language' })).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(field(page, 'Subject')).toBeFocused()
  await page.keyboard.press('End')
  await page.keyboard.type(' – ')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('End')
  // The subject was the last field: the chips put their tokens there.
  await chip(page, 'site_name').focus()
  await page.keyboard.press('Enter')
  await expect(field(page, 'Subject')).toBeFocused()
  await expect(field(page, 'Subject')).toHaveValue('{ticket_title} – {site_name}')
  await save(page)
  expect(await kept(page)).toMatchObject({
    templates: { ticketOpened: { on: false, words: { en: { subject: '{ticket_title} – {site_name}' } } } },
    settings: { acknowledge: true },
  })
})

test('a mailbox that is not saved yet has its words but no preview, and an agent sees nothing of them', async ({
  page,
  signIn,
}) => {
  await page.goto('/admin/collections/mailboxes/create')
  await row(page, 'An agent’s answer').click()
  await expect(field(page, 'Text')).toHaveValue(/\{reply_content\}/)
  await expect(panelOf(page)).toContainText('Save the mailbox first.')
  const id = await mailboxOf(page)
  await signIn('dana')
  await page.goto(`/admin/collections/mailboxes/${id}`)
  await expect(page.locator('#field-name')).toBeVisible()
  await expect(panelOf(page)).toHaveCount(0)
})

test('a status is changed without telling the customer, where the mailbox would tell', async ({
  page,
  mail,
}) => {
  const id = await mailboxOf(page)
  const data = { templates: { ticketResolved: { on: true } } }
  expect((await page.request.patch(`/api/mailboxes/${id}`, { data })).ok()).toBe(true)
  const address = `${unique('silent').replace(' ', '-')}@desk.test`
  await openInbox(page)
  await openTicket({ page, mail, subject: unique('Hush'), name: 'Ned Silent', address })
  const status = page.getByRole('button', { name: /^Status/ })
  await page.keyboard.press('s')
  await expect(page.getByRole('option')).toHaveText([
    'Open',
    'Pending',
    'ResolvedThe customer is told',
    'ResolvedWithout telling the customer',
    'Closed',
  ])
  // By the keyboard, as any other.
  for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(status).toHaveAccessibleName('Status: Resolved')
  await expect(page.getByText('You set the status to Resolved')).toBeVisible()
  await page.keyboard.press('s')
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await expect(status).toHaveAccessibleName('Status: Open')
  await page.keyboard.press('s')
  for (let step = 0; step < 2; step++) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await mail.waitFor(address, 'has been solved')
  expect(await mail.mailbox(address)).toHaveLength(1)
})
