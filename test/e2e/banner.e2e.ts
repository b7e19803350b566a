import { openInbox } from './desk.js'
import { expect, sql, test } from './test.js'

test('managers see stopped mail, missing copies and failing work over the inbox, with what to do', async ({
  page,
  signIn,
}) => {
  const [{ id } = { id: 0 }] = await sql<{ id: number }>(
    `select id from mailboxes where address = 'support@acme.test'`,
  )
  const problem = (code: string) =>
    sql(
      `update helpdesk_mailbox_state set send_health = $2, send_error_code = $3, send_error = 'Said by the server.',
         last_send_try_at = now() where mailbox_id = $1`,
      [id, code ? 'warning' : 'ok', code],
    )
  await signIn('mara')
  const banner = page.locator('.hd-banner')
  try {
    await problem('siteLimit')
    await sql(
      `insert into helpdesk_heartbeats (slice, worker, last_run_at, failing_since, failures, error)
       values ('mail.fetch:watch', 'test', now(), now() - interval '1 hour', 3, 'secret words')
       on conflict (slice) do update set last_run_at = now(), failing_since = excluded.failing_since, error = excluded.error`,
    )
    await page.goto('/admin/collections/tickets/inbox')
    await expect(banner).toContainText('Automatic mail is stopped. Said by the server.')
    await expect(banner).toContainText('two machines may be answering each other')
    await expect(banner).toContainText('A part of the background work fails')
    await expect(banner).toContainText('fetching mail')
    await expect(banner).not.toContainText('secret words')
    await banner.getByRole('link', { name: 'Open mailbox' }).click()
    const health = page.getByRole('region', { name: 'How this mailbox is doing' })
    await expect(health).toContainText('Said by the server.')
    await expect(health).toContainText('two machines may be answering each other')

    await problem('sentCopy')
    await page.goto('/admin/collections/tickets/inbox')
    await expect(banner).toContainText(/The Sent folder of .+ is missing copies/)
    await expect(banner).toContainText('Check the name of the Sent folder')
    await signIn('dana')
    const read = page.waitForResponse((response) => response.url().includes('/inbox/overview'))
    await openInbox(page)
    await read
    await expect(page.getByRole('button', { name: 'New ticket' })).toBeVisible()
    await expect(banner).toHaveCount(0)
  } finally {
    await problem('')
    await sql(`delete from helpdesk_heartbeats where slice = 'mail.fetch:watch'`)
  }
})
