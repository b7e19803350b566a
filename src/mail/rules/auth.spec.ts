import { describe, expect, it } from 'vitest'
import { isVerified, parseAuthResults } from './auth.js'

const own =
  'mx.acme.test; dkim=pass header.d=bank.test; spf=pass smtp.mailfrom=bank.test; dmarc=pass (p=REJECT) header.from=bank.test'
const check = (
  values: string[],
  trustedAuthservId: string | null = 'mx.acme.test',
  fromDomain: string | null = 'bank.test',
): boolean => isVerified({ results: parseAuthResults(values), trustedAuthservId, fromDomain })

describe('isVerified', () => {
  it('A17 believes only the topmost header of the named server', () => {
    expect(check([own])).toBe(true)
    expect(check(['mx.acme.test; dmarc=fail header.from=bank.test', own])).toBe(false)
    expect(check(['mx.acme.test; spf=pass', own])).toBe(false)
    expect(check(['other.test; dmarc=fail', own])).toBe(true)
    expect(check([own], 'mx.acme.test.evil.test')).toBe(false)
    expect(check(['mx.acme.test.evil.test; dmarc=pass header.from=bank.test'])).toBe(false)
    expect(
      check(['mx.acme.test (x; dmarc=pass header.from=bank.test); dmarc=fail header.from=bank.test']),
    ).toBe(false)
  })

  it('A17 needs a named server, and the domain that the sender shows', () => {
    expect(check([own], null)).toBe(false)
    expect(check([own], 'mx.acme.test', 'evil.test')).toBe(false)
    expect(check([own], 'mx.acme.test', null)).toBe(false)
    expect(check(['mx.acme.test; dmarc=pass'])).toBe(false)
    expect(check([own], 'MX.acme.test', 'BANK.test')).toBe(true)
    expect(check(['mx.acme.test 1; dmarc=pass header.from=bank.test'])).toBe(true)
  })

  it('reads verdicts past comments and quotes, quickly', () => {
    expect(parseAuthResults([own])).toEqual([
      { authservId: 'mx.acme.test', dmarc: 'pass', spf: 'pass', dkim: 'pass', headerFrom: 'bank.test' },
    ])
    expect(parseAuthResults(['x; none'])).toEqual([
      { authservId: 'x', dmarc: null, spf: null, dkim: null, headerFrom: null },
    ])
    const start = performance.now()
    parseAuthResults(Array.from({ length: 1000 }, () => '('.repeat(50_000)))
    expect(performance.now() - start).toBeLessThan(500)
  })
})
