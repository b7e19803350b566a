import { describe, expect, it } from 'vitest'
import { file, limits, plain } from '../../test/int/webhookBodies.js'
import { HelpdeskError } from '../core/errors.js'
import { readBody } from './body.js'

const callOf = (body: unknown) => readBody(body, limits)

describe('a call’s body', () => {
  it('needs an address, a subject and a message, and nothing else', () => {
    expect(callOf(plain)).toEqual({
      ...plain,
      name: '',
      html: '',
      priority: 'normal',
      language: '',
      externalId: '',
      fields: {},
      attachments: [],
    })
  })

  it('takes the language that they are answered in, as BCP 47 writes it', () => {
    expect(callOf({ ...plain, language: ' pt-BR ' }).language).toBe('pt-BR')
    for (const language of ['german', 'deutsch!', 'pt_BR', 'x'.repeat(40)])
      expect(() => callOf({ ...plain, language })).toThrow(/language: Not a language tag/)
  })

  it('takes the names that other senders use', () => {
    const sender = { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com' }
    expect(callOf({ title: 'The kettle', content: 'It leaks.', sender })).toMatchObject({
      ...plain,
      name: 'Ada Lovelace',
    })
  })

  it('takes the plain name where both stand', () => {
    expect(callOf({ ...plain, title: 'Another', content: 'Other words.' })).toMatchObject(plain)
  })

  it('M04 keeps nothing that a database cannot hold', () => {
    const { subject, message } = callOf({ ...plain, subject: 'a\u0000b\ud800', message: 'c\u0000d\udfff' })
    expect([subject, message]).toEqual(['ab\ufffd', 'cd\ufffd'])
  })

  it('E01 makes one line of subject and name', () => {
    const call = callOf({ ...plain, subject: 'a\r\nBcc: x@evil.test', name: 'Ada\nBcc: x@evil.test' })
    expect([call.subject, call.name]).toEqual(['a Bcc: x@evil.test', 'Ada Bcc: x@evil.test'])
  })

  it('reads files', () => {
    const [first] = callOf({ ...plain, attachments: [file({ contentType: 'text/plain' })] }).attachments
    expect(first).toMatchObject({ filename: 'a.txt', contentType: 'text/plain', contentId: '' })
    expect(first!.content.toString()).toBe('hello')
  })
})

describe('what a body must not do', () => {
  it('takes a file as large as files may be, and refuses one byte more', () => {
    const large = { ...limits, maxSize: 20 * 1024 * 1024 }
    const of = (bytes: number) => ({
      ...plain,
      attachments: [file({ content: Buffer.alloc(bytes, 7).toString('base64') })],
    })
    expect(readBody(of(large.maxSize), large).attachments[0]!.content).toHaveLength(large.maxSize)
    expect(() => readBody(of(large.maxSize + 1), large)).toThrow(
      /attachments.0.content: Larger than 20971520 bytes/,
    )
    const signs = 'A'.repeat(28_000_001)
    expect(() => readBody({ ...plain, attachments: [file({ content: signs })] }, large)).toThrow(
      HelpdeskError,
    )
  })

  it('M04 keeps nothing that a database cannot hold in HTML and own fields either', () => {
    const call = callOf({
      ...plain,
      html: '<p>a\u0000b</p>',
      fields: { orderNumber: ['a\u0000', { b: '\ud800' }] },
    })
    expect([call.html, call.fields]).toEqual(['<p>ab</p>', { orderNumber: ['a', { b: '\ufffd' }] }])
    expect(() => callOf({ ...plain, email: '\ud800@example.com' })).toThrow(/email: Not an e-mail address/)
  })

  it('M08 a prototype in the body changes nothing', () => {
    const body = JSON.parse(
      '{"__proto__":{"admin":true},"email":"ada@example.com","subject":"a","message":"b"}',
    )
    expect(() => callOf(body)).toThrow(/__proto__: No such field/)
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
  })
})
