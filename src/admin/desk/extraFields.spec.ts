import { expect, it } from 'vitest'
import { controlOf, extraFieldsOf } from './extraFields.js'

it('a site’s own field is changed with what can hold it', () => {
  const fields = extraFieldsOf({
    collection: {
      fields: [
        { name: 'order', type: 'text' },
        { name: 'address', type: 'textarea' },
        { name: 'plan', type: 'select', options: ['free', 'gold'] },
        { name: 'count', type: 'number' },
        { name: 'until', type: 'date' },
        { name: 'gift', type: 'checkbox' },
        { name: 'secret', type: 'text' },
        // Several values would become one: such a field is only shown.
        { name: 'colours', type: 'select', hasMany: true, options: ['red', 'green'] },
        { name: 'numbers', type: 'number', hasMany: true },
        { name: 'words', type: 'text', hasMany: true },
      ],
    } as never,
    names: ['order', 'address', 'plan', 'count', 'until', 'gift', 'colours', 'numbers', 'words'],
    i18n: { language: 'en' },
  })
  expect(fields.map((field) => [field.name, controlOf(field)])).toEqual([
    ['order', 'text'],
    ['address', 'textarea'],
    ['plan', 'select'],
    ['count', 'number'],
    ['until', 'date'],
    ['gift', 'checkbox'],
  ])
})
