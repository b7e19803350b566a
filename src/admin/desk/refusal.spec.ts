import { describe, expect, it } from 'vitest'
import { error } from '../../translations/en/error.js'
import { refusalWords } from './refusal.js'

describe('a refusal', () => {
  it('is told in the language of who reads it', () => {
    const translated = 'Dieses Ticket gibt es nicht.'
    expect(refusalWords({ key: 'ticketGone', message: error.ticketGone, translated })).toBe(translated)
  })

  it('is told in the server’s words where the catalogue has none, or no better ones', () => {
    const message = 'Not understood: to: too many'
    expect(refusalWords({ key: 'serverError', message, translated: '' })).toBe(message)
    expect(refusalWords({ key: 'badInput', message, translated: error.badInput })).toBe(message)
    expect(refusalWords({ key: 'badInput', message: '', translated: error.badInput })).toBe(error.badInput)
  })
})
