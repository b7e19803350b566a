import { describe, expect, it } from 'vitest'
import { htmlTooDeep } from './depth.js'
import { sanitizeHtml } from './sanitize.js'
import { safeStyle } from './style.js'

const clean = (html: string): string => sanitizeHtml(html).html

describe('sanitizeHtml', () => {
  it('keeps what a mail needs to look right', () => {
    const html =
      '<table width="600" bgcolor="#fff"><tr><td align="center" style="color:red;padding:4px"><b>Hi</b></td></tr></table>'
    expect(clean(html)).toBe(html)
  })

  it('D02 makes links http, https, mailto and tel only, opened apart', () => {
    expect(clean('<a href="https://a.test/?x=1&amp;y">a</a>')).toBe(
      '<a href="https://a.test/?x=1&amp;y" target="_blank" rel="noopener noreferrer nofollow">a</a>',
    )
    for (const href of [
      'javascript:alert(1)',
      ' java\tscript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc',
      '/admin',
      '//evil.test',
      '&#106;avascript:x',
      'jav&#x0A;ascript:x',
    ])
      expect(clean(`<a href="${href}">a</a>`), href).toBe('<a>a</a>')
    expect(clean('<a href="tel:+4930123">a</a><a href="mailto:a@b.test">b</a>')).toContain(
      'href="tel:+4930123"',
    )
  })

  it('D04 leaves nothing that steers the page: no form, base, frame, position, class, id or name', () => {
    const html = clean(
      '<base href="//evil.test"><form action="//evil.test"><input name="body"></form><iframe src="//x"></iframe><div id="__proto__" name="body" class="a" style="position:fixed;z-index:99;top:0;margin-left:-900px;color:red">x</div><meta http-equiv="refresh" content="0"><link rel="stylesheet" href="//x"><object data="//x"></object><svg><script>alert(1)</script></svg><p onclick="x()">y</p>',
    )
    expect(html).toBe('<div style="color:red">x</div><p>y</p>')
  })

  it('D05 leaves nothing in styles that could fetch', () => {
    expect(clean('<style>@import "//x"; a[href^=x]{background:url(//x)}</style>x')).toBe('x')
    for (const style of [
      'background:url(//x.test/a.png)',
      'background:u\\rl(//x)',
      'color:expression(alert(1))',
      'behavior:url(x)',
      '-moz-binding:url(x)',
      'background:image-set("//x" 1x)',
      'background-image:url(x)',
      'color:var(--x)',
      'color:red/*',
      'font-family:"}body{"',
      'width:calc(100% + 9999px)',
      'content:attr(x)',
    ])
      expect(safeStyle(style), style).toBe('')
    expect(safeStyle('color:red;position:absolute;background:#fff')).toBe('color:red;background:#fff')
    expect(safeStyle("font-family:'Segoe UI',Arial;color:rgb(1, 2, 3)")).toBe(
      "font-family:'Segoe UI',Arial;color:rgb(1, 2, 3)",
    )
  })

  it('D13 keeps small raster images in data: addresses and nothing else of the kind', () => {
    expect(clean('<img src="data:image/png;base64,AAAA" alt="x">')).toContain(
      'src="data:image/png;base64,AAAA"',
    )
    for (const type of ['image/avif', 'image/pjpeg', 'IMAGE/JPG'])
      expect(clean(`<img src="data:${type};base64,AAAA">`)).toContain(`src="data:${type};base64,AAAA"`)
    expect(clean('<img src="data:image/svg+xml;base64,AAAA">')).toBe('<img />')
    expect(clean('<img src="data:image/png;a=b;base64,AAAA">')).toBe('<img />')
    expect(sanitizeHtml(`<img src="data:image/png;base64,${'A'.repeat(400_000)}">`)).toMatchObject({
      html: '<img />',
      droppedImages: 1,
    })
    expect(
      sanitizeHtml(`<img src="data:image/png;base64,${'A'.repeat(300_000)}">`.repeat(10)).droppedImages,
    ).toBe(6)
  })

  it('D12 marks Content-IDs safely and counts what is remote', () => {
    const safe = sanitizeHtml(
      '<img src="cid:a&quot;onerror=x@1"><img src="CID:%6Fther"><img src="https://t.test/x.gif" srcset="https://t.test/y.gif 2x">',
    )
    expect(safe.cids).toEqual(['a"onerror=x@1', 'other'])
    expect(safe.html).toContain('src="cid:a%22onerror%3Dx%401"')
    expect(safe.html).toContain('src="cid:other"')
    expect(safe.remoteImages).toBe(1)
    expect(safe.html).not.toContain('srcset')
    expect(safe.html).toContain('data-remote="1"')
  })

  it('leaves no marks of its own behind', () => {
    expect(
      clean(
        '<blockquote type="cite" data-quote-mark="cut">x</blockquote><div data-quote-mark="quote">y</div>',
      ),
    ).toBe('<blockquote type="cite">x</blockquote><div>y</div>')
  })

  it('G06 stays quick on giant HTML and refuses endless nesting', () => {
    const start = performance.now()
    expect(clean('<a href="https://x.test/a">l</a> '.repeat(5001))).toContain('https://x.test/a')
    expect(clean('a'.repeat(2_000_000))).toHaveLength(2_000_000)
    expect(htmlTooDeep('<b>'.repeat(100_000))).toBe(true)
    expect(htmlTooDeep('<div><p>x</p></div>'.repeat(50_000))).toBe(false)
    expect(htmlTooDeep('<div><font>x</div>'.repeat(2000))).toBe(false)
    expect(performance.now() - start).toBeLessThan(4000)
  })
})
