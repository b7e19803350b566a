import libmime from 'libmime'
import { parseAddressHeader } from 'mailparser'
import { isValidAddress } from '../../../rules/address.js'
import { cleanLine, cut } from '../../../rules/cleanText.js'
import type { MailAddress } from '../parsedMail.js'
import { decodeGuess } from './charset.js'
import { decodeUtf7Words } from './utf7.js'

/** A header line as the splitter gives it: lower-case key, bytes as latin1 characters, folding included. */
export type RawHeader = { key: string; line: string }

const maxValueLength = 200_000

/** The nearest id of an endless chain is its last one. */
const maxIdsLength = 1_000_000

// 8-bit bytes inside an encoded word belong to its charset, not to the header's.
const escapeWords = (bytes: string): string =>
  bytes.includes('=?')
    ? bytes.replace(/=\?[^?\s]{1,60}\?[qQ]\?[^?]{0,2000}\?=/g, (word) =>
        word.replace(/[\x80-\xff]/g, (char) => `=${char.charCodeAt(0).toString(16).toUpperCase()}`),
      )
    : bytes

/** The undecoded value: unfolded, 8-bit bytes made readable, encoded words left alone. */
export const rawValue = (header: RawHeader, maxLength = maxValueLength): string => {
  const colon = header.line.indexOf(':')
  const bytes = escapeWords(header.line.slice(colon + 1, colon + 1 + maxLength))
  const text = /[\x80-\xff]/.test(bytes) ? decodeGuess(Buffer.from(bytes, 'latin1')) : bytes
  return text
    .replace(/\r?\n(?=[ \t])/g, '')
    .replace(/[\r\n\t]+/g, ' ')
    .trim()
}

const decodeWords = (text: string): string => {
  if (!text.includes('=?')) return text
  try {
    return libmime.decodeWords(/utf-7/i.test(text) ? decodeUtf7Words(text) : text)
  } catch {
    return text
  }
}

/** The first header of that name, raw; null where there is none. */
export const firstRaw = (headers: RawHeader[], key: string): string | null => {
  const header = headers.find((candidate) => candidate.key === key)
  return header ? rawValue(header) : null
}

/** Every header of that name, raw, top first. */
export const allRaw = (headers: RawHeader[], key: string): string[] =>
  headers.filter((candidate) => candidate.key === key).map((header) => rawValue(header))

/** The same for a header that lists Message-IDs. */
export const allIds = (headers: RawHeader[], key: string): string[] =>
  headers.filter((candidate) => candidate.key === key).map((header) => rawValue(header, maxIdsLength))

/** The first header of that name as readable text. */
export const firstText = (headers: RawHeader[], key: string): string | null => {
  const value = firstRaw(headers, key)
  return value === null ? null : cut(cleanLine(decodeWords(value)), 10_000)
}

/** An encoded word may bring quotes of its own. */
const displayName = (name: string): string =>
  cut(
    cleanLine(name)
      .replace(/^(['"])(.*)\1$/, '$2')
      .trim(),
    500,
  )

/** The people of an address header. What is no addr-spec is left out: an encoded word never names anybody. */
export const addresses = (
  values: string[],
  max: number,
): { list: MailAddress[]; invalid: number; total: number } => {
  const list: MailAddress[] = []
  let invalid = 0
  let total = 0
  for (const value of values) {
    for (const entry of parseAddressHeader(value, { flatten: true, decodePunycode: false }).value) {
      if (!entry.address && !entry.name) continue
      total++
      const address = (entry.address ?? '').trim()
      // Decoding makes words of encoded words; an address has to stand there as it is (RFC 2047 §5).
      const isWritten = !value.includes('=?') || value.includes(address)
      if (!isWritten || !isValidAddress(address)) invalid++
      else if (list.length < max) list.push({ name: displayName(entry.name ?? ''), address })
    }
  }
  return { list, invalid, total }
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const offsets: Record<string, number> = {
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
}

const zoneMinutes = (zone: string | undefined): number => {
  const numeric = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '')
  if (numeric) return (numeric[1] === '-' ? -1 : 1) * (Number(numeric[2]) * 60 + Number(numeric[3]))
  return offsets[(zone ?? '').toLowerCase()] ?? 0
}

/** RFC 5322 dates with the liberties of old programs; null where nothing sensible stands there. */
export const parseDate = (value: string | null): string | null => {
  if (!value) return null
  const text = value
    .slice(0, 200)
    .replace(/\([^()]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const parts =
    /(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{2,4}),? (\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)? ?([+-]\d{2}:?\d{2}|[A-Za-z]{1,5})?/.exec(
      text,
    )
  if (parts) {
    const month = months.indexOf(parts[2]!.toLowerCase())
    const short = Number(parts[3])
    // RFC 5322 §4.3: two digits below 50 are this century, three digits count from 1900.
    const year =
      parts[3]!.length === 2
        ? short + (short < 50 ? 2000 : 1900)
        : parts[3]!.length === 3
          ? short + 1900
          : short
    if (month >= 0) {
      const time = Date.UTC(
        year,
        month,
        Number(parts[1]),
        Number(parts[4]),
        Number(parts[5]),
        Number(parts[6] ?? 0),
      )
      const date = new Date(time - zoneMinutes(parts[7]) * 60_000)
      if (!Number.isNaN(date.getTime())) return date.toISOString()
    }
  }
  const date = new Date(text)
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || date.getUTCFullYear() < 0) return null
  return date.toISOString()
}
