import { describe, expect, it } from 'vitest'
import { countFilters, listKey, placeAfter, readPlace, startPlace, writePlace } from './place.js'

describe('places of the inbox', () => {
  it('reads back every place it writes', () => {
    const place = {
      ...startPlace,
      ticket: '12',
      contact: true,
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

  it('shows a contact over its own ticket only', () => {
    const place = { ...startPlace, ticket: '1', contact: true }
    expect(placeAfter(place, { priority: 'high' }).contact).toBe(true)
    expect(placeAfter(place, { ticket: '2' }).contact).toBe(false)
    expect(placeAfter(place, { ticket: null }).contact).toBe(false)
    expect(placeAfter(startPlace, { ticket: '2', contact: true }).contact).toBe(true)
    expect(writePlace({ ...place, ticket: null })).toBe('')
  })

  it('keeps the list apart from the ticket that is open', () => {
    expect(listKey({ ...startPlace, ticket: '1' })).toBe(listKey(startPlace))
    expect(listKey({ ...startPlace, ticket: '1', contact: true })).toBe(listKey(startPlace))
    expect(listKey({ ...startPlace, search: 'x' })).not.toBe(listKey(startPlace))
  })
})
