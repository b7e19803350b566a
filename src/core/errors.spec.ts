import { describe, expect, it } from 'vitest'
import { en } from '../translations/en.js'
import { type ErrorKey, HelpdeskError } from './errors.js'

describe('a refusal', () => {
  it('says what the catalogue says', () => {
    const keys = Object.keys(en.error) as ErrorKey[]
    expect(keys.length).toBeGreaterThan(30)
    for (const key of keys) {
      const { message, status, data } = new HelpdeskError(key)
      expect([key, message]).toEqual([key, en.error[key]])
      expect(status).toBeGreaterThanOrEqual(400)
      expect(data).toEqual({ key })
    }
  })

  it('may say more', () => {
    const { message, data } = new HelpdeskError('badInput', { message: 'No.', fields: { a: 'Wrong.' } })
    expect([message, data]).toEqual(['No.', { key: 'badInput', fields: { a: 'Wrong.' } }])
  })
})
