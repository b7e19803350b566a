import { describe, expect, it } from 'vitest'
import { plainName, splitHits } from './highlight.js'
import { splitLinks } from './links.js'

const links = (text: string) => splitLinks(text).flatMap(({ href }) => href ?? [])

describe('links in plain text', () => {
  it('D02 makes links of http, https, mailto and tel only', () => {
    expect(links('see https://a.example/x, mailto:a@b.example and tel:+4412 or ann@b.example.')).toEqual([
      'https://a.example/x',
      'mailto:a@b.example',
      'tel:+4412',
      'mailto:ann@b.example',
    ])
    expect(links('javascript:alert(1) data:text/html,x vbscript:x file:///etc/passwd')).toEqual([])
  })

  it('D02 ends a link at quotes and angle brackets', () => {
    expect(links('"http://a.b/?x="onmouseover=alert(1)"')).toEqual(['http://a.b/?x='])
    expect(links('<http://a.b/c><script>')).toEqual(['http://a.b/c'])
  })

  it('G02 is done in no time, whatever the text', () => {
    for (const text of [
      'http://a.b/c?d='.repeat(32_000),
      'http://a.b/c?d= '.repeat(32_000),
      'xn--'.repeat(50_000),
      'http://xn--a.'.repeat(20_000),
      ' '.repeat(120_000),
      'a@'.repeat(60_000),
      `${'('.repeat(60_000)}https://a.b/${')'.repeat(60_000)}`,
      'mailto:'.repeat(30_000),
      `tel:+${'1-'.repeat(60_000)}`,
    ]) {
      const begun = performance.now()
      const pieces = splitLinks(text)
      expect([text.slice(0, 20), performance.now() - begun < 1000]).toEqual([text.slice(0, 20), true])
      expect(pieces.map((piece) => piece.text).join('') === text).toBe(true)
    }
  })

  it('loses no letter', () => {
    const text = 'a (https://en.example/wiki/X_(y)) b\nhttps://c.d/). e'
    expect(
      splitLinks(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text)
  })
})

describe('names and hits', () => {
  it('D11 shows the signs that turn a file name round', () => {
    expect(plainName('invoice\u202egpj.exe')).toBe('invoice\ufffdgpj.exe')
  })

  it('splits a passage at its hits', () => {
    expect(splitHits('the \u0002VAT\u0003 rate')).toEqual([
      { text: 'the ', isHit: false },
      { text: 'VAT', isHit: true },
      { text: ' rate', isHit: false },
    ])
  })
})
