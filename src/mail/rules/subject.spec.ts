import { describe, expect, it } from 'vitest'
import { replySubject, stripSubject, subjectTags, withSubjectTag } from './subject.js'

describe('subjects', () => {
  it('takes prefixes of many languages off and says what they were', () => {
    for (const subject of [
      'Re: x',
      'RE: RE: x',
      'AW: Re[2]: x',
      'Antw: x',
      'SV: x',
      'VS: x',
      'Odp: x',
      'RES: x',
      'Ynt: x',
      '回复: x',
      '回复：x',
      'Re: AW: Fwd: x',
      'Re (3): x',
      'R: x',
      'RIF: x',
      'Отв: x',
    ])
      expect(stripSubject(subject), subject).toEqual({ subject: 'x', isReply: true, isForward: false })
    for (const subject of ['Fwd: x', 'FW: x', 'WG: x', 'TR: x', 'RV: x', 'Enc: x', '转发: x', 'Fwd: Re: x'])
      expect(stripSubject(subject), subject).toMatchObject({ subject: 'x', isForward: true })
    expect(stripSubject('Order: 12')).toEqual({ subject: 'Order: 12', isReply: false, isForward: false })
    expect(stripSubject('Re: Re: '.repeat(20_000)).subject.length).toBeGreaterThan(0)
  })

  it('adds one Re: and one tag', () => {
    expect(replySubject('AW: Re: Login')).toBe('Re: Login')
    expect(withSubjectTag('Re: Login', { number: 12, key: 'k7f3q' })).toBe('Re: Login [#12-k7f3q]')
    expect(withSubjectTag('Re: Login [#12-k7f3q]', { number: 12, key: 'k7f3q' })).toBe(
      'Re: Login [#12-k7f3q]',
    )
  })

  it('A10 reads a tag only with its key: a number alone is none', () => {
    expect(subjectTags('Re: [#1042-K7F3Q] hello [#7-abcd]')).toEqual([
      { number: 1042, key: 'k7f3q' },
      { number: 7, key: 'abcd' },
    ])
    for (const subject of ['[#1042]', '#1042-k7f3q', '[1042-k7f3q]', '[#1042-]', '[#-k7f3q]', '[#1042-k1!]'])
      expect(subjectTags(subject), subject).toEqual([])
  })
})
