import { describe, expect, it } from 'vitest'
import { contentHash } from './contentHash.js'

const mail = (headers: string, body = 'Hello\r\n'): Buffer =>
  Buffer.from(
    `${headers}From: kim@customer.test\r\nMessage-ID: <1@x.test>\r\nSubject: Hi\r\nDate: Tue, 4 Mar 2025 08:00:00 +0100\r\n\r\n${body}`,
  )

describe('contentHash', () => {
  it('is the same for copies that took another way', () => {
    const one = contentHash(mail(''))
    expect(
      contentHash(mail('Received: from a\r\n by b\r\nDelivered-To: help@acme.test\r\nX-Spam: no\r\n')),
    ).toBe(one)
    expect(contentHash(Buffer.from(mail('').toString().replaceAll('\r\n', '\n')))).toBe(one)
    expect(contentHash(mail('', 'Hello\r\n\r\n\r\n'))).toBe(one)
    expect(contentHash(Buffer.from(mail('').toString().replace('Subject: Hi', 'Subject:\r\n Hi')))).toBe(one)
  })

  it('A14 differs for another mail under the same Message-ID', () => {
    const one = contentHash(mail(''))
    expect(contentHash(mail('', 'Other\r\n'))).not.toBe(one)
    expect(contentHash(Buffer.from(mail('').toString().replace('Subject: Hi', 'Subject: Ho')))).not.toBe(one)
    expect(contentHash(Buffer.from(mail('').toString().replace('kim@', 'tim@')))).not.toBe(one)
  })

  it('A15 tells mails without any id apart, and takes anything', () => {
    const without = (body: string): string => contentHash(Buffer.from(`From: a@b.test\r\n\r\n${body}`))
    expect(without('x')).toBe(without('x'))
    expect(without('x')).not.toBe(without('y'))
    for (const raw of ['', '\r\n', 'no header', '\0'.repeat(100)])
      expect(contentHash(Buffer.from(raw))).toMatch(/^[0-9a-f]{64}$/)
  })
})
