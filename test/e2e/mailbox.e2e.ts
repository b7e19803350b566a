import { expect, type Page, sql, test } from './test.js'

const choose = async (page: Page, path: string, option: string): Promise<void> => {
  await page.locator(`#field-${path} .rs__control`).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

let archive: (() => Promise<void>) | undefined
test.afterEach(async () => {
  await archive?.()
  archive = undefined
})

const quarantine = '/admin/collections/tickets/quarantine'

test('a mailbox is made, tested and saved, and says how it is doing', async ({ page, signIn, mail }) => {
  await signIn('mara')
  const known = await page.request.get('/api/mailboxes?where[address][equals]=support@acme.test')
  const { receive, send } = (await known.json()).docs[0] as Record<'receive' | 'send', { port: number }>
  const address = 'support@acme.test'
  const password = 'local mail only'

  await page.goto('/admin/collections/mailboxes/create')
  await page.locator('#field-name').fill('Returns')
  await page.locator('#field-address').fill('returns@acme.test')
  for (const [side, port] of [
    ['receive', receive.port],
    ['send', send.port],
  ] as const) {
    await page.locator(`#field-${side}__host`).fill('127.0.0.1')
    await choose(page, `${side}__security`, 'No encryption')
    await page.locator(`#field-${side}__port`).fill(String(port))
    await page.locator(`#field-${side}__user`).fill(address)
    await page.locator(`#field-${side}__password`).fill('not the password')
  }

  const test = page.getByRole('region', { name: 'Connection test' })
  await test.getByRole('button', { name: 'Test connection' }).click()
  await expect(test.getByText('Something does not work yet.')).toBeVisible()
  await expect(test.locator('.hd-test__failed')).toHaveCount(2)
  await expect(test.locator('.hd-test__failed').first()).toContainText('Check user name and password.')
  await expect(test.locator('.hd-test__failed').nth(1)).toContainText('535')
  await expect(test).not.toContainText('not the password')

  for (const side of ['receive', 'send']) await page.locator(`#field-${side}__password`).fill(password)
  await page.locator('#field-address').fill('support@acme.test')
  await test.getByRole('button', { name: 'Test connection' }).click()
  await expect(test.getByText('Everything works.')).toBeVisible({ timeout: 30_000 })
  await expect(test.locator('.hd-test__failed')).toHaveCount(0)
  await expect(test.getByText('Receive the test mail')).toBeVisible()

  await page.locator('#field-address').fill('returns@acme.test')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page).toHaveURL(/\/mailboxes\/\d+/)
  const [, id] = /mailboxes\/(\d+)/.exec(page.url())!
  // It reads another mailbox's account, so the other tests' mail would come in twice.
  archive = async () => {
    const archived = await page.request.patch(`/api/mailboxes/${id}`, { data: { archived: true } })
    expect(archived.ok(), await archived.text()).toBe(true)
  }
  const health = page.getByRole('region', { name: 'How this mailbox is doing' })
  await expect(health.locator('.hd-health').first()).toContainText('Works', { timeout: 20_000 })

  // What is stored is never shown, and goes to no other server.
  await expect(page.locator('#field-receive__password')).toHaveValue('')
  await expect(page.locator('#field-receive__password-hint')).toContainText('Stored and encrypted')
  expect(await page.content()).not.toContain(password)
  await page.locator('#field-receive__host').fill('localhost')
  await expect(page.locator('#field-receive__password-hint')).toContainText('Type the password again')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Host, port, user or security changed').first()).toBeVisible()
  await expect(page.locator('.hd-password.error')).toHaveCount(1)
  await page.locator('#field-receive__password').fill('not the password')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(health.locator('.hd-health').first()).toContainText('Check user name and password.', {
    timeout: 30_000,
  })
  await expect(page.locator('#field-receive__password')).toHaveValue('')

  expect((await mail.mailbox('returns@acme.test')).length).toBe(0)
})

test('mail in quarantine shows why, and is tried again, made a ticket or discarded', async ({
  page,
  signIn,
  mail,
}) => {
  const stamp = Date.now()
  await signIn('mara')
  await sql(`create or replace function refuse_message() returns trigger language plpgsql as $$
    begin raise exception 'the disk is full'; end $$`)
  await sql(`create trigger refuse_message before insert on messages for each row
    when (new.text like '%quarantine ${stamp}%') execute function refuse_message()`)
  const nobody = (text: string) => `To: support@acme.test\r\nSubject: ${text} ${stamp}\r\n\r\nquarantine\r\n`
  try {
    await mail.deliver({
      to: 'support@acme.test',
      raw: `From: Ada Park <ada@customer.test>\r\nTo: support@acme.test\r\nSubject: Held up ${stamp}\r\nMessage-ID: <held-${stamp}@customer.test>\r\n\r\nquarantine ${stamp}\r\n`,
    })
    await mail.deliver({ to: 'support@acme.test', raw: nobody('Unsigned') })
    await mail.deliver({ to: 'support@acme.test', raw: nobody('Rubbish') })
    const row = `where state = 'received' and error like '%the disk is full%'`
    await expect
      .poll(() => sql(`select 1 from helpdesk_inbound_emails ${row}`), { timeout: 20_000 })
      .toHaveLength(1)
    // It would be tried again for a long time otherwise: the next try is the last one.
    await sql(`update helpdesk_inbound_emails set attempts = 3, next_try_at = null ${row}`)

    await page.goto(quarantine)
    const card = (subject: string) => page.getByRole('article', { name: `${subject} ${stamp}` })
    await expect(card('Held up')).toContainText('the disk is full', { timeout: 20_000 })
    await expect(card('Held up')).toContainText('ada@customer.test')
    await card('Held up').getByRole('button', { name: 'Show source' }).click()
    await expect(card('Held up').locator('pre.hd-source')).toContainText(`<held-${stamp}@customer.test>`)
  } finally {
    await sql('drop trigger if exists refuse_message on messages')
  }

  const card = (subject: string) => page.getByRole('article', { name: `${subject} ${stamp}` })
  await card('Held up').getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('It will be tried again.')).toBeVisible()
  await expect(card('Held up')).toHaveCount(0)
  await expect
    .poll(() => sql(`select 1 from tickets where subject = 'Held up ${stamp}'`), { timeout: 20_000 })
    .toHaveLength(1)

  await card('Rubbish').getByRole('button', { name: 'Discard', exact: true }).click()
  await card('Rubbish').getByRole('button', { name: 'Discard for good' }).press('Enter')
  await expect(card('Rubbish')).toHaveCount(0)

  await expect(card('Unsigned')).toContainText('names no sender')
  await card('Unsigned').getByRole('button', { name: 'Make a ticket' }).click()
  const dialog = page.getByRole('dialog', { name: 'Whose ticket is it?' })
  await dialog.getByRole('combobox').fill('ben@customer.test')
  await dialog.getByRole('combobox').press('Enter')
  await dialog.getByRole('button', { name: 'Make a ticket' }).click()
  await expect(card('Unsigned')).toHaveCount(0)
  await expect(page.getByText('Quarantine is empty')).toBeVisible()

  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await expect(page.getByText(`Unsigned ${stamp}`).first()).toBeVisible()
  await expect(page.getByText('ben@customer.test').first()).toBeVisible()
})

test('nobody has a role: whoever may look after users becomes the first administrator', async ({
  page,
  signIn,
}) => {
  const before = await sql<{ id: number; helpdesk_role: string }>(
    `select id, helpdesk_role from users where helpdesk_role <> ''`,
  )
  await sql('update users set helpdesk_role = null')
  try {
    await signIn('sam')
    await page.goto('/admin/collections/tickets/inbox')
    await expect(page.getByRole('heading', { name: 'Set up the help desk' })).toBeVisible()
    await page.getByRole('button', { name: 'Become administrator' }).press('Enter')
    await expect(page.getByRole('button', { name: 'New ticket' })).toBeVisible()
    expect(await sql(`select email from users where helpdesk_role = 'administrator'`)).toEqual([
      { email: 'sam@acme.test' },
    ])
    await signIn('kim')
    await page.goto('/admin/collections/tickets/inbox')
    await expect(page.getByRole('heading', { name: 'You have no role in the help desk' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Become administrator' })).toHaveCount(0)
    const refused = await page.request.post('/api/helpdesk/claim', { data: {} })
    expect(refused.status()).toBe(409)
  } finally {
    for (const { id, helpdesk_role } of before)
      await sql('update users set helpdesk_role = $2 where id = $1', [id, helpdesk_role])
    await sql('update users set helpdesk_role = null where id <> all($1)', [before.map(({ id }) => id)])
  }
})
