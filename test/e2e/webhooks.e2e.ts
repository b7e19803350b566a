import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { unique, write } from './desk.js'
import { expect, sql, test } from './test.js'

type Call = { headers: IncomingHttpHeaders; body: string }

/** Another system on the same machine as the site. */
const startNeighbour = async (host: string) => {
  const calls: Call[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (piece) => {
      body += piece
    })
    request.on('end', () => {
      calls.push({ headers: request.headers, body })
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  server.unref()
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/hook`,
    calls,
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

test.afterEach(async ({ page }) => {
  const gone = await page.request.delete('/api/helpdesk-webhooks?where[name][like]=Shop')
  expect(gone.ok(), await gone.text()).toBe(true)
})

test('J01 a manager makes a webhook, which reaches nothing on the site’s own machine, and sees in its log what became of a reply', async ({
  page,
  mail,
  signIn,
}) => {
  await signIn('mara')
  // The demo lets webhooks call 127.0.0.1 alone.
  const neighbour = await startNeighbour('127.0.0.2')
  const subject = unique('Hook')
  await write(mail, { subject })
  const name = unique('Shop')
  await page.goto('/admin/collections/helpdesk-webhooks/create')
  await page.locator('#field-name').fill(name)
  for (const event of ['Ticket opened', 'Customer replied', 'Status changed', 'Assigned'])
    await page.getByRole('checkbox', { name: event }).uncheck()
  await expect(page.getByRole('checkbox', { name: 'Agent replied' })).toBeChecked()
  const url = page.locator('#field-url')
  const save = page.getByRole('button', { name: 'Save', exact: true })
  await url.fill(neighbour.url)
  await save.click()
  await expect(page.getByText('The address leads into a private network')).toBeVisible()
  // Once one was refused, each is judged as it is typed, after what was typed before is dealt with.
  let typed = 0
  await expect(async () => {
    await url.fill(`http://hooks.acme.test/${++typed}`)
    await expect(page.getByText('The address has to begin with https://.')).toBeVisible({ timeout: 3000 })
  }).toPass({ timeout: 30_000 })
  await url.fill('https://hooks.acme.test/')
  await expect(page.locator('.field-type.error')).toHaveCount(0)
  await save.click()
  await page.waitForURL(/helpdesk-webhooks\/\d+/)

  const panel = page.getByRole('region', { name: 'Outgoing webhook' })
  await expect(panel).toContainText('It hears nothing yet')
  await panel.getByRole('button', { name: 'New signing secret' }).click()
  const secret = (await panel.locator('.hd-webhook__value').textContent())!
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  await expect(panel.getByRole('listitem')).toContainText(`…${secret.slice(-5, -1)}`)
  await page.reload()
  await expect(panel.getByRole('listitem')).toContainText(`…${secret.slice(-5, -1)}`)
  expect(await page.content()).not.toContain(secret)

  // The name has come to lead to the machine itself since it was saved.
  await sql('update helpdesk_webhooks set url = $1 where name = $2', [neighbour.url, name])
  type Opened = { id: number; number: number }
  let ticket: Opened | undefined
  await expect
    .poll(async () => {
      ;[ticket] = await sql<Opened>('select id, number::int from tickets where subject = $1', [subject])
      return ticket
    })
    .toBeTruthy()
  const answered = await page.request.post(`/api/helpdesk/tickets/${ticket!.id}/reply`, {
    data: { text: 'It is hooked.', to: [{ name: '', address: 'iris@desk.test' }] },
  })
  expect(answered.ok(), await answered.text()).toBe(true)

  const row = panel.getByRole('row').filter({ hasText: `#${ticket!.number}` })
  const fails = async (): Promise<void> => {
    await panel.getByRole('button', { name: 'Refresh' }).click()
    await expect(row).toContainText('The address leads into a private network', { timeout: 1000 })
  }
  await expect(fails).toPass({ timeout: 30_000 })
  await expect(row).toContainText('Agent replied')
  await expect(row).toContainText('next try')
  // It is tried again by itself in a few seconds, and then not for minutes.
  const tries = row.getByRole('cell').nth(2)
  await expect(async () => {
    await panel.getByRole('button', { name: 'Refresh' }).click()
    await expect(tries).toHaveText('2', { timeout: 1000 })
  }).toPass({ timeout: 30_000 })
  await row.getByRole('button', { name: /^Send again/ }).click()
  await expect(panel.getByRole('status')).toHaveText('It is sent again.')
  await expect(async () => {
    await panel.getByRole('button', { name: 'Refresh' }).click()
    await expect(tries).toHaveText('1', { timeout: 1000 })
  }).toPass({ timeout: 30_000 })
  expect(neighbour.calls).toEqual([])
  await neighbour.stop()
})

test('a webhook’s receiver gets a signed test event and a ticket’s, and the same once more when a manager sends it again', async ({
  page,
  mail,
  signIn,
}) => {
  await signIn('mara')
  const receiver = await startNeighbour('127.0.0.1')
  await page.goto('/admin/collections/helpdesk-webhooks/create')
  await page.locator('#field-name').fill(unique('Shop'))
  await page.locator('#field-url').fill(receiver.url)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.waitForURL(/helpdesk-webhooks\/\d+/)
  const panel = page.getByRole('region', { name: 'Outgoing webhook' })
  // On a slow line: what is pressed while the list is read again is done.
  await page.route('**/deliveries', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 800))
    await route.continue()
  })
  await panel.getByRole('button', { name: 'New signing secret' }).click()
  await expect(panel.getByRole('alert')).toContainText('Copy the secret now')
  const signature = new Webhook((await panel.locator('.hd-webhook__value').textContent())!)
  const told = () =>
    receiver.calls.map(({ headers, body }) => ({
      id: headers['webhook-id'],
      ...(signature.verify(body, headers as Record<string, string>) as {
        type: string
        data: { ticket?: { subject: string } }
      }),
    }))
  await panel.getByRole('button', { name: 'Send a test event' }).click()
  await expect.poll(() => told().map(({ type }) => type), { timeout: 30_000 }).toEqual(['test'])

  const subject = unique('Told')
  await write(mail, { subject })
  const opened = () => told().filter(({ data }) => data.ticket?.subject === subject)
  await expect.poll(() => opened().map(({ type }) => type), { timeout: 30_000 }).toEqual(['ticketOpened'])
  const row = panel.getByRole('row').filter({ hasText: 'Ticket opened' }).first()
  await expect(async () => {
    await panel.getByRole('button', { name: 'Refresh' }).click()
    await expect(row).toContainText('Delivered', { timeout: 1000 })
  }).toPass({ timeout: 30_000 })
  await row.getByRole('button', { name: /^Send again/ }).click()
  await expect.poll(() => opened().length, { timeout: 30_000 }).toBe(2)
  expect(new Set(opened().map(({ id }) => id)).size).toBe(1)
  await receiver.stop()
})
