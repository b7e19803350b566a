import { describe, expect, it } from 'vitest'
import { safeLink } from './safeLink.js'

describe('the address of a link', () => {
  it('D02 is http, https, mailto or tel, whatever its scheme hides behind', () => {
    expect(safeLink('https://acme.example/a?b=c#d')).toBe('https://acme.example/a?b=c#d')
    expect(safeLink(' www.acme.example')).toBe('https://www.acme.example')
    expect(safeLink('mailto:a@b.example')).toBe('mailto:a@b.example')
    const scripts = [
      'javascript:x',
      ' javascript:x',
      '\u0001java\tscript:x',
      'JAVASCRIPT:x',
      'data:text/html,x',
      'vbscript:x',
      '/admin',
      '#a',
    ]
    expect(scripts.map(safeLink)).toEqual(scripts.map(() => null))
  })
})
