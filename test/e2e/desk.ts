import type { Locator } from '@playwright/test'
import type { MailClient } from '../../dev/mail/client.js'
import { expect, type Page } from './test.js'

let counter = 0

/** Something that no other test says. */
export const unique = (words: string): string => `${words} ${Date.now().toString(36)}${++counter}`

type CustomerMail = {
  subject: string
  text?: string
  html?: string
  name?: string
  address?: string
  to?: string
  headers?: Record<string, string>
}

/** Hands a customer's mail to the mail server, as their own program would. */
export const write = async (mail: MailClient, args: CustomerMail): Promise<void> => {
  const { name = 'Iris Voss', address = 'iris@desk.test', to = 'support@acme.test' } = args
  const headers = {
    From: `${name} <${address}>`,
    To: to,
    Subject: args.subject,
    Date: new Date().toUTCString().replace('GMT', '+0000'),
    'Message-ID': `<${unique('mail').replace(' ', '-')}@customer.test>`,
    'MIME-Version': '1.0',
    'Content-Type': `text/${args.html ? 'html' : 'plain'}; charset=utf-8`,
    ...args.headers,
  }
  const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}`)
  const body = (args.html ?? args.text ?? 'Hello!').replace(/\n/g, '\r\n')
  await mail.deliver({ to, raw: `${lines.join('\r\n')}\r\n\r\n${body}\r\n` })
}

/** Closes every active ticket, so that a test finds its own at the top. Signed in as a manager. */
export const closeAll = async (page: Page): Promise<void> => {
  const list = await page.request.get('/api/helpdesk/inbox/tickets?view=active&limit=100')
  const { tickets } = (await list.json()) as { tickets: { id: number }[] }
  for (const { id } of tickets) {
    const closed = await page.request.post(`/api/helpdesk/tickets/${id}/status`, {
      data: { status: 'closed' },
    })
    expect(closed.ok()).toBe(true)
  }
}

export const inbox = '/admin/collections/tickets/inbox'

/** When the live line stands, the page hears keys. */
const untilLive = async (page: Page, act: () => Promise<unknown>): Promise<void> => {
  const live = page.waitForResponse((response) => response.url().includes('/helpdesk/live'))
  await act()
  await live
}

/** Opens the inbox (or what follows its path) and waits until its live line stands. */
export const openInbox = (page: Page, rest = ''): Promise<void> =>
  untilLive(page, () => page.goto(inbox + rest))

/** Loads the page anew and waits until it hears keys. */
export const reloadInbox = (page: Page): Promise<void> => untilLive(page, () => page.reload())

export const rowOf = (page: Page, subject: string): Locator =>
  page.locator('.hd-row').filter({ hasText: subject })

export const thread = (page: Page): Locator => page.getByRole('region', { name: 'Messages' })

export const composer = (page: Page): Locator => page.getByRole('region', { name: 'Answer' })

export const editor = (page: Page): Locator =>
  composer(page).getByRole('textbox', { name: /^Your (reply|note)$/ })

/** What a message in the thread says: HTML stands in a frame of its own. */
export const messageFrame = (page: Page, kind: 'note' | 'reply' | 'customer') =>
  thread(page).locator(`.hd-message--${kind} iframe`).last().contentFrame()

/** Opens a ticket that a customer's mail has just made. */
export const openTicket = async (args: { page: Page; mail: MailClient } & CustomerMail): Promise<string> => {
  const { page, mail, ...customer } = args
  await write(mail, customer)
  await rowOf(page, customer.subject).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(customer.subject)
  return /inbox\/([^?]+)/.exec(page.url())?.[1] ?? ''
}
