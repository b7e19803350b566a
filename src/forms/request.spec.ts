import { describe, expect, it } from 'vitest'
import type { FormOptions } from './options.js'
import { type FilledForm, fieldsOf, requestOf, valuesOf } from './request.js'

const blocks = [
  { blockType: 'text', name: 'full-name', label: 'Your name' },
  { blockType: 'email', name: 'mail', label: 'E-mail' },
  { blockType: 'message', message: {} },
  { blockType: 'text', name: 'order', label: null },
  { blockType: 'checkbox', name: 'terms', label: 'Terms' },
  { blockType: 'textarea', name: 'what', label: 'What happened?' },
]

const filled = {
  'full-name': 'Ada Lovelace',
  mail: ' ada@example.com ',
  order: 'A-17',
  terms: 'true',
  what: 'It leaks.',
}

const formOf = (values: Record<string, unknown> = filled, given: unknown = blocks): FilledForm => {
  const fields = fieldsOf(given)
  const data = Object.entries(values).map(([field, value]) => ({ field, value }))
  return { key: 'Contact', title: 'Contact', fields, values: valuesOf(data, fields) }
}

const ask = (ticket: Partial<FormOptions> = {}, form = formOf()) =>
  requestOf({ mailbox: 'help@acme.test', ...ticket }, form)

describe('a request of a form', () => {
  it('is made of the usual fields, and of the rest beneath the message', () => {
    expect(ask()).toEqual({
      mailbox: 'help@acme.test',
      priority: undefined,
      language: '',
      email: 'ada@example.com',
      name: 'Ada Lovelace',
      subject: 'Contact',
      message: 'It leaks.\n\norder: A-17\nTerms: true',
      fields: {},
    })
  })

  it('is made of what the option names, and nothing beneath a message that it names', () => {
    expect(
      ask({
        name: '{{ order }} / {{full-name}}',
        subject: 'Order {{order}}\nlate',
        message: '{{what}} ({{order}})',
        priority: 'high',
        fields: { orderNumber: '{{order}}', kind: 'web' },
      }),
    ).toMatchObject({
      name: 'A-17 / Ada Lovelace',
      subject: 'Order A-17 late',
      message: 'It leaks. (A-17)',
      priority: 'high',
      fields: { orderNumber: 'A-17', kind: 'web' },
    })
  })

  it('takes the language from a field, which does not stand beneath the message then', () => {
    const { language, message } = ask({ language: '{{order}}' })
    expect([language, message]).toEqual(['A-17', 'It leaks.\n\nTerms: true'])
    expect(ask({ language: 'de' }).language).toBe('de')
  })

  it('names beneath the message nothing that stands elsewhere', () => {
    expect(ask({ fields: { orderNumber: '{{order}}' } }).message).toBe('It leaks.\n\nTerms: true')
  })

  it('takes first and last name where there is no other, and a field called message before a text area', () => {
    const other = [
      { blockType: 'text', name: 'lastName' },
      { blockType: 'text', name: 'firstName' },
      { blockType: 'email', name: 'email' },
      { blockType: 'textarea', name: 'address' },
      { blockType: 'text', name: 'message' },
      { blockType: 'text', name: 'subject' },
    ]
    const values = {
      firstName: 'Ada',
      lastName: 'King',
      email: 'a@b.c',
      address: 'Rue 1',
      message: 'Hi',
      subject: 'S',
    }
    expect(ask({}, formOf(values, other))).toMatchObject({
      name: 'Ada King',
      subject: 'S',
      message: 'Hi\n\naddress: Rue 1',
    })
  })

  it('takes what visitors write as it is: braces, dollars and other names mean nothing', () => {
    const values = {
      ...filled,
      what: '{{mail}} $& <b>bold</b>\u0000',
      order: '{{what}}',
      evil: 'x',
      constructor: 'y',
    }
    expect(ask({ subject: '{{order}}' }, formOf(values))).toMatchObject({
      subject: '{{what}}',
      message: '{{mail}} $& <b>bold</b>\n\nTerms: true',
    })
  })

  it('takes the first of a name that comes twice', () => {
    const fields = fieldsOf(blocks)
    const twice = [
      { field: 'mail', value: 'a@b.c' },
      { field: 'mail', value: 'x@y.z' },
    ]
    expect(valuesOf(twice, fields)['mail']).toBe('a@b.c')
    expect(valuesOf('nonsense', fields)['mail']).toBe('')
  })

  it('says what the option names and the form has not', () => {
    expect(() => ask({ subject: '{{ordr}}' })).toThrow(
      'The option forms["Contact"].subject names {{ordr}}, and the form "Contact" has no such field.',
    )
    expect(() => ask({ fields: { orderNumber: '{{toString}}' } })).toThrow(
      'forms["Contact"].fields.orderNumber',
    )
    expect(() => ask({}, formOf({}, [{ blockType: 'textarea', name: 'message' }]))).toThrow(
      'The form "Contact" has no field of type email. Say in forms["Contact"].email where the address stands.',
    )
  })

  it('leaves ticket fields out that were not filled in', () => {
    expect(ask({ fields: { orderNumber: '{{order}}' } }, formOf({ ...filled, order: ' ' })).fields).toEqual(
      {},
    )
  })
})
