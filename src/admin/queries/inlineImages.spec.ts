import { describe, expect, it } from 'vitest'
import type { AttachmentView } from '../api.js'
import { withInlineImages } from './inlineImages.js'

const file = (change: Partial<AttachmentView>): AttachmentView => ({
  id: 1,
  name: 'logo.png',
  contentType: 'image/png',
  bytes: 10,
  inline: true,
  contentId: 'logo@x',
  url: '/api/helpdesk/attachments/1',
  refusal: '',
  ...change,
})

describe('withInlineImages', () => {
  it('D12 shows a picture of the same message by its Content-ID, encoded or in brackets', () => {
    const shown = '<img src="/api/helpdesk/attachments/1" alt="a">'
    expect(withInlineImages('<img src="cid:logo%40x" alt="a">', [file({})])).toBe(shown)
    expect(withInlineImages('<img src="cid:logo@x" alt="a">', [file({ contentId: '<logo@x>' })])).toBe(shown)
  })

  it('D12 leaves blank what is no picture or not in the message', () => {
    expect(withInlineImages('<img src="cid:other">', [file({})])).toBe('<img src="data:,">')
    for (const contentType of ['image/svg+xml', 'text/html', 'application/pdf'])
      expect(withInlineImages('<img src="cid:logo@x">', [file({ contentType })])).toBe('<img src="data:,">')
    expect(withInlineImages('<img src="cid:%3Cscript%3E">', [file({ contentId: '<script>' })])).toBe(
      '<img src="/api/helpdesk/attachments/1">',
    )
  })

  it('D12 takes the first of two files of one name, and words only in pictures', () => {
    const files = [file({}), file({ id: 2, url: '/api/helpdesk/attachments/2' })]
    expect(withInlineImages('<img src="cid:logo@x">', files)).toContain('attachments/1')
    expect(withInlineImages('<p>write src="cid:logo@x"</p>', files)).toBe('<p>write src="cid:logo@x"</p>')
  })
})
