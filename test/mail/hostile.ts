const header = (extra = ''): string =>
  `From: kim@customer.test\r\nTo: help@acme.test\r\nSubject: Hi\r\nMessage-ID: <1@x.test>\r\n${extra}`

/** Each of these once hung or crashed a mail program. */
export const hostileMails: Record<string, string> = {
  'G03 10 000 nested multiparts': `${header('Content-Type: multipart/mixed; boundary=b0\r\n')}\r\n${Array.from({ length: 10_000 }, (_, i) => `--b${i}\r\nContent-Type: multipart/mixed; boundary=b${i + 1}\r\n\r\n`).join('')}`,
  'G03 100 000 parts': `${header('Content-Type: multipart/mixed; boundary=b\r\n')}\r\n${'--b\r\n\r\nx\r\n'.repeat(100_000)}`,
  'G03 20 MB of headers': `${header('X-A: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n'.repeat(400_000))}\r\nx`,
  'G03 base64 in lines of one': `${header('Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n')}\r\n${'Y\r\n'.repeat(500_000)}`,
  'G03 messages in messages': `${header('Content-Type: message/rfc822\r\n')}\r\n${'Content-Type: message/rfc822\r\n\r\n'.repeat(1000)}x`,
  'G06 100 000 nested tags': `${header('Content-Type: text/html\r\n')}\r\n${'<div>'.repeat(100_000)}x`,
  'G06 one line of 2 MB': `${header('Content-Type: text/html\r\n')}\r\n${'a'.repeat(2_000_000)}`,
  'G06 attributes without end': `${header('Content-Type: text/html\r\n')}\r\n<p ${'a="b" '.repeat(200_000)}`,
  'G01 767 kB of quote marks': `${header()}\r\n${'>'.repeat(767_000)}`,
  'A13 200 kB of references': `${header(`References: ${'<a@b.test> '.repeat(18_000)}\r\n`)}\r\nx`,
  'A13 200 kB of garbage references': `${header(`References: ${'(<'.repeat(100_000)}\r\n`)}\r\nx`,
  'F09 garbage recipients': `${header(`Cc: ${'"('.repeat(50_000)}\r\n`)}\r\nx`,
}
