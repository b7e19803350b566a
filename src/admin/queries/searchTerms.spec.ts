import { describe, expect, it } from 'vitest'
import { beginningOf, readSearch } from './searchTerms.js'

describe('readSearch', () => {
  it('takes every word as a beginning, short ones whole', () => {
    expect(readSearch('  invoice  vat to ')?.words).toBe("'invoice':* & 'vat':* & 'to'")
    expect(readSearch('請求')?.words).toBe("'請求':*")
  })

  it('leaves nothing that to_tsquery could read as its own', () => {
    expect(readSearch("o'brien \\ & | ! (a <-> b:*")?.words).toBe("'o brien':* & '(a' & 'b:*':*")
    expect(readSearch(' !! () ')).toBeNull()
  })

  it('knows a number and the beginning of an address', () => {
    expect(readSearch('#1042')).toMatchObject({ number: 1042, address: '#1042' })
    expect(readSearch('Ada@Example')).toMatchObject({ number: null, address: 'ada@example' })
    expect(readSearch('ada lovelace')).toMatchObject({ number: null, address: null })
  })

  it('bounds what one query can cost', () => {
    expect(readSearch('word '.repeat(500))?.words.split('&').length).toBe(8)
    expect(readSearch('x'.repeat(5000))?.words.length).toBeLessThan(80)
  })
})

describe('beginningOf', () => {
  it('escapes what like reads', () => {
    expect(beginningOf('50%_\\')).toBe('50\\%\\_\\\\%')
  })
})
