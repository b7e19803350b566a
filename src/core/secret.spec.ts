import type { Payload } from 'payload'
import { describe, expect, it } from 'vitest'
import { decrypt, encrypt, randomKey, sign, verify } from './secret.js'

const site = (secrets: string[], secret = 'the secret of the site'): Payload =>
  ({ secret, config: { custom: { helpdesk: { secrets } } } }) as unknown as Payload

const purpose = 'mailbox-password'

describe('passwords at rest', () => {
  it('I02 come back with the key, and only for their purpose', () => {
    const payload = site([])
    const value = encrypt({ payload, purpose, value: 'hunter2 ✓' })
    expect(value).not.toContain('hunter2')
    expect(decrypt({ payload, purpose, value })).toBe('hunter2 ✓')
    expect(decrypt({ payload, purpose: 'guest-link', value })).toBeNull()
  })

  it('I02 another key gives null, a changed text too, never an exception', () => {
    const value = encrypt({ payload: site(['one']), purpose, value: 'hunter2' })
    expect(decrypt({ payload: site(['two']), purpose, value })).toBeNull()
    const parts = value.split('.')
    parts[4] = Buffer.from('something else').toString('base64url')
    expect(decrypt({ payload: site(['one']), purpose, value: parts.join('.') })).toBeNull()
    expect(decrypt({ payload: site(['one']), purpose, value: 'not ours' })).toBeNull()
  })

  it('a rotated key still opens what it made, and the newest closes', () => {
    const old = encrypt({ payload: site(['old']), purpose, value: 'hunter2' })
    const rotated = site(['new', 'old'])
    expect(decrypt({ payload: rotated, purpose, value: old })).toBe('hunter2')
    expect(
      decrypt({ payload: site(['old']), purpose, value: encrypt({ payload: rotated, purpose, value: 'x' }) }),
    ).toBeNull()
  })

  it('never makes the same text twice', () => {
    const payload = site([])
    const made = new Set(Array.from({ length: 50 }, () => encrypt({ payload, purpose, value: 'same' })))
    expect(made.size).toBe(50)
  })
})

describe('signatures', () => {
  it('I07 hold for one value and purpose', () => {
    const payload = site(['one'])
    const signature = sign({ payload, purpose: 'guest-link', value: 'ticket 1' })
    expect(verify({ payload, purpose: 'guest-link', value: 'ticket 1', signature })).toBe(true)
    expect(verify({ payload, purpose: 'guest-link', value: 'ticket 2', signature })).toBe(false)
    expect(verify({ payload, purpose: 'mailbox-password', value: 'ticket 1', signature })).toBe(false)
    expect(verify({ payload, purpose: 'guest-link', value: 'ticket 1', signature: '' })).toBe(false)
  })
})

it('I07 keys have 128 bits and no two are alike', () => {
  const keys = Array.from({ length: 1000 }, () => randomKey(128))
  expect(new Set(keys).size).toBe(1000)
  expect(keys.every((key) => /^[a-z2-7]{26}$/.test(key))).toBe(true)
  const letters = new Set(keys.join(''))
  expect(letters.size).toBe(32)
})
