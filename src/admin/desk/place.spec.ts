import { describe, expect, it } from 'vitest'
import { countFilters, listKey, readPlace, startPlace, writePlace } from './place.js'

describe('places of the inbox', () => {
  it('reads back every place it writes', () => {
    const place = {
      ...startPlace,
      ticket: '12',
      view: 'mine' as const,
      mailbox: '3',
      search: 'vat & rate?',
      fields: { plan: 'gold' },
    }
    const [rest, query] = writePlace(place).split('?')
    expect(readPlace(rest!, query!)).toEqual(place)
    expect(countFilters(place)).toBe(2)
  })

  it('writes the start as nothing and survives nonsense', () => {
    expect(writePlace(startPlace)).toBe('')
    expect(readPlace('', 'view=__proto__&priority=')).toEqual(startPlace)
  })

  it('keeps the list apart from the ticket that is open', () => {
    expect(listKey({ ...startPlace, ticket: '1' })).toBe(listKey(startPlace))
    expect(listKey({ ...startPlace, search: 'x' })).not.toBe(listKey(startPlace))
  })
})
