import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { letters } from '../../src/translations/letters/index.js'
import { type Desk, header, openDesk } from './mail-out.desk.js'
import { visit } from './portalVisitor.js'

// The mails that go to strangers: neither the editor's preview nor a mailbox's words show them.

const folder = fileURLToPath(new URL('../golden/letters/', import.meta.url))

let desk: Desk
beforeAll(async () => {
  desk = await openDesk({
    portal: { url: 'https://acme.test/support' },
    mail: { letters: { siteName: 'Acme' } },
  })
  await desk.changeMailbox({ settings: { acknowledge: true, signature: 'Acme Ltd\nMain Street 1' } })
})
afterAll(() => desk.close())

const expectGolden = (name: string, text: string): void => {
  const file = `${folder}${name}`
  if (process.env['UPDATE_GOLDEN']) writeFileSync(file, text)
  expect(existsSync(file), `${file} is missing: run with UPDATE_GOLDEN=1`).toBe(true)
  expect(text, 'A mail to customers changed. If that is meant, run with UPDATE_GOLDEN=1.').toBe(
    readFileSync(file, 'utf8'),
  )
}

const mailTo = async (address: string): Promise<{ subject: string; text: string; html: string }> => {
  await desk.work()
  const { subject = '', text = '', html } = await simpleParser((await desk.server.waitFor(address)).raw)
  return {
    subject,
    text: text.replace(/(\?(?:guest|signin)=)\S+/g, '$1…').replace(/helpdesk:\S+/, 'helpdesk:…'),
    html: html || '',
  }
}

it.each(Object.keys(letters))(
  'E06 a stranger’s request is acknowledged in %s without their words',
  async (language) => {
    const email = `ack.${language}@example.com`
    const { status } = await visit({ site: desk.site }).post('/requests', {
      values: { email, name: 'Call 0900-SCAM', subject: 'You have won', message: 'Millions.', language },
    })
    expect(status).toBe(303)
    await sqlOf({ payload: desk.site.payload }).query(
      `update ${tableOf(desk.site.payload, 'tickets')} set number = 1042 where requester_address = $1`,
      [email],
    )
    const { subject, text, html } = await mailTo(email)
    await sqlOf({ payload: desk.site.payload }).query(
      `update ${tableOf(desk.site.payload, 'tickets')} set number = id + 5000 where requester_address = $1`,
      [email],
    )
    expect(`${subject}${text}${html}`).not.toMatch(/SCAM|have won|Millions|\{|undefined/)
    expectGolden(`ticketReceived.unproven.${language}.txt`, `Subject: ${subject}\n\n${text}`)
  },
)

it.each(Object.keys(letters))('E08 a sign-in link comes in %s, marked as a machine’s', async (language) => {
  const email = `link.${language}@example.com`
  const { status } = await visit({ site: desk.site }).post('/sign-in', { values: { email, language } })
  expect(status).toBe(303)
  const { subject, text, html } = await mailTo(email)
  expect(html).toContain(letters[language]!.signInButton)
  const mail = await desk.server.waitFor(email)
  expect(header(mail, 'Auto-Submitted')).toBe('auto-generated')
  expect(header(mail, 'X-Auto-Response-Suppress')).toBe('All')
  expectGolden(`signIn.${language}.txt`, `Subject: ${subject}\n\n${text}`)
})
