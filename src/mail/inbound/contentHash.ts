import { createHash } from 'node:crypto'
import { splitHeader } from './mime/rawHeader.js'

/** What the sender wrote once and no relay changes: the identity of a mail, apart from its body. */
const hashedHeaders = ['message-id', 'date', 'from', 'subject']

const chunkSize = 1024 * 1024

/**
 * The identity of a mail: SHA-256 (hex) over the values of Message-ID, Date, From and Subject (each unfolded, blanks
 * single, absent = empty, the first of several) and the body after the header, with every CR removed and blank lines at
 * the end left out. Headers that transport adds or changes (Received, Delivered-To, Return-Path, Authentication-Results,
 * X-…) do not count. So copies of one mail, also under a new UIDVALIDITY, are alike, and another mail under a stolen
 * Message-ID is not.
 */
export const contentHash = (raw: Buffer): string => {
  const { headers, bodyStart } = splitHeader(raw)
  const hash = createHash('sha256')
  for (const key of hashedHeaders) {
    const line = headers.find((header) => header.key === key)?.line ?? ''
    hash.update(
      `${key}:${line
        .slice(line.indexOf(':') + 1)
        .replace(/\s+/g, ' ')
        .trim()}\n`,
      'latin1',
    )
  }
  let end = raw.length
  while (end > bodyStart && (raw[end - 1] === 0x0a || raw[end - 1] === 0x0d || raw[end - 1] === 0x20)) end--
  for (let start = bodyStart; start < end; start += chunkSize) {
    hash.update(
      raw.toString('latin1', start, Math.min(start + chunkSize, end)).replaceAll('\r', ''),
      'latin1',
    )
  }
  return hash.digest('hex')
}
