import { describe, expect, it } from 'vitest'
import type { MailHeaders } from '../inbound/parsedMail.js'
import { type BounceFacts, readBounce } from './bounce.js'

const headers: MailHeaders = {
  returnPath: null,
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

const read = (facts: Partial<BounceFacts>, header: Partial<MailHeaders> = {}) =>
  readBounce({
    fromAddress: 'mailer-daemon@mx.test',
    subject: 'failure notice',
    failedRecipients: null,
    text: '',
    parts: [],
    ...facts,
    headers: { ...headers, ...header },
  })

const status = (text: string) => ({ parts: [{ contentType: 'message/delivery-status', text }] })

describe('readBounce', () => {
  it('F03 reads reports of RFC 3464, several recipients, folded and foreign fields', () => {
    const bounce = read({
      subject: 'anything',
      ...status(
        'Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; one@x.test\nAction: failed\nStatus: 5.1.1 (bad)\nDiagnostic-Code: smtp; 550\n 5.1.1 unknown\n\nOriginal-Recipient: rfc822;two@x.test\nFinal-Recipient: LOCAL;\n <two@x.test>\nAction: delayed\nStatus: 4.4.1\n',
      ),
    })
    expect(bounce).toEqual({
      is: true,
      permanent: true,
      originalMessageId: null,
      recipients: [
        { address: 'one@x.test', status: '5.1.1', action: 'failed', diagnostic: '550 5.1.1 unknown' },
        { address: 'two@x.test', status: '4.4.1', action: 'delayed', diagnostic: null },
      ],
    })
  })

  it('takes the id of the mail that bounced from the returned mail or its headers', () => {
    const report = status('Final-Recipient: rfc822; a@x.test\nAction: failed\nStatus: 5.0.0\n').parts
    for (const contentType of ['message/rfc822', 'text/rfc822-headers', 'message/global'])
      expect(
        read({
          parts: [...report, { contentType, text: 'From: a@b.test\nMessage-Id:\n <own@acme.test>\n\nx' }],
        }).originalMessageId,
      ).toBe('<own@acme.test>')
  })

  it('a delay is not final, giving up is; a receipt of success is no bounce', () => {
    expect(
      read(status('Final-Recipient: rfc822; a@x.test\nAction: delayed\nStatus: 4.4.7\n')).permanent,
    ).toBe(false)
    // The server gave up after days of temporary trouble: it will not try again.
    expect(read(status('Final-Recipient: rfc822; a@x.test\nAction: failed\nStatus: 4.4.7\n')).permanent).toBe(
      true,
    )
    expect(read(status('Final-Recipient: rfc822; a@x.test\nAction: relayed\nStatus: 2.0.0\n')).is).toBe(false)
  })

  it('names what was written to where an alias sent it on', () => {
    const report =
      'Original-Recipient: rfc822; ann@x.test\nFinal-Recipient: rfc822; ann@inner.x.test\nAction: failed\nStatus: 5.1.1\n'
    expect(read(status(report)).recipients).toMatchObject([
      { address: 'ann@inner.x.test', original: 'ann@x.test' },
    ])
  })

  const freeForms: Record<string, Partial<BounceFacts>> = {
    exim: {
      subject: 'Mail delivery failed: returning message to sender',
      failedRecipients: 'gone@x.test',
      text: 'A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.\n\n  gone@x.test\n    550 5.1.1 no such user\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-ID: <own@acme.test>\nTo: gone@x.test\nFrom: help@acme.test',
    },
    qmail: {
      text: "Hi. This is the qmail-send program.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<gone@x.test>:\nRemote host said: 550 5.1.1 unknown\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <own@acme.test>\nFrom: help@acme.test",
    },
    postfix: {
      subject: 'Undelivered Mail Returned to Sender',
      text: "This is the mail system at host mx.test.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\n<gone@x.test>: host mx.x.test[192.0.2.1] said: 550 5.1.1\n    unknown (in reply to RCPT TO command)\n\nOriginal message headers:\n\nMessage-ID: <own@acme.test>",
    },
    exchange: {
      fromAddress: 'postmaster@x.test',
      subject: 'Undeliverable: Re: Login',
      text: "Delivery has failed to these recipients or groups:\n\nGone Person (gone@x.test)\nThe email address you entered couldn't be found.\n\nDiagnostic information for administrators:\n\ngone@x.test\nRemote Server returned '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found'\n\nOriginal message headers:\n\nFrom: help@acme.test\nMessage-ID: <own@acme.test>",
    },
    gmail: {
      fromAddress: 'mailer-daemon@googlemail.com',
      subject: 'Delivery Status Notification (Failure)',
      text: "** Address not found **\n\nYour message wasn't delivered to gone@x.test because the address couldn't be found.\n\nThe response from the remote server was:\n550 5.1.1 no such user",
    },
    yahoo: {
      fromAddress: 'MAILER-DAEMON@yahoo.test',
      subject: 'Failure Notice',
      text: 'Sorry, we were unable to deliver your message to the following address.\n\n<gone@x.test>:\n550: 5.1.1 unknown\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <own@acme.test>',
    },
    sendmail: {
      subject: 'Returned mail: see transcript for details',
      text: '   ----- The following addresses had permanent fatal errors -----\n<gone@x.test>\n    (reason: 550 5.1.1 User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to mx.x.test.:\n',
    },
  }
  for (const [server, facts] of Object.entries(freeForms)) {
    it(`F03 reads the free form of ${server}`, () => {
      const bounce = read(facts)
      expect(bounce.is).toBe(true)
      expect(bounce.permanent).toBe(true)
      expect(
        bounce.recipients.map(({ address, status: code, action }) => ({ address, code, action })),
      ).toEqual([{ address: 'gone@x.test', code: '5.1.1', action: 'failed' }])
      if (facts.text?.includes('own@acme.test')) expect(bounce.originalMessageId).toBe('<own@acme.test>')
    })
  }

  it('takes no customer’s mail for a bounce', () => {
    expect(
      read({
        fromAddress: 'kim@customer.test',
        subject: 'My parcel was returned to sender',
        text: 'What now?',
      }).is,
    ).toBe(false)
    expect(
      read({
        fromAddress: 'kim@customer.test',
        subject: 'Login',
        text: 'I get "user unknown" and "mailbox is full".',
      }).is,
    ).toBe(false)
    expect(
      read(
        {
          fromAddress: 'kim@customer.test',
          subject: 'Parcel not delivered',
          text: 'My parcel was not delivered. The driver says the address does not exist.',
        },
        { returnPath: 'kim@customer.test' },
      ).is,
    ).toBe(false)
    expect(read({ fromAddress: 'mailer-daemon@x.test', subject: 'Welcome', text: 'Hello' }).is).toBe(false)
    expect(read({}, { reportType: 'disposition-notification' }).is).toBe(false)
  })

  it('stays quick on crafted reports', () => {
    const start = performance.now()
    for (const text of [
      'a@b.test '.repeat(50_000),
      `could not be delivered\n${'\n'.repeat(100_000)}${'-'.repeat(100_000)}`,
      'a.'.repeat(100_000),
      `could not be delivered ${'<'.repeat(100_000)}`,
    ])
      read({ text })
    read(status(`${'Final-Recipient: rfc822; a@x.test\n'.repeat(20_000)}${' '.repeat(100_000)}`))
    expect(performance.now() - start).toBeLessThan(2000)
  })
})
