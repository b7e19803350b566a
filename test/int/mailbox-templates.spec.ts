import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TemplateFacts, TemplatePreview } from '../../src/admin/api.js'
import type { Ticket } from '../../src/collections/types.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { guestLink } from '../../src/operations/guestLink.js'
import { notificationEvents } from '../../src/rules/notifications.js'
import { tokens } from '../../src/rules/template.js'
import { letters } from '../../src/translations/letters/index.js'
import type { RequestArgs } from '../site.js'
import { type Desk, header, openDesk } from './mail-out.desk.js'

const folder = fileURLToPath(new URL('../golden/letters/', import.meta.url))

let desk: Desk
/** Of a customer who has got an answer. */
let ticket: Ticket
beforeAll(async () => {
  desk = await openDesk({
    portal: { url: 'https://acme.test/support' },
    mail: {
      letters: { siteName: 'Acme', tokens: { opening_hours: ({ contact }) => `9–17 (${contact.name})` } },
    },
  })
  const { payload, users } = desk.site
  await payload.update({
    collection: 'users' as never,
    id: users.manager.id as never,
    data: { name: 'Mara Lind' } as never,
    depth: 0,
    overrideAccess: true,
    req: desk.system,
  })
  const from = { name: 'Ada Lovelace', address: 'ada@example.com' }
  ticket = await desk.open({ from, subject: 'The kettle <leaks>' })
  await desk.reply(ticket, { text: 'Have you tried\n\nturning it on?', to: [from] })
  await desk.work()
  // Tickets count on; the kept texts name one.
  await sqlOf({ payload }).query(`update ${tableOf(payload, 'tickets')} set number = 1042 where id = $1`, [
    ticket.id,
  ])
})
afterAll(() => desk.close())
beforeEach(() =>
  desk.changeMailbox({
    templates: null,
    settings: { signature: 'Acme Ltd\nMain Street 1', subjectTag: false },
  }),
)

const path = (rest = '') => `/helpdesk/mailboxes/${desk.mailbox}/templates${rest}`

type Words = {
  event: string
  language: string
  subject?: string
  body?: string
  ticket?: unknown
  signature?: string
}

const call = <T>(
  act: 'preview' | 'test',
  words: Words,
  args: RequestArgs = { user: desk.site.users.manager },
) => desk.site.rest<T>('POST', path(`/${act}`), { ...args, body: { subject: '', body: '', ...words } })

const preview = async (words: Words): Promise<TemplatePreview> => {
  const { status, body } = await call<TemplatePreview>('preview', words)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

/** Compares with the kept file, or keeps it anew when asked to: `UPDATE_GOLDEN=1`. */
const expectGolden = (name: string, text: string): void => {
  const file = `${folder}${name}`
  if (process.env['UPDATE_GOLDEN']) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, text)
  }
  expect(existsSync(file), `${file} is missing: run with UPDATE_GOLDEN=1`).toBe(true)
  expect(text, 'A mail to customers changed. If that is meant, run with UPDATE_GOLDEN=1.').toBe(
    readFileSync(file, 'utf8'),
  )
}

/** One element a line, so that a change can be read. */
const legible = (html: string): string => `${html.replace(/(?<=>)(?=<)/g, '\n')}\n`

describe('a preview', () => {
  for (const event of notificationEvents)
    it.each(Object.keys(letters))(`${event}, in %s, is as it was looked at`, async (language) => {
      const { subject, html, text, unknown, ticket: shown } = await preview({ event, language })
      expect(unknown).toEqual([])
      expect(shown).toMatchObject({ id: ticket.id, number: 1042 })
      for (const part of [subject, html, text]) expect(part).not.toMatch(/\{\w*\}|undefined|null|\[object/)
      expect(html).toContain(`dir="${language === 'ar' ? 'rtl' : 'ltr'}" lang="${language}"`)
      expect(html).not.toContain('<leaks>')
      expectGolden(`${event}.${language}.txt`, `Subject: ${subject}\n\n${text}`)
      expectGolden(`${event}.${language}.html`, legible(html))
    })

  it('has no other words than the mails that are sent', async () => {
    await desk.changeMailbox({ templates: { ticketResolved: { on: true } } })
    const shown = await preview({ event: 'ticketResolved', language: 'en' })
    const { status } = await desk.site.rest('POST', `/helpdesk/tickets/${ticket.id}/status`, {
      user: desk.site.users.manager,
      body: { status: 'resolved' },
    })
    expect(status).toBe(200)
    await desk.work()
    const mail = desk.server.mailbox('ada@example.com').at(-1)!
    const { subject, text } = await simpleParser(mail.raw)
    const links = /https:\/\/acme\.test\/support\S*/g
    const foot = /Ref\. helpdesk:\S+/
    const bare = (words: string) => words.replace(links, 'link').replace(foot, 'foot').trim()
    expect(subject).toBe(shown.subject)
    expect(bare(text!)).toBe(bare(shown.text))
  })

  it('takes words that are not saved, of each token its value, and names those that nobody knows', async () => {
    const body = `${tokens.map((name) => `${name}={${name}}`).join('\n\n')}\n\n{opening_hours}\n\n{costumer} {costumer}`
    const shown = await preview({
      event: 'agentReplied',
      language: 'de',
      subject: '{ticket_id}: {ticket_title}{nothing}',
      body,
      signature: 'Unsaved',
    })
    expect(shown.subject).toBe('1042: The kettle <leaks>')
    expect(shown.unknown).toEqual(['nothing', 'costumer'])
    const values = {
      customer_first_name: 'Ada',
      customer_full_name: 'Ada Lovelace',
      customer_email: 'ada@example.com',
      ticket_title: 'The kettle <leaks>',
      ticket_id: '1042',
      ticket_public_url: 'https://acme.test/support',
      site_name: 'Acme',
      agent_name: 'Mara Lind',
      mailbox_name: 'Acme',
      mailbox_signature: 'Unsaved',
    }
    for (const [name, value] of Object.entries(values)) expect(shown.text).toContain(`${name}=${value}\n`)
    expect(shown.text).toMatch(/reply_content=Have you tried\n+turning it on\?/)
    expect(shown.text).toMatch(/ticket_status=\S/)
    expect(shown.text).toContain('9–17 (Ada Lovelace)')
    expect(shown.html).toContain('The kettle &lt;leaks&gt;')
    const tagged = { subjectTag: true, signature: '' }
    await desk.changeMailbox({ settings: tagged })
    expect((await preview({ event: 'ticketClosed', language: 'fr' })).subject).toMatch(/ \[#1042-…\]$/)
  })

  it('B05 H02 holds neither a link that opens the ticket nor its reply key', async () => {
    const mailbox = { id: desk.mailbox, address: 'help@acme.test', name: 'Acme' }
    const args = { req: desk.system, mailbox, ticket: ticket.id, address: 'ada@example.com' }
    const key = new URL(await guestLink(args)).searchParams.get('guest')!
    expect(key.length).toBeGreaterThan(40)
    for (const event of notificationEvents) {
      const all = JSON.stringify(await preview({ event, language: 'en' }))
      expect(all).toContain('https://acme.test/support')
      for (const secret of [key, 'guest=', ticket.replyKey, ticket.replyKey.slice(0, 5)])
        expect(all).not.toContain(secret)
    }
  })

  it('shows the ticket that was chosen, of this mailbox only', async () => {
    const other = await desk.open({ subject: 'Another' })
    const { status: got, body } = await desk.site.rest<TemplateFacts>('GET', path(), {
      user: desk.site.users.manager,
    })
    expect(got, JSON.stringify(body)).toBe(200)
    const older = await preview({ event: 'ticketResolved', language: 'en', ticket: other.id })
    expect(older.ticket).toEqual({ id: other.id, number: other.number, subject: 'Another' })
    expect(older.text).toContain(`#${other.number}`)
    expect(body.ticket).toEqual({ id: ticket.id, number: 1042, subject: ticket.subject })
    const elsewhere = await desk.addMailbox('sales@acme.test')
    const foreign = await desk.open({ mailbox: elsewhere, subject: 'Elsewhere' })
    const { status } = await call('preview', { event: 'ticketResolved', language: 'en', ticket: foreign.id })
    expect(status).toBe(404)
    const empty = await desk.addMailbox('empty@acme.test')
    const made = await desk.site.rest<TemplatePreview>(
      'POST',
      `/helpdesk/mailboxes/${empty}/templates/preview`,
      {
        user: desk.site.users.manager,
        body: {
          event: 'agentReplied',
          language: 'en',
          subject: '',
          body: '{reply_content} {ticket_id} {opening_hours}',
        },
      },
    )
    expect(made.body.ticket).toBeNull()
    expect(made.body.text).toContain('Here stands what the agent writes. 1042 {opening_hours}')
  })
})

it('the editor is told languages, tokens and the words that come with the help desk', async () => {
  const { body } = await desk.site.rest<TemplateFacts>('GET', path(), { user: desk.site.users.manager })
  expect(body.languages).toEqual(expect.arrayContaining(['en', 'de', 'fr', 'es', 'ar']))
  expect(body.tokens).toEqual([...tokens, 'opening_hours'])
  for (const language of Object.keys(letters))
    expect(Object.keys(body.shipped[language]!)).toEqual([...notificationEvents])
  expect(body.shipped['de']!.ticketClosed).toEqual(letters['de']!.ticketClosed)
})

describe('a test mail', () => {
  it('goes to the caller’s own address only, from the mailbox, and its answer finds no ticket', async () => {
    const { manager } = desk.site.users
    const before = await desk.rows('outboundEmails')
    const customers = desk.server.mailbox('ada@example.com').length
    const { status, body } = await call('test', {
      event: 'ticketResolved',
      language: 'en',
      subject: 'Solved: {ticket_title}',
      body: 'Dear {customer_first_name}\n\n{ticket_public_url}',
    })
    expect({ status, body }).toEqual({ status: 200, body: { address: manager.email } })
    const mail = await desk.server.waitFor(manager.email)
    expect(desk.server.mailbox(manager.email)).toHaveLength(1)
    expect(desk.server.mailbox('ada@example.com')).toHaveLength(customers)
    expect(await desk.rows('outboundEmails')).toEqual(before)
    expect(header(mail, 'From')).toBe('Acme <help@acme.test>')
    expect(header(mail, 'To')).toBe(manager.email)
    expect(header(mail, 'Auto-Submitted')).toBe('auto-generated')
    for (const name of ['Reply-To', 'In-Reply-To', 'References', 'Cc', 'Bcc'])
      expect(header(mail, name)).toBeUndefined()
    const { subject, text = '', html } = await simpleParser(mail.raw)
    expect(subject).toBe('Solved: The kettle <leaks>')
    expect(text).toContain('Dear Ada')
    expect(`${mail.raw}${text}${html}`).not.toMatch(/guest=/)
    expect(`${mail.raw}${text}${html}`).not.toContain(ticket.replyKey)
  })

  it('with a token that nobody knows is refused, and says so where no server takes it', async () => {
    const bad = await call<{ error: { key: string; fields: object } }>('test', {
      event: 'ticketResolved',
      language: 'en',
      body: '{costumer}',
    })
    expect(bad).toMatchObject({
      status: 400,
      body: { error: { key: 'badInput', fields: { '{costumer}': 'Not a token.' } } },
    })
    const mute = await desk.addMailbox('mute@acme.test', { send: { kind: 'none' } })
    const words = { event: 'ticketResolved', language: 'en', subject: '', body: '' }
    const none = await desk.site.rest<typeof bad.body>('POST', `/helpdesk/mailboxes/${mute}/templates/test`, {
      user: desk.site.users.manager,
      body: words,
    })
    expect(none).toMatchObject({ status: 409, body: { error: { key: 'testNotSent' } } })
    expect(desk.server.mailbox(desk.site.users.manager.email)).toHaveLength(1)
  })
})

it('agents, customers and strangers are refused', async () => {
  const { agent, customer } = desk.site.users
  const before = desk.server.mailbox(agent.email).length
  for (const [user, expected] of [
    [agent, 403],
    [customer, 403],
    [undefined, 401],
  ] as const) {
    const args = user ? { user } : {}
    expect((await desk.site.rest('GET', path(), args)).status).toBe(expected)
    for (const act of ['preview', 'test'] as const)
      expect((await call(act, { event: 'ticketResolved', language: 'en' }, args)).status).toBe(expected)
  }
  expect(desk.server.mailbox(agent.email)).toHaveLength(before)
})
