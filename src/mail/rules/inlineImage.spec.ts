import { describe, expect, it } from 'vitest'
import { inlineImage, resolveInlineImages } from './inlineImage.js'

const file = (name: string, contentId: string | null, contentType = 'image/png') => ({
  filename: name,
  contentId,
  contentType,
})

describe('inline images', () => {
  it('D12 finds the first image of the same mail by id, place or name; nothing else', () => {
    const files = [
      file('a.svg', 'x@1', 'image/svg+xml'),
      file('one.png', 'x@1'),
      file('two.png', 'x@1'),
      file('three.png', null),
      file('page.html', 'h@1', 'text/html'),
    ]
    expect(inlineImage('cid:x%401', files)?.filename).toBe('one.png')
    expect(inlineImage('cid:three.png', files)?.filename).toBe('three.png')
    expect(inlineImage('cid:three.png@01D9.ABC', files)?.filename).toBe('three.png')
    expect(inlineImage('cid:h@1', files)).toBeNull()
    expect(inlineImage('cid:other', files)).toBeNull()
    expect(inlineImage('cid:%ZZ', files)).toBeNull()
  })

  it('points the HTML at our addresses', () => {
    const html = '<p>x</p><img alt="a" src="cid:x%401" /><img src="cid:gone" alt="b" />'
    const files = [file('one.png', 'x@1')]
    expect(resolveInlineImages(html, { files, urlOf: () => '/f?a=1&b="' })).toBe(
      '<p>x</p><img alt="a" src="/f?a=1&amp;b=&quot;" /><img  alt="b" />',
    )
  })
})
