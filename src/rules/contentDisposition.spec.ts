import { describe, expect, it } from 'vitest'
import { contentDisposition, downloadName } from './contentDisposition.js'

describe('downloadName', () => {
  it('D11 keeps no folder, no unseen sign and no reserved one', () => {
    expect(downloadName('../../etc/passwd')).toBe('passwd')
    expect(downloadName('C:\\temp\\x.txt')).toBe('x.txt')
    expect(downloadName('invoice\u202egpj.exe')).toBe('invoicegpj.exe')
    expect(downloadName('\u200b.htaccess')).toBe('htaccess')
    expect(downloadName('a\r\nSet-Cookie: b=1')).toBe('aSet-Cookie_ b=1')
    expect(downloadName('..')).toBe('file')
    expect(downloadName('x.pdf. ')).toBe('x.pdf')
    expect(downloadName(`${'a'.repeat(4000)}.pdf`)).toMatch(/^a{146}\.pdf$/)
  })
})

describe('contentDisposition', () => {
  it('D11 builds the header as RFC 6266 says, whatever the name', () => {
    expect(contentDisposition('attachment', 'Rechnung März "1";x.pdf')).toBe(
      `attachment; filename="Rechnung M_rz _1__x.pdf"; filename*=UTF-8''Rechnung%20M%C3%A4rz%20_1_%3Bx.pdf`,
    )
    for (const name of ['a\u0000b', 'a\nb', "it's (1)*.txt", '\ud83d', '100%.txt', '请求.pdf'])
      expect(contentDisposition('inline', name)).toMatch(
        /^inline; filename="[\x20-\x21\x23-\x5b\x5d-\x7e]+"; filename\*=UTF-8''[\w.!~%-]+$/,
      )
  })
})
