import { expect, it } from 'vitest'
import { isForCustomer } from './visibility.js'

it('B01 a note is never for the customer, whatever its visibility says', () => {
  expect(isForCustomer({ kind: 'note', visibility: 'customer' })).toBe(false)
  expect(isForCustomer({ kind: 'note', visibility: 'team' })).toBe(false)
  expect(isForCustomer({ kind: 'customer', visibility: 'team' })).toBe(false)
  expect(isForCustomer({ kind: 'reply', visibility: 'customer' })).toBe(true)
})
