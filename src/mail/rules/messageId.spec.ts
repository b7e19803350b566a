import { describe, expect, it } from 'vitest'
import { normalizeMessageId, parseMessageIds } from './messageId.js'

describe('normalizeMessageId', () => {
  it('A15 keeps odd ids instead of dropping their mail', () => {
    expect(normalizeMessageId('<a@b>')).toBe('<a@b>')
    expect(normalizeMessageId(' a@b ')).toBe('<a@b>')
    expect(normalizeMessageId('<a@@b>')).toBe('<a@@b>')
    expect(normalizeMessageId('<a b@c\r\n d>')).toBe('<ab@cd>')
    expect(normalizeMessageId('<no-at-sign>')).toBe('<no-at-sign>')
    expect(normalizeMessageId('')).toBeNull()
    expect(normalizeMessageId('<>')).toBeNull()
    expect(normalizeMessageId(null)).toBeNull()
  })
})

describe('parseMessageIds', () => {
  it('A13 reads ids among comments, words and missing brackets, each once', () => {
    expect(
      parseMessageIds(['mumble (a comment) <one@x><two@x> three@x\r\n\t<one@x>', '"Re: x" of Monday']),
    ).toEqual(['<one@x>', '<two@x>', '<three@x>'])
    expect(parseMessageIds(['<broken@ two@x <three@x>'])).toEqual(['<broken@>', '<two@x>', '<three@x>'])
  })

  it('A13 keeps the first and the last of an endless chain, quickly', () => {
    const start = performance.now()
    const ids = Array.from({ length: 10_000 }, (_, index) => `<m${index}@x.test>`)
    const kept = parseMessageIds([ids.join('\r\n ')])
    expect(kept).toHaveLength(100)
    expect(kept[0]).toBe('<m0@x.test>')
    expect(kept.at(-1)).toBe('<m9999@x.test>')
    for (const noise of [
      '<'.repeat(200_000),
      '('.repeat(200_000),
      '>'.repeat(200_000),
      '< '.repeat(100_000),
      'a@b '.repeat(50_000),
    ])
      parseMessageIds([noise])
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
