import { describe, expect, it } from 'vitest'
import { readBody } from './body.js'

const limits = { maxAttachments: 2, maxSize: 10, extraFields: ['orderNumber'] }
const plain = { email: 'ada@example.com', subject: 'The kettle', message: 'It leaks.' }
const read = (body: unknown) => readBody(body, limits)
const callOf = (body: unknown) => {
  const result = read(body)
  if ('errors' in result) throw new Error(JSON.stringify(result.errors))
  return result.call
}
const file = (change: object = {}) => ({ filename: 'a.txt', content: 'aGVsbG8=', ...change })

describe('a call’s body', () => {
  it('needs an address, a subject and a message, and nothing else', () => {
    expect(callOf(plain)).toEqual({
      ...plain,
      name: '',
      html: '',
      priority: 'normal',
      externalId: '',
      fields: {},
      attachments: [],
    })
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

/** The body, the field that is named, and a word of what is said. */
const bad: [name: string, body: unknown, field: string, said: RegExp][] = [
  ['nothing', undefined, '', /JSON object/],
  ['null', null, '', /JSON object/],
  ['a list', [], '', /JSON object/],
  ['a text', 'hello', '', /JSON object/],
  ['no email', { ...plain, email: undefined }, 'email', /Required/],
  ['an email that is a number', { ...plain, email: 7 }, 'email', /string/],
  ['an email that is none', { ...plain, email: 'ada' }, 'email', /Not an e-mail address/],
  ['E02 two addresses in one', { ...plain, email: 'ada@example.com,eve@evil.test' }, 'email', /Not an/],
  [
    'E02 an address with a header in it',
    { ...plain, email: 'ada@example.com\r\nBcc: e@e.test' },
    'email',
    /Not an/,
  ],
  ['an address of 300 characters', { ...plain, email: `${'a'.repeat(290)}@b.test` }, 'email', /Not an/],
  ['no subject', { ...plain, subject: undefined }, 'subject', /Required/],
  ['an empty subject', { ...plain, subject: '' }, 'subject', /empty/],
  ['a subject of blanks', { ...plain, subject: ' \n ' }, 'subject', /empty/],
  ['a subject of 999 characters', { ...plain, subject: 'x'.repeat(999) }, 'subject', /998/],
  ['a subject that is an object', { ...plain, subject: {} }, 'subject', /string/],
  ['no message', { ...plain, message: undefined }, 'message', /Required/],
  ['an empty message', { ...plain, message: '  ' }, 'message', /empty/],
  ['a message of over 500,000 characters', { ...plain, message: 'x'.repeat(500_001) }, 'message', /500000/],
  ['HTML that is a number', { ...plain, html: 1 }, 'html', /string/],
  ['HTML of over a million characters', { ...plain, html: 'x'.repeat(1_000_001) }, 'html', /1000000/],
  ['a name of 201 characters', { ...plain, name: 'x'.repeat(201) }, 'name', /200/],
  ['an unknown priority', { ...plain, priority: 'soon' }, 'priority', /low, normal, high, urgent/],
  ['a priority that is a number', { ...plain, priority: 1 }, 'priority', /string/],
  ['an empty external id', { ...plain, externalId: '' }, 'externalId', /empty/],
  ['an external id that is a number', { ...plain, externalId: 7 }, 'externalId', /string/],
  ['an external id of 256 characters', { ...plain, externalId: 'x'.repeat(256) }, 'externalId', /255/],
  ['H03 a status', { ...plain, status: 'closed' }, 'status', /No such field/],
  ['H03 an assignee', { ...plain, assignee: 1 }, 'assignee', /No such field/],
  ['a field that tickets do not have', { ...plain, fields: { color: 'red' } }, 'fields.color', /orderNumber/],
  [
    'H03 a managed field as a field of its own',
    { ...plain, fields: { replyKey: 'x' } },
    'fields.replyKey',
    /may set/,
  ],
  ['fields that are a list', { ...plain, fields: [] }, 'fields', /record/],
  ['files that are no list', { ...plain, attachments: {} }, 'attachments', /array/],
  ['three files', { ...plain, attachments: [file(), file(), file()] }, 'attachments', /At most 2/],
  [
    'a file without a name',
    { ...plain, attachments: [file({ filename: undefined })] },
    'attachments.0.filename',
    /Required/,
  ],
  [
    'a file without content',
    { ...plain, attachments: [file({ content: undefined })] },
    'attachments.0.content',
    /Required/,
  ],
  ['an empty file', { ...plain, attachments: [file({ content: '' })] }, 'attachments.0.content', /empty/],
  [
    'content that is not base64',
    { ...plain, attachments: [file({ content: '%%%%' })] },
    'attachments.0.content',
    /Not base64/,
  ],
  [
    'a file that is too large',
    { ...plain, attachments: [file({ content: 'aGVsbG8gd29ybGQ=' })] },
    'attachments.0.content',
    /10 bytes/,
  ],
  [
    'E03 a path as a file',
    { ...plain, attachments: [{ filename: 'a', path: '/etc/passwd' }] },
    'attachments.0.path',
    /No such field/,
  ],
  [
    'E03 an address as a file',
    { ...plain, attachments: [file({ href: 'http://169.254.169.254' })] },
    'attachments.0.href',
    /No such/,
  ],
  [
    'a sender without an address',
    { title: 'a', content: 'b', sender: { first_name: 'Ada' } },
    'email',
    /Required/,
  ],
  ['a sender that is a text', { title: 'a', content: 'b', sender: 'ada@example.com' }, 'email', /Required/],
]

describe('a body that is refused names the field and what is wrong with it', () => {
  it.each(bad)('%s', (_name, body, field, said) => {
    const result = read(body)
    const errors = 'errors' in result ? result.errors : []
    expect(errors).toContainEqual({ field, detail: expect.stringMatching(said) })
  })

  it('M08 a prototype in the body is a field like any other', () => {
    const body = JSON.parse(
      '{"__proto__":{"admin":true},"email":"ada@example.com","subject":"a","message":"b"}',
    )
    read(body)
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
  })
})
