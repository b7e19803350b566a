import { describe, expect, it } from 'vitest'
import { hostileMails } from '../../../test/mail/hostile.js'
import { parseMail } from './parse.js'

const header = (extra = ''): string =>
  `From: kim@customer.test\r\nTo: help@acme.test\r\nSubject: Hi\r\nMessage-ID: <1@x.test>\r\n${extra}`
const parse = (text: string, encoding: BufferEncoding = 'latin1') => parseMail(Buffer.from(text, encoding))

describe('parseMail', () => {
  for (const [name, text] of Object.entries(hostileMails)) {
    it(`${name}: told, bounded, no exception`, async () => {
      const start = performance.now()
      const mail = await parse(text)
      expect(performance.now() - start).toBeLessThan(2000)
      expect(mail.messageId).toBe('<1@x.test>')
      expect(mail.from?.address).toBe('kim@customer.test')
    })
  }

  it('F09 keeps the first 200 of 5000 recipients and says so', async () => {
    const mail = await parse(
      `${header(`Cc: ${Array.from({ length: 5000 }, (_, i) => `a${i}@b.test`).join(', ')}\r\n`)}\r\nx`,
    )
    expect(mail.cc).toHaveLength(200)
    expect(mail.errors).toContain('cc: 5000 addresses, the first 200 were kept.')
  })

  it('A18 takes nobody from encoded words, names or broken addresses', async () => {
    const from = async (value: string) => (await parse(`From: ${value}\r\n\r\nx`)).from
    expect(await from('=?utf-8?b?YXR0YWNrZXJAZXZpbC5jb20=?=')).toBeNull()
    expect(await from('=?utf-8?q?=40attacker.com?=@microsoft.com')).toBeNull()
    expect(await from('"boss@acme.test" <x@evil.test>')).toEqual({
      name: 'boss@acme.test',
      address: 'x@evil.test',
    })
    expect(await from('=?utf-8?q?=22CEO=22_=3Cceo=40bank.test=3E?= <x@evil.test>')).toMatchObject({
      address: 'x@evil.test',
    })
    expect(await from('Kim')).toBeNull()
    expect((await from('kim\0@customer.test'))?.address ?? null).not.toContain?.('\0')
    const two = await parse('From: a@one.test\r\nFrom: b@two.test\r\n\r\nx')
    expect(two.from?.address).toBe('a@one.test')
    expect(two.errors.join()).toContain('several From')
  })

  it('A15 keeps mail without an id, with two, or with an odd one', async () => {
    expect((await parse('From: a@b.test\r\n\r\nx')).messageId).toBeNull()
    expect(
      (await parse('From: a@b.test\r\nMessage-ID: <a@@b>\r\nMessage-ID: <c@d>\r\n\r\nx')).messageId,
    ).toBe('<a@@b>')
    expect((await parse('From: a@b.test\r\nMessage-ID: bare@id.test\r\n\r\nx')).messageId).toBe(
      '<bare@id.test>',
    )
  })

  it('M04 cleans NUL, control characters and halves of surrogate pairs', async () => {
    const mail = await parse(
      `From: a@b.test\r\nSubject: =?utf-8?b?${Buffer.from('a\0b').toString('base64')}?= =?utf-16be?b?2D0=?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nx\0y\x07z \xed\xa0\xbd end`,
    )
    expect(JSON.stringify(mail)).not.toMatch(/\\u0000|\\u0007|\\ud8/i)
    expect(mail.text).toContain('xyz')
  })

  it('M05 bears values that are too long', async () => {
    const mail = await parse(
      `From: ${'a'.repeat(500)}@b.test\r\nSubject: ${'s'.repeat(20_000)}\r\nMessage-ID: <${'m'.repeat(2000)}@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${`--b\r\nContent-Type: application/pdf; name="${'n'.repeat(1000)}.pdf"\r\n\r\nx\r\n`.repeat(300)}--b--`,
    )
    expect(mail.from).toBeNull()
    expect(mail.subject).toHaveLength(10_000)
    expect(mail.messageId).toHaveLength(1000)
    expect(mail.attachments).toHaveLength(300)
    expect(mail.attachments[0]!.filename).toMatch(/^n+\.pdf$/)
    expect(mail.attachments[0]!.filename).toHaveLength(200)
  })

  it('M05 keeps the first files of a flood and says so', async () => {
    const mail = await parse(
      `${header('Content-Type: multipart/mixed; boundary=b\r\n')}\r\n${'--b\r\nContent-Type: application/pdf\r\n\r\nx\r\n'.repeat(700)}--b--`,
    )
    expect(mail.attachments).toHaveLength(500)
    expect(mail.errors).toContain('700 files, the first 500 were kept.')
  })

  it('G07 decodes whatever charset is claimed', async () => {
    const body = async (charset: string, bytes: Buffer, encoding = '8bit') =>
      (
        await parseMail(
          Buffer.concat([
            Buffer.from(
              `${header(`Content-Type: text/plain; charset=${charset}\r\nContent-Transfer-Encoding: ${encoding}\r\n`)}\r\n`,
            ),
            bytes,
          ]),
        )
      ).text
    expect(await body('x-unknown', Buffer.from('Grüße'))).toBe('Grüße')
    expect(await body('utf-8', Buffer.from('Gr\xfc\xdfe', 'latin1'))).toBe('Grüße')
    expect(await body('windows-1252', Buffer.from([0x80, 0x96, 0x93]))).toBe('€–“')
    expect(await body('cp850', Buffer.from([0x81, 0x84]))).toBe('üä')
    expect(await body('utf-7', Buffer.from('Fr+APY-sche +- 1'))).toBe('Frösche + 1')
    expect(await body('utf-32le', Buffer.from('AA=A==A'), 'base64')).toBeTypeOf('string')
    expect(await body('base64', Buffer.from('eA=='))).toBe('eA==')
    expect(await body('iso-2022-kr', Buffer.from('plain'))).toBe('plain')
  })

  it('G07 UTF-7 markup is sanitised like any other', async () => {
    const mail = await parse(
      `${header('Content-Type: text/html; charset=utf-7\r\n')}\r\n+ADw-script+AD4-alert(1)+ADw-/script+AD4-x`,
    )
    expect(mail.html).toBe('x')
  })

  it('D13 loses no words to an embedded image of 20 MB', async () => {
    const mail = await parse(
      `${header('Content-Type: text/html\r\n')}\r\n<p>before</p><img src="data:image/png;base64,${'A'.repeat(20_000_000)}"><p>after</p>`,
    )
    expect(mail.text).toBe('before\n\nafter')
    expect(mail.html).toBe('<p>before</p><img /><p>after</p>')
  })

  it('D13 keeps markup of a megabyte, and embedded pictures beside it', async () => {
    const picture = `<img src="data:image/png;base64,${'A'.repeat(300_000)}">`
    const html = `${`<p>${'x'.repeat(993)}</p>`.repeat(996)}${picture.repeat(4)}<p>after</p>`
    const mail = await parse(`${header('Content-Type: text/html\r\n')}\r\n${html}`)
    expect(mail.errors).toEqual([])
    expect(mail.html).toContain('<p>after</p>')
    const longer = await parse(
      `${header('Content-Type: text/html\r\n')}\r\n${html}${'<p>more</p>'.repeat(10_000)}`,
    )
    expect(longer.errors.join()).toContain('longer than is kept')
    expect(longer.html?.length).toBeLessThan(2_300_000)
  })

  it('G02 finds the parts of a mail however its type is written', async () => {
    const parts =
      '--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\nContent-Type: application/pdf; name=f.pdf\r\n\r\nx\r\n--b--\r\n'
    for (const header of [
      'Content-Type: multipart/mixed; boundary=b',
      'Content-Type: multi(x)part/mixed; boundary=b',
      'Content-Type\r\n : multipart/mixed; boundary=b',
      'Content-Type: =?utf-8?q?multipart/mixed?=; boundary=b',
    ]) {
      const mail = await parseMail(Buffer.from(`From: kim@customer.test\r\n${header}\r\n\r\n${parts}`))
      expect([header, mail.text, mail.attachments.length]).toEqual([header, 'Hello', 1])
    }
  })

  it('takes anything at all', async () => {
    for (const text of [
      '',
      '\r\n',
      '\r\n\r\n',
      '\0',
      'x',
      ':',
      'From x\r\n\r\ny',
      '--b',
      'Content-Type: multipart/mixed\r\n\r\n',
      'Content-Type: text/html\r\n\r\n<',
    ])
      expect((await parse(text)).errors).toBeInstanceOf(Array)
  })
})
