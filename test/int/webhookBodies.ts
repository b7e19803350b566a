/** A body in which nothing is wrong. */
export const plain = { email: 'ada@example.com', subject: 'The kettle', message: 'It leaks.' }

/** Of a site that takes two files of ten bytes, and whose tickets have an order number. */
export const limits = { maxAttachments: 2, maxSize: 10, fields: ['orderNumber'] }

export const file = (change: object = {}) => ({ filename: 'a.txt', content: 'aGVsbG8=', ...change })

/** The body, the field that is named, and a word of what is said. */
export const badBodies: [name: string, body: unknown, field: string, said: RegExp][] = [
  ['nothing', undefined, 'body', /object/],
  ['null', null, 'body', /object/],
  ['a list', [], 'body', /object/],
  ['a text', 'hello', 'body', /object/],
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
