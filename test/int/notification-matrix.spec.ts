import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID, Ticket } from '../../src/collections/types.js'
import { sqlOf, tableOf } from '../../src/core/database.js'
import { inTransaction } from '../../src/core/transaction.js'
import { ensureContact } from '../../src/operations/contact.js'
import { changeStatus, openTicket } from '../../src/operations/index.js'
import { queueNotification } from '../../src/operations/queueNotification.js'
import { submitTicket } from '../../src/operations/submitTicket.js'
import { type NotificationEvent, notificationEvents, wordsOf } from '../../src/rules/notifications.js'
import { letters } from '../../src/translations/letters/index.js'
import { type Desk, minute, openDesk } from './mail-out.desk.js'

/** What a mailbox can say of an event. */
const settings = ['on', 'off', 'own words'] as const
type Setting = (typeof settings)[number]

const languages = Object.keys(letters)
const ownSubject = 'Our words: {ticket_title}'
const ownBody = 'Ours in {site_name}, of {ticket_id}, to {customer_first_name}.\n\n{reply_content}'

let desk: Desk
const boxes = {} as Record<Setting, { id: DocID; address: string }>
beforeAll(async () => {
  desk = await openDesk({
    portal: { url: 'https://acme.test/support' },
    mail: { letters: { siteName: 'Acme' }, automatic: { perAddressPerDay: 2, perHour: 1000 } },
  })
  for (const setting of settings) {
    const address = `${setting.replace(' ', '-')}@acme.test`
    const isOn = setting !== 'off'
    const id = await desk.addMailbox(address, { settings: { acknowledge: isOn } })
    const words = Object.fromEntries(
      languages.map((language) => [language, { subject: ownSubject, body: ownBody }]),
    )
    const event = { on: isOn, ...(setting === 'own words' && { words }) }
    await desk.changeMailbox(
      {
        settings: { acknowledge: isOn, signature: 'Acme Ltd', subjectTag: false },
        templates: Object.fromEntries(
          notificationEvents.map((name) => [
            name,
            name === 'ticketReceived' ? { ...event, on: undefined } : event,
          ]),
        ),
      },
      id,
    )
    boxes[setting] = { id, address }
  }
})
afterAll(() => desk.close())

type CaseArgs = { setting: Setting; language: string; silent: boolean; address: string }

const speak = async (contact: DocID, language: string): Promise<void> => {
  const { payload } = desk.site
  await sqlOf({ payload }).query(`update ${tableOf(payload, 'contacts')} set locale = $2 where id = $1`, [
    contact,
    language,
  ])
}

/** A ticket by mail, of a customer who speaks the language. */
const opened = async ({ setting, language, address }: CaseArgs): Promise<Ticket> => {
  const ticket = await desk.open({
    from: { name: 'Ada Lovelace', address },
    subject: 'Kettle',
    mailbox: boxes[setting].id,
    verified: true,
  })
  await speak(ticket.contact, language)
  return ticket
}

const statusTo =
  (...statuses: ('open' | 'resolved' | 'closed')[]) =>
  async (args: CaseArgs): Promise<void> => {
    const { id } = await opened(args)
    for (const [index, status] of statuses.entries())
      await changeStatus({
        req: desk.agent,
        ticket: id,
        status,
        silent: args.silent || index < statuses.length - 1,
      })
  }

/** What leads to each event; an event that nobody can keep silent is left out when it should be. */
const acts: Record<NotificationEvent, { canBeSilent: boolean; run: (args: CaseArgs) => Promise<unknown> }> = {
  ticketReceived: {
    canBeSilent: false,
    run: async ({ setting, language, address }) => {
      const from = { name: 'Ada Lovelace', address }
      const { contact } = await ensureContact({ req: desk.system, ...from })
      await speak(contact, language)
      return submitTicket({
        req: desk.system,
        overrideAccess: true,
        mailbox: boxes[setting].id,
        from,
        contact,
        verified: true,
        source: 'portal',
        subject: 'Kettle',
        html: '',
        text: 'It does not boil.',
        append: false,
      })
    },
  },
  ticketOpened: {
    canBeSilent: true,
    run: async ({ setting, language, silent, address }) => {
      const requester = { name: 'Ada Lovelace', address }
      const { contact } = await ensureContact({ req: desk.system, ...requester })
      await speak(contact, language)
      return openTicket({
        req: desk.system,
        overrideAccess: true,
        mailbox: boxes[setting].id,
        contact,
        requester,
        requesterVerified: true,
        subject: 'Kettle',
        source: 'manual',
        silent,
      })
    },
  },
  agentReplied: {
    canBeSilent: false,
    run: async (args) =>
      desk.reply(await opened(args), {
        text: 'The fuse.',
        to: [{ name: 'Ada Lovelace', address: args.address }],
      }),
  },
  ticketResolved: { canBeSilent: true, run: statusTo('resolved') },
  ticketClosed: { canBeSilent: true, run: statusTo('closed') },
  ticketReopened: { canBeSilent: true, run: statusTo('resolved', 'open') },
  ticketClosingSoon: {
    canBeSilent: false,
    run: async (args) => {
      const ticket = await opened(args)
      return inTransaction(desk.system, (req) =>
        queueNotification({ req, event: 'ticketClosingSoon', ticket }),
      )
    },
  },
}

const drain = async (): Promise<void> => {
  do await desk.work()
  while ((await desk.rows('outboundEmails', `state in ('queued', 'sending')`)).length)
}

/** The words of a template as they are to be read, without its tokens: each must stand in the mail. */
const pieces = (template: string): string[] =>
  template
    .split(/\{[a-z_]+\}|\n+/)
    .map((piece) => piece.trim().replace(/\s+/g, ' '))
    .filter((piece) => /\p{L}{2}/u.test(piece))

const expectMail = async (args: CaseArgs & { event: NotificationEvent }): Promise<void> => {
  const { setting, language, address, event } = args
  const mails = desk.server.mailbox(address)
  expect(mails, `${event}, ${setting}, ${language}`).toHaveLength(1)
  const { subject = '', text = '', html, from } = await simpleParser(mails[0]!.raw)
  expect(from?.value[0]?.address).toBe(boxes[setting].address)
  // From right to left, foreign names are kept apart by marks that nobody sees.
  const read = text.replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ')
  if (setting === 'own words') {
    expect(subject).toBe('Our words: Kettle')
    expect(read).toMatch(/Ours in Acme, of \d+, to Ada\./)
    expect(read.match(/Ours in Acme/g)).toHaveLength(1)
  } else {
    const words = wordsOf({ event, templates: {}, siteLetters: {}, languages: [language] })
    expect(words.language).toBe(language)
    for (const piece of pieces(words.body)) expect(read).toContain(piece)
    for (const piece of pieces(words.subject)) expect(subject).toContain(piece)
  }
  if (event === 'agentReplied') expect(read).toContain('The fuse.')
  // At what webmail keeps of a mail.
  expect(html || '').toMatch(new RegExp(`<table[^>]* dir="${language === 'ar' ? 'rtl' : 'ltr'}"`))
  expect(`${subject}${text}${html || ''}`).not.toMatch(/\{[a-z_]+\}|undefined/)
}

const addressOf = (...parts: string[]): string =>
  `${parts.join('.').replace(' ', '-').toLowerCase()}@example.com`

describe('a mailbox', () => {
  for (const event of notificationEvents)
    it.each(settings)(
      `with ${event} %s sends it once, or not at all, in ${languages.join(', ')}`,
      async (setting) => {
        const { run, canBeSilent } = acts[event]
        const cases = languages.flatMap((language) =>
          [false, ...(canBeSilent ? [true] : [])].map((silent) => ({
            event,
            setting,
            language,
            silent,
            address: addressOf(event, setting, language, silent ? 'silent' : 'told'),
          })),
        )
        for (const one of cases) await run(one)
        await drain()
        // A day on nothing more is sent.
        desk.later(24 * 60 * minute)
        await drain()
        for (const one of cases)
          if (setting === 'off' || one.silent)
            expect(desk.server.mailbox(one.address), one.address).toEqual([])
          else await expectMail(one)
      },
    )

  it('has sent as many as there are languages, where it tells them and where it has words of its own', async () => {
    const { payload } = desk.site
    const { rows } = await sqlOf({ payload }).query<{ event: string; sent: number }>(
      `select coalesce(event::text, 'agentReplied') event, count(*)::int sent
       from ${tableOf(payload, 'helpdesk-outbound-emails')} where state = 'sent' group by 1`,
    )
    const counts = Object.fromEntries(rows.map(({ event, sent }) => [event, sent]))
    expect(counts).toEqual(
      Object.fromEntries(notificationEvents.map((event) => [event, 2 * languages.length])),
    )
  })
})
