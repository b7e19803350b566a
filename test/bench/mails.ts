import { randomBytes } from 'node:crypto'
import { makeRandom } from '../faults/mails.js'
import { vocabulary } from './words.js'

/** The mix: short texts, HTML as mail programs write it, and some with a file. */
const kinds = [
  { share: 0.7, name: 'text' },
  { share: 0.25, name: 'html' },
  { share: 0.05, name: 'file' },
] as const

const textBytes = 2000
const htmlBytes = 30_000
const fileBytes = 200_000

/** How many of so many mails carry a file. */
export const countFiles = (count: number): number => Math.round(count * 0.05)

/** Mails of different customers, each the beginning of a ticket; the same for the same number and edition. */
export const makeMails = (count: number, edition = 'first'): string[] => {
  const random = makeRandom(count)
  const words = (bytes: number): string => {
    const lines: string[] = []
    for (let size = 0, line = ''; size < bytes; ) {
      line += `${vocabulary[Math.floor(random() ** 3 * vocabulary.length)]} `
      if (line.length < 72) continue
      lines.push(line.trim())
      size += line.length
      line = ''
    }
    return lines.join('\n')
  }
  const htmlOf = (bytes: number): string => {
    const rows: string[] = []
    for (let size = 0; size < bytes; ) {
      const row = `<tr><td style="padding:8px 12px;font-family:Arial,sans-serif;font-size:14px;color:#333"><p class="MsoNormal"><span style="mso-fareast-language:EN-US">${words(200)}</span></p><a href="https://shop.example.com/o/${rows.length}?utm_source=mail">${words(30)}</a></td></tr>`
      rows.push(row)
      size += row.length
    }
    return `<html><head><style>p.MsoNormal{margin:0}</style></head><body><table>${rows.join('\n')}</table></body></html>`
  }
  const kindOf = (index: number): (typeof kinds)[number]['name'] => {
    // Spread evenly, so that every batch has its share.
    const place = (index * 7919) % count
    if (place < count * kinds[2].share) return 'file'
    return place < count * (kinds[2].share + kinds[1].share) ? 'html' : 'text'
  }
  return Array.from({ length: count }, (_, index) => {
    const headers = [
      'Received: from mx.example.com by mail.acme.test with ESMTPS; Mon, 23 Nov 2026 09:00:00 +0000',
      `From: ${vocabulary[index % vocabulary.length]} Customer <customer${index}.${edition}@example.com>`,
      'To: support@acme.test',
      `Subject: ${words(30).slice(0, 50)}`,
      `Message-ID: <bench-${edition}-${count}-${index}-${Math.floor(random() * 1e9)}@example.com>`,
      `Date: ${new Date().toUTCString()}`,
      'MIME-Version: 1.0',
    ]
    const kind = kindOf(index)
    if (kind === 'text')
      return [...headers, 'Content-Type: text/plain; charset=utf-8', '', words(textBytes), ''].join('\r\n')
    const parts =
      kind === 'html'
        ? [
            ['Content-Type: text/plain; charset=utf-8', '', words(textBytes)],
            ['Content-Type: text/html; charset=utf-8', '', htmlOf(htmlBytes - textBytes)],
          ]
        : [
            ['Content-Type: text/plain; charset=utf-8', '', words(textBytes)],
            [
              'Content-Type: application/pdf; name="scan.pdf"',
              'Content-Disposition: attachment; filename="scan.pdf"',
              'Content-Transfer-Encoding: base64',
              '',
              randomBytes(fileBytes).toString('base64').replace(/.{76}/g, '$&\r\n'),
            ],
          ]
    const type = kind === 'html' ? 'alternative' : 'mixed'
    return [
      ...headers,
      `Content-Type: multipart/${type}; boundary="=_part"`,
      '',
      ...parts.flatMap((part) => ['--=_part', ...part]),
      '--=_part--',
      '',
    ].join('\r\n')
  })
}
