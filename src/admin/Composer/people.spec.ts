import { describe, expect, it } from 'vitest'
import { addPeople, followRecipients, readPeople, readPerson, writePerson } from './people.js'

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

describe('followRecipients', () => {
  const ada = { name: 'Ada', address: 'ada@example.com' }
  const bob = { name: 'Bob', address: 'bob@example.com' }
  const eve = { name: '', address: 'eve@example.com' }
  const before = { to: [ada], cc: [bob] }

  it('follows the ticket where the agent changed nothing', () => {
    expect(followRecipients(before, { before, after: { to: [eve], cc: [bob] } })).toEqual({
      to: [eve],
      cc: [bob],
    })
  })

  it('lets only go who has left the ticket where the agent chose', () => {
    const chosen = { to: [ada], cc: [bob, eve] }
    expect(followRecipients(chosen, { before, after: { to: [ada], cc: [] } })).toEqual({
      to: [ada],
      cc: [eve],
    })
    expect(followRecipients({ to: [ada], cc: [] }, { before, after: { to: [ada], cc: [bob, eve] } })).toBe(
      undefined,
    )
  })

  it('changes nothing where nothing changed', () => {
    expect(followRecipients(before, { before, after: { to: [{ ...ada, name: '' }], cc: [bob] } })).toBe(
      undefined,
    )
  })
})
