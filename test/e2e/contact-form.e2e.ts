import { unique } from './desk.js'
import { expect, sql, test } from './test.js'

for (const javaScriptEnabled of [true, false])
  test(`a visitor fills in the site’s own form, and a ticket is opened by it, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({
    browser,
    baseURL,
  }) => {
    const width = javaScriptEnabled ? 1440 : 390
    const context = await browser.newContext({ baseURL, javaScriptEnabled, viewport: { width, height: 844 } })
    const page = await context.newPage()
    const subject = unique('Kettle')
    const email = `${unique('vera').replace(' ', '.')}@customer.test`
    const fill = async (message: string): Promise<void> => {
      await page.getByLabel('Your name').fill('Vera Lind')
      await page.getByLabel('Your e-mail address').fill(email)
      await page.getByLabel('What is it about?').fill(subject)
      await page.getByLabel('Order number').fill('A-17')
      await page.getByLabel('How shall we help?').selectOption('A repair')
      await page.getByLabel('Your message').fill(message)
      await page.getByRole('button', { name: 'Send' }).click()
    }

    await page.goto('/contact')
    await fill('')
    // The browser itself sends nothing while a field that has to be filled in is empty.
    await expect(page.locator(':invalid').and(page.getByLabel('Your message'))).toBeFocused()
    await fill(' ')
    await expect(page.getByRole('alert').filter({ hasText: 'Please fill in every field' })).toBeVisible()
    await expect(page.getByLabel('Your e-mail address')).toHaveValue(email)
    await expect(page.getByLabel('How shall we help?')).toHaveValue('A repair')
    await page.getByLabel('Your message').fill('It does not boil.')
    await page.getByRole('button', { name: 'Send' }).click()
    await expect(page.getByRole('status')).toContainText('We have your message')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    await context.close()

    const opened = () =>
      sql(
        `select t.source, t.order_number "orderNumber", t.requester_address address, t.requester_verified verified,
           c.name, b.address mailbox, m.text
         from tickets t join contacts c on c.id = t.contact_id join mailboxes b on b.id = t.mailbox_id
         join messages m on m.ticket_id = t.id where t.subject = $1`,
        [subject],
      )
    await expect.poll(opened).toEqual([
      {
        source: 'form',
        orderNumber: 'A-17',
        address: email,
        verified: false,
        name: 'Vera Lind',
        mailbox: 'support@acme.test',
        text: 'It does not boil.\n\nHow shall we help?: A repair',
      },
    ])
    // What was refused has left nothing behind.
    const sent = await sql(
      `select s.id from form_submissions s join form_submissions_submission_data d on d._parent_id = s.id
       where d.value = $1`,
      [email],
    )
    expect(sent).toHaveLength(1)
  })
