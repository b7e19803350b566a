import { describe, expect, it } from 'vitest'
import type { MailHeaders } from '../inbound/parsedMail.js'
import { type AutomaticFacts, classifyAutomatic } from './automatic.js'

const headers: MailHeaders = {
  returnPath: 'kim@customer.test',
  listId: null,
  listUnsubscribe: null,
  precedence: null,
  autoSubmitted: null,
  autoReply: null,
  responseSuppress: null,
  loop: null,
  mailer: null,
  contentType: 'text/plain',
  reportType: null,
  originalFrom: null,
}
const facts: AutomaticFacts = {
  fromAddress: 'kim@customer.test',
  subject: 'Login',
  headers,
  isBounce: false,
  partTypes: ['text/plain'],
  calendar: null,
  filenames: [],
}
const reason = (change: Partial<AutomaticFacts>, header: Partial<MailHeaders> = {}) =>
  classifyAutomatic({ ...facts, ...change, headers: { ...headers, ...header } }).reason

describe('classifyAutomatic', () => {
  it('lets a person’s mail pass', () => {
    expect(classifyAutomatic(facts)).toEqual({ is: false, reason: null })
    expect(reason({}, { autoSubmitted: 'no' })).toBeNull()
    expect(reason({}, { precedence: 'first-class' })).toBeNull()
    expect(reason({}, { returnPath: null })).toBeNull()
    for (const address of ['norbert.reply@x.test', 'anorexia@x.test', 'bounty@x.test', 'nora.plyer@x.test'])
      expect(reason({ fromAddress: address }), address).toBeNull()
    for (const subject of [
      'Question about out of office mails',
      'Absence of my parcel',
      'I cannot send an automatic reply',
    ])
      expect(reason({ subject }), subject).toBeNull()
  })

  it('F03 knows machines by RFC 3834 and the null return path', () => {
    expect(reason({}, { autoSubmitted: 'auto-replied; owner="x"' })).toBe('autoSubmitted')
    expect(reason({}, { returnPath: '' })).toBe('nullReturnPath')
    expect(reason({ isBounce: true })).toBe('bounce')
    expect(reason({ fromAddress: 'MAILER-DAEMON@x.test' })).toBe('systemSender')
    expect(reason({ fromAddress: 'no-reply@x.test' })).toBe('noReplySender')
    expect(reason({ fromAddress: 'billing-noreply+12@x.test' })).toBe('noReplySender')
  })

  it('F06 knows lists, bulk and loop marks', () => {
    expect(reason({}, { precedence: 'bulk' })).toBe('precedence')
    expect(reason({}, { listId: '<x.test>' })).toBe('list')
    expect(reason({}, { listUnsubscribe: '<https://x.test>' })).toBe('list')
    expect(reason({}, { loop: 'yes' })).toBe('loopHeader')
    expect(reason({}, { autoReply: 'yes' })).toBe('autoReplyHeader')
    expect(reason({}, { responseSuppress: 'DR, OOF, AutoReply' })).toBe('responseSuppressed')
    expect(reason({}, { responseSuppress: 'None' })).toBeNull()
  })

  it('F08 tells complaints, receipts, calendar answers and DMARC reports apart', () => {
    expect(reason({}, { reportType: 'feedback-report' })).toBe('feedbackReport')
    expect(reason({ partTypes: ['message/disposition-notification'] })).toBe('readReceipt')
    expect(reason({ calendar: 'BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n' })).toBe('calendarReply')
    expect(reason({ calendar: 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n' })).toBeNull()
    expect(reason({ filenames: ['google.com!acme.test!1741000000!1741086399.zip'] })).toBe('dmarcReport')
  })

  it('takes no answer of a person for an absence note by the subject that it answers', () => {
    for (const subject of [
      'Re: On vacation next week, please hold my delivery',
      'AW: Auto: Kratzer an der Tür',
      'Report domain: is it mine?',
    ])
      expect(reason({ subject })).toBeNull()
    const report = 'Report Domain: acme.test Submitter: google.com Report-ID: 1'
    expect(reason({ subject: report })).toBe('dmarcReport')
  })

  it('knows absence notes by their subject in many languages', () => {
    for (const subject of [
      'Out of Office: Login',
      'Automatic reply: Login',
      'Automatische Antwort: Login',
      'Re: Abwesenheitsnotiz',
      'Réponse automatique : x',
      'Respuesta automática: x',
      'Risposta automatica: x',
      'Automatisch antwoord: x',
      'Autosvar: x',
      'Automatyczna odpowiedź: x',
      'Автоматический ответ: x',
      '自動返信: x',
      '自动回复: x',
      '자동 회신: x',
    ])
      expect(reason({ subject }), subject).toBe('outOfOfficeSubject')
  })
})
