import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Locator } from '@playwright/test'
import { unique } from './desk.js'
import { expect, type Page, test } from './test.js'

const run = promisify(execFile)

/** How each example is run, as its first line says. */
const programs = {
  curl: { file: 'call.sh', command: 'bash' },
  node: { file: 'call.mjs', command: process.execPath },
  php: { file: 'call.php', command: 'php' },
  python: { file: 'call.py', command: 'python3' },
} as const

const isThere = (command: string): boolean => !spawnSync(command, ['--version']).error

/** Opens the webhook of a mailbox that has no key yet. */
const openPanel = async (page: Page): Promise<Locator> => {
  const known = await page.request.get('/api/mailboxes?where[address][equals]=support@acme.test')
  const [mailbox] = (await known.json()).docs as { id: number }[]
  await page.goto(`/admin/collections/mailboxes/${mailbox!.id}`)
  const panel = page.getByRole('region', { name: 'Webhook' })
  await expect(panel).toContainText('It is off')
  return panel
}

test('a webhook is switched on in the mailbox, called by the examples that stand there, and switched off', async ({
  page,
  signIn,
}) => {
  await signIn('mara')
  const panel = await openPanel(page)

  await panel.getByRole('button', { name: 'New signing secret' }).click()
  const secret = (await panel.locator('.hd-webhook__made code').textContent())!
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  await expect(panel.getByRole('listitem')).toContainText('never used')

  await panel.getByText('A signed call, to copy').click()
  const folder = await mkdtemp(join(tmpdir(), 'helpdesk-webhook-'))
  const tabs = panel.getByRole('tab')
  await tabs.first().focus()
  for (const [name, { file, command }] of Object.entries(programs)) {
    const tab = panel.locator(`[data-language="${name}"]`)
    await expect(tab).toHaveAttribute('aria-selected', 'true')
    await expect(tab).toBeFocused()
    const subject = unique('By webhook')
    const code = (await panel.getByRole('tabpanel').textContent())!
    expect(code).not.toContain(secret)
    if (isThere(command)) {
      const path = join(folder, file)
      await writeFile(path, code.replaceAll('The kettle', subject))
      const { stdout } = await run(command, [path], {
        env: { ...process.env, FORCE_COLOR: '0', HELPDESK_SECRET: secret },
      })
      expect(stdout, name).toMatch(/result"?: ?['"]created/)
      const found = await page.request.get(
        `/api/tickets?where[subject][equals]=${encodeURIComponent(subject)}`,
      )
      expect((await found.json()).docs, name).toMatchObject([
        { source: 'webhook', requesterAddress: 'ada@example.com' },
      ])
    } else console.log(`${command} is not here: its example was not run`)
    await page.keyboard.press('ArrowRight')
  }
  await rm(folder, { recursive: true })

  await page.reload()
  await expect(panel.getByRole('listitem')).toContainText('last used')
  expect(await page.content()).not.toContain(secret)
  await panel.getByRole('button', { name: /^Revoke/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(panel).toContainText('It is off')
  await expect(panel.getByRole('heading', { name: 'Webhook' })).toBeFocused()

  await panel.getByRole('button', { name: 'New address with a token' }).dblclick()
  await expect(panel.getByRole('listitem')).toHaveCount(1)
  const address = (await panel.locator('.hd-webhook__made code').textContent())!
  const data = { email: 'ada@example.com', subject: unique('By token'), message: 'It leaks.' }
  const send = () =>
    fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(data),
    })
  expect((await send()).status).toBe(201)
  await panel.getByRole('button', { name: /^Revoke/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(panel).toContainText('It is off')
  await expect(panel.locator('.hd-webhook__made')).toBeEmpty()
  expect((await send()).status).toBe(401)
})

test('on a slow line what is pressed while the list of keys is read again is done, and a double press once', async ({
  page,
  signIn,
}) => {
  await signIn('mara')
  const panel = await openPanel(page)
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/webhook-keys', async (route) => {
    if (route.request().method() === 'GET') await held
    await route.continue()
  })
  const made = panel.locator('.hd-webhook__made code')
  let makes = 0
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/webhook-keys')) makes++
  })
  // As a held key repeats them: the answer to the first comes before the second.
  await panel.getByRole('button', { name: 'New signing secret' }).evaluate(async (button: HTMLElement) => {
    for (let press = 0; press < 3; press++) {
      button.click()
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  })
  await expect(made).toHaveText(/^whsec_/)
  expect(makes).toBe(1)
  await panel.getByRole('button', { name: 'New address with a token' }).click()
  await expect(made).toHaveText(/token=/)
  release()
  await expect(panel.getByRole('listitem')).toHaveCount(2)
  for (let left = 1; left >= 0; left--) {
    await panel
      .getByRole('button', { name: /^Revoke/ })
      .first()
      .click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await expect(panel.getByRole('listitem')).toHaveCount(left)
  }
})
