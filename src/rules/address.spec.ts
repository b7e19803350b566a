import { describe, expect, it } from 'vitest'
import { addressDomain, addressKey, isSameAddress, isValidAddress, splitPlus, withPlus } from './address.js'

describe('addressKey', () => {
  it('M06 case, Unicode form and IDN spelling make one key', () => {
    expect(addressKey('C@Example.COM')).toBe('c@example.com')
    expect(addressKey(' jo\u0308rg@Exa\u0308mple.de ')).toBe('jörg@xn--exmple-cua.de')
    expect(isSameAddress('x@exämple.de', 'X@XN--EXMPLE-CUA.de')).toBe(true)
    expect(isSameAddress('x@example.com.', 'x@example.com')).toBe(true)
    expect(isSameAddress('x+a@example.com', 'x@example.com')).toBe(false)
  })

  it('M05 refuses what is too long and what would break a header', () => {
    expect(isValidAddress(`${'a'.repeat(64)}@example.com`)).toBe(true)
    expect(isValidAddress(`${'a'.repeat(65)}@example.com`)).toBe(false)
    expect(isValidAddress(`a@${'b.'.repeat(200)}com`)).toBe(false)
    for (const bad of [
      '',
      '@',
      'a@',
      '@b',
      'a b@c.test',
      'a@b@c.test',
      'a@b c',
      'a\r\nBcc: x@y.test',
      'a@b..c',
      'a@-b.test',
      '=?utf-8?q?x?=@b.test',
      'a\0@b.test',
    ])
      expect(isValidAddress(bad), bad).toBe(false)
    for (const good of ['a@localhost', 'o’neil@b.test', '"a b"@c.test', 'a@[192.0.2.1]', 'ü@exämple.de'])
      expect(isValidAddress(good), good).toBe(true)
  })
})

describe('plus addresses', () => {
  it('takes apart and puts together', () => {
    expect(splitPlus('help+k7f3@acme.test')).toEqual({ base: 'help@acme.test', tag: 'k7f3' })
    expect(splitPlus('help@acme.test')).toEqual({ base: 'help@acme.test', tag: null })
    expect(splitPlus('+help@acme.test')).toEqual({ base: '+help@acme.test', tag: null })
    expect(withPlus('help+old@acme.test', 'new')).toBe('help+new@acme.test')
    expect(addressDomain('x@Exämple.DE')).toBe('xn--exmple-cua.de')
  })
})
