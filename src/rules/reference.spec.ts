import { describe, expect, it } from 'vitest'
import {
  findReplyKeys,
  findSubjectTags,
  footLine,
  plusAddress,
  replyKeysOfAddresses,
  subjectTag,
} from './reference.js'

const key = 'k7f3qabcdefghijklmnopqrst2'
const other = '234567abcdefghijklmnopqrst'

describe('the reply key', () => {
  it('comes back from a foot line, quoted or in capitals', () => {
    expect(findReplyKeys(`Hi\n\n${footLine(key)}\n`)).toEqual([key])
    expect(findReplyKeys(`> > ${footLine(key)}`)).toEqual([key])
    expect(findReplyKeys(footLine(key).toUpperCase())).toEqual([key])
    expect(findReplyKeys(`Ref. helpdesk:\n> ${key}`)).toEqual([key])
  })

  it('is found once and in order', () => {
    expect(findReplyKeys(`${footLine(other)}\n${footLine(key)}\n${footLine(other)}`)).toEqual([other, key])
  })

  it('is no part of a longer word, and no key without its mark', () => {
    expect(findReplyKeys(`helpdesk:${key}2`)).toEqual([])
    expect(findReplyKeys(key)).toEqual([])
    expect(findReplyKeys('helpdesk:1042')).toEqual([])
  })

  it('is found fast in a long text', () => {
    const started = performance.now()
    expect(findReplyKeys('helpdesk: > '.repeat(100_000) + footLine(key))).toEqual([key])
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('travels in a plus address', () => {
    const address = plusAddress('help@acme.com', key)
    expect(address).toBe(`help+${key}@acme.com`)
    expect(replyKeysOfAddresses(['other@acme.com', address.toUpperCase(), 'help+1042@acme.com'])).toEqual([
      key,
    ])
  })
})

describe('the tag in a subject', () => {
  it('holds the number and the beginning of the key', () => {
    expect(subjectTag(1042, key)).toBe('[#1042-k7f3q]')
    expect(findSubjectTags(`Re: Lamp ${subjectTag(1042, key)}`)).toEqual([
      { number: 1042, keyStart: 'k7f3q' },
    ])
  })

  it('A10 is not a number alone', () => {
    for (const subject of [
      'Re: [#1042] Lamp #1042 1042-',
      '#1042-k7f3q',
      '[1042-k7f3q]',
      '[#1042-]',
      '[#1042-k7f3]',
      '[#-k7f3q]',
      '[#1042-k1!3q]',
    ])
      expect(findSubjectTags(subject), subject).toEqual([])
  })
})
