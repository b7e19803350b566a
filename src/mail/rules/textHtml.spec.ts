import { describe, expect, it } from 'vitest'
import { textToHtml } from './textHtml.js'

const link = (href: string, text = href): string =>
  `<a href="${href}" target="_blank" rel="noopener noreferrer nofollow">${text}</a>`

describe('textToHtml', () => {
  it('D02 escapes everything and links web, mail and phone addresses only', () => {
    expect(textToHtml('<b>"x"</b> & \'y\'')).toBe('&lt;b&gt;&quot;x&quot;&lt;/b&gt; &amp; &#39;y&#39;')
    expect(textToHtml('see https://a.test/x?a=1&b=2, (www.b.test) <kim@c.test>.')).toBe(
      `see ${link('https://a.test/x?a=1&amp;b=2')}, (${link('https://www.b.test', 'www.b.test')}) &lt;${link('mailto:kim@c.test', 'kim@c.test')}&gt;.`,
    )
    expect(textToHtml('http://a.b/?x="onmouseover="alert(1)')).toBe(
      `${link('http://a.b/?x=')}&quot;onmouseover=&quot;alert(1)`,
    )
    for (const text of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '@kim', 'http://'])
      expect(textToHtml(text), text).not.toContain('<a')
  })

  it('keeps lines and runs of blanks', () => {
    expect(textToHtml('a\r\n  b\n')).toBe('a<br>\n \u00a0b<br>\n')
  })

  it('G02 stays quick on crafted addresses', () => {
    const start = performance.now()
    for (const text of [
      'http://a.b/c?d='.repeat(32_000),
      `${'xn--'.repeat(50_000)}.test`,
      'a.'.repeat(100_000),
      'a@'.repeat(100_000),
      ' '.repeat(120_000),
      'http://a.b/x '.repeat(50_000),
      `http://a.b/${'('.repeat(50_000)}${')'.repeat(50_000)}`,
    ])
      textToHtml(text)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
