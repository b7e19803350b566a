import { simpleParser } from 'mailparser'
import type { MailClient } from '../../dev/mail/client.js'
import { footLine } from '../../src/rules/reference.js'
import { expect, type Page } from './test.js'

/** How quickly a mail has to stand on a screen that is open, in milliseconds. */
const promptMs = 2000

/** A mailbox on some server, and how mail gets there. */
export type TripPlace = {
  server: string
  /** The mailbox's own address, and the name that customers see. */
  address: string
  fromName: string
  /** Hands a customer's mail to the server. */
  deliver: (raw: string) => Promise<unknown>
  /** Happens after our answer has left and before the customer's comes. */
  inTheMiddle?: () => Promise<void>
}

type Customer = { name: string; address: string }

const mailOf = (args: {
  from: Customer
  to: string
  headers: Record<string, string>
  text: string
}): string => {
  const { from, to, headers, text } = args
  const all = {
    From: `${from.name} <${from.address}>`,
    To: to,
    Date: new Date().toUTCString().replace('GMT', '+0000'),
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return `${lines.join('\r\n')}\r\n\r\n${text.replace(/\n/g, '\r\n')}\r\n`
}

/** Opens the inbox and waits until its live line stands. */
const openInbox = async (page: Page): Promise<void> => {
  const live = page.waitForResponse((response) => response.url().includes('/helpdesk/live'), {
    timeout: 45_000,
  })
  await page.goto('/admin/collections/tickets/inbox')
  await live
  await page.evaluate(() => Object.assign(window, { isSamePage: true }))
}

/** Waits, frame by frame, until words stand on the page: an assertion looks again only after up to a second. */
const untilShown = async (page: Page, args: { within: string; words: string }): Promise<void> => {
  await page.waitForFunction(
    ({ within, words }) =>
      [...document.querySelectorAll(within)].some(({ textContent }) => textContent?.includes(words)),
    args,
  )
}

const isSamePage = (page: Page): Promise<boolean> =>
  page.evaluate(() => (window as { isSamePage?: boolean }).isSamePage === true)

/** Everything that a mail shows to whoever receives it: its bytes, and what they mean. */
const wholeMail = async (raw: Buffer): Promise<string> => {
  const { headerLines, text, html, attachments } = await simpleParser(raw)
  const files = attachments.map(({ filename, content }) => `${filename} ${content.toString('utf8')}`)
  return [raw.toString('utf8'), ...headerLines.map(({ line }) => line), text, html, ...files].join('\n')
}

type TripArgs = { page: Page; mail: MailClient; place: TripPlace; customer: Customer }

/**
 * A mail comes in and stands on an agent's open screen; the agent writes a note, answers and resolves; the customer
 * gets the answer from the mailbox's address and replies; the ticket is open again on the same screen, and the note
 * is in no mail. Returns the ticket's id and the key of its replies.
 */
export const takeTrip = async ({ page, mail, place, customer }: TripArgs): Promise<{ key: string }> => {
  const stamp = Date.now()
  const subject = `Kettle ${stamp} hums in B flat`
  const firstId = `<kettle-${stamp}@customer.test>`
  const secret = `the kettle ${stamp} is cursed`
  await openInbox(page)

  const rowOf = (words: string) => page.locator('.hd-row').filter({ hasText: words })
  // A desk at work is measured, not one whose parser and pages have yet to be loaded.
  const early = { name: 'Early Bird', address: 'early@customer.test' }
  await place.deliver(
    mailOf({
      from: early,
      to: place.address,
      headers: { Subject: `Opening hours ${stamp}`, 'Message-ID': `<early-${stamp}@customer.test>` },
      text: 'Are you there?',
    }),
  )
  await expect(rowOf(`Opening hours ${stamp}`)).toBeVisible({ timeout: 20_000 })

  const first = mailOf({
    from: customer,
    to: place.address,
    headers: { Subject: subject, 'Message-ID': firstId },
    text: 'It boils, but it hums.\nIs that normal?',
  })
  const delivered = Date.now()
  await place.deliver(first)
  const row = rowOf(subject)
  await untilShown(page, { within: '.hd-row', words: subject })
  const shownMs = Date.now() - delivered
  await expect(row).toBeVisible()
  console.log(`${place.server}: delivered → on the open screen in ${shownMs} ms`)
  expect(shownMs).toBeLessThanOrEqual(promptMs)
  await expect(row).toContainText(customer.name)

  await row.click()
  const thread = page.getByRole('region', { name: 'Messages' })
  await expect(thread.getByText('Is that normal?')).toBeVisible()

  const composer = page.getByRole('region', { name: 'Answer' })
  await composer.getByRole('button', { name: /^Note/ }).click()
  const note = composer.getByRole('textbox', { name: 'Your note' }).and(page.locator('[contenteditable]'))
  await note.click()
  await note.pressSequentially(`Kim, ${secret}.`)
  await composer.getByRole('button', { name: 'Add note' }).click()
  await expect(thread.locator('.hd-message--note iframe').contentFrame().getByText(secret)).toBeVisible()

  await composer.getByRole('button', { name: /^Reply to/ }).click()
  const editor = composer.getByRole('textbox', { name: 'Your reply' }).and(page.locator('[contenteditable]'))
  await editor.click()
  await editor.pressSequentially('Only in the key of C.')
  await editor.press('Enter')
  await editor.pressSequentially('Please send it back to us.')
  await composer.getByRole('button', { name: 'More ways to send' }).click()
  await page.getByRole('menuitem', { name: 'Send and resolve', exact: false }).first().click()
  const reply = thread.locator('.hd-message--reply')
  await expect(reply.locator('iframe').contentFrame().getByText('Please send it back')).toBeVisible()
  const status = page.getByRole('button', { name: /^Status/ })
  await expect(status).toContainText('Resolved')

  const answer = await mail.waitFor(customer.address, 'In-Reply-To', 25_000)
  const parsed = await simpleParser(answer.raw)
  const header = (name: string): string => String(parsed.headers.get(name) ?? '')
  expect(parsed.from?.value).toEqual([{ name: `Dana Reyes at ${place.fromName}`, address: place.address }])
  expect(parsed.subject).toBe(`Re: ${subject}`)
  expect(parsed.messageId).toMatch(/^<[^<>@\s]+@[^<>@\s]+>$/)
  expect(parsed.messageId).not.toBe(firstId)
  expect(parsed.inReplyTo).toBe(firstId)
  expect([parsed.references ?? []].flat()).toEqual([firstId])
  const [replyTo] = parsed.replyTo?.value ?? []
  const [local, domain] = place.address.split('@')
  const key = /\+([a-z2-7]{26})@/.exec(replyTo?.address ?? '')?.[1] ?? ''
  expect(replyTo?.address).toBe(`${local}+${key}@${domain}`)
  expect(parsed.text).toContain(footLine(key))
  expect(String(parsed.html)).toContain(footLine(key))
  expect(parsed.text).toContain('Only in the key of C.')
  expect(header('auto-submitted')).toBe('')
  await expect(reply.getByText(/^Sent/)).toBeVisible()

  await place.inTheMiddle?.()

  const answered = Date.now()
  await place.deliver(
    mailOf({
      from: customer,
      to: replyTo!.address!,
      headers: {
        Subject: `Re: ${subject}`,
        'Message-ID': `<again-${stamp}@customer.test>`,
        'In-Reply-To': parsed.messageId!,
        References: `${firstId} ${parsed.messageId}`,
      },
      text: `Now it hums in C.\n\nOn Monday, Dana wrote:\n${(parsed.text ?? '').replace(/^/gm, '> ')}`,
    }),
  )
  await untilShown(page, { within: '.hd-message', words: 'Now it hums in C.' })
  const repliedMs = Date.now() - answered
  await expect(thread.getByText('Now it hums in C.')).toBeVisible()
  console.log(`${place.server}: answered → in the open thread in ${repliedMs} ms`)
  expect(repliedMs).toBeLessThanOrEqual(promptMs)
  await expect(status).toContainText('Open')
  await expect(thread.locator('.hd-message')).toHaveCount(4)
  expect(await isSamePage(page)).toBe(true)

  let mails = 0
  for (const address of await mail.addresses())
    for (const { raw } of await mail.mailbox(address)) {
      mails++
      expect(await wholeMail(raw)).not.toContain(secret)
    }
  expect(mails).toBeGreaterThan(0)
  return { key }
}
