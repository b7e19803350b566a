import { describe, expect, it } from 'vitest'
import { addPeople, readPeople, readPerson, writePerson } from './people.js'

describe('recipients as they are typed', () => {
  it('reads names and addresses', () => {
    expect(readPerson('Ada Lovelace <ada@example.com>')).toEqual({
      name: 'Ada Lovelace',
      address: 'ada@example.com',
    })
    expect(readPerson('"Lovelace, Ada" <ada@example.com>')).toEqual({
      name: 'Lovelace, Ada',
      address: 'ada@example.com',
    })
    expect(readPerson(' ada@example.com ')).toEqual({ name: '', address: 'ada@example.com' })
    expect(readPerson('ada')).toBeNull()
    expect(writePerson({ name: 'Ada', address: 'a@b.example' })).toBe('Ada <a@b.example>')
  })

  it('takes several at once and leaves what it cannot read', () => {
    expect(readPeople('a@b.example; Bob <b@b.example>\nnobody')).toEqual({
      people: [
        { name: '', address: 'a@b.example' },
        { name: 'Bob', address: 'b@b.example' },
      ],
      rest: 'nobody',
    })
  })

  it('has nobody twice', () => {
    const ada = { name: 'Ada', address: 'ada@example.com' }
    expect(addPeople([ada], [{ name: '', address: 'ADA@example.com' }])).toEqual([ada])
  })
})
