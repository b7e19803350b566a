import { describe, expect, it } from 'vitest'
import { beginningOf, readSearch } from './searchTerms.js'

describe('readSearch', () => {
  it('takes every word as a beginning, short ones whole', () => {
    expect(readSearch('  invoice  vat to ')?.words).toBe("'invoice':* & 'vat':* & 'to'")
  })

  it('takes pairs of signs where words have no spaces between them', () => {
    expect(readSearch('請求')).toMatchObject({ words: "'請求'", unspaced: ['請求'], isUnspaced: true })
    expect(readSearch('請求書 vat')).toMatchObject({
      words: "'請求' & '求書' & 'vat':*",
      unspaced: ['請求書'],
      isUnspaced: false,
    })
    expect(readSearch('iPhone充電器12')?.words).toBe("'iPhone':* & '充電' & '電器' & '12'")
    expect(readSearch('水')?.words).toBe("'水':*")
    expect(readSearch('𠮷野家')?.words).toBe("'𠮷野' & '野家'")
    expect(readSearch('환불')?.words).toBe("'환불'")
    expect(readSearch('字'.repeat(60))?.words.split('&').length).toBe(16)
    expect(readSearch('Straße')).toMatchObject({ words: "'Straße':*", unspaced: [], isUnspaced: false })
  })

  it('names the words that stand in a text as they were typed', () => {
    expect(readSearch('Refund hello! foo-bar ada@example.com <b>x 50% iPhone充電器')?.plain).toEqual([
      'Refund',
      'iPhone',
    ])
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
