import { describe, expect, it } from 'vitest'
import { stripSubject } from './subject.js'

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
})
