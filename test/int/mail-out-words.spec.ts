import { de } from '@payloadcms/translations/languages/de'
import { en } from '@payloadcms/translations/languages/en'
import { createLocalReq } from 'payload'
import { afterAll, expect, it } from 'vitest'
import { testConnection } from '../../src/mail/connection/test.js'
import { queueAcknowledgement } from '../../src/operations/queueAcknowledgement.js'
import { type Desk, header, openDesk } from './mail-out.desk.js'

const letter = {
  ticketReceived: {
    subject: 'Re: {ticket_title}',
    body: 'Danke, sagt {mailbox_name}.\n\nDie Nummer ist #{ticket_id}.',
  },
  neutralSubject: 'Angekommen (#{ticket_id})',
  test: 'Nur eine Probe.',
  testSubject: 'Probe',
}

const desk: Desk = await openDesk({}, (config) => ({
  ...config,
  i18n: {
    fallbackLanguage: 'de',
    supportedLanguages: { en, de },
    translations: { de: { helpdesk: { letter } } } as never,
  },
}))
afterAll(() => desk.close())

it('mails that no person writes speak the site’s language, in the words that it gives them', async () => {
  const ticket = await desk.open()
  const queued = await queueAcknowledgement({
    req: desk.system,
    ticket,
    mailbox: { id: desk.mailbox, address: 'help@acme.test', acknowledge: true },
    to: { name: '', address: ticket.requesterAddress },
    verified: false,
    automatic: false,
    messageId: '',
    arrivedAt: null,
  })
  expect(queued).toBe('queued')
  await desk.work()
  const mail = await desk.server.waitFor(ticket.requesterAddress)
  expect(header(mail, 'Subject')).toBe(`Angekommen (#${ticket.number})`)
  expect(mail.text).toContain('Danke, sagt Acme.')
  expect(mail.text).toContain(`Die Nummer ist #${ticket.number}.`)
})

it('so does the test mail, whatever language the one speaks who tests', async () => {
  const req = await createLocalReq({ user: desk.agent.user as never }, desk.site.payload)
  req.i18n = { ...req.i18n, language: 'en' }
  await testConnection({ req, mailbox: desk.mailbox, values: {}, waitMs: 1000 })
  const mail = await desk.server.waitFor('help@acme.test')
  expect(header(mail, 'Subject')).toMatch(/^Probe \S+$/)
  expect(mail.text).toContain('Nur eine Probe.')
})
