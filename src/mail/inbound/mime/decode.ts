import { decodeUuencode } from './uuencode.js'

const EQUALS = 0x3d
const LF = 0x0a
const CR = 0x0d

const hexValue = (code: number | undefined): number => {
  if (code === undefined) return -1
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  if (code >= 0x41 && code <= 0x46) return code - 0x37
  if (code >= 0x61 && code <= 0x66) return code - 0x57
  return -1
}

const isBlank = (code: number | undefined): boolean => code === 0x20 || code === 0x09

/** Decodes quoted-printable in one pass; a stray `=` stays as it is. */
export const decodeQuotedPrintable = (input: Buffer): Buffer => {
  if (!input.includes(EQUALS)) return input
  const out = Buffer.allocUnsafe(input.length)
  let length = 0
  for (let i = 0; i < input.length; i++) {
    const code = input[i]!
    if (code !== EQUALS) {
      out[length++] = code
      continue
    }
    const high = hexValue(input[i + 1])
    const low = hexValue(input[i + 2])
    if (high >= 0 && low >= 0) {
      out[length++] = high * 16 + low
      i += 2
      continue
    }
    let end = i + 1
    while (isBlank(input[end])) end++
    if (end >= input.length) break
    if (input[end] === CR && input[end + 1] === LF) i = end + 1
    else if (input[end] === LF) i = end
    else out[length++] = code
  }
  return out.subarray(0, length)
}

/** Decodes base64, also where a relay joined two blocks and padding stands in the middle. */
export const decodeBase64 = (input: Buffer): Buffer => {
  const text = input.toString('latin1')
  const padding = text.indexOf('=')
  if (padding < 0 || !/[A-Za-z0-9+/]/.test(text.slice(padding))) return Buffer.from(text, 'base64')
  return Buffer.concat(text.split(/=+/, 1000).map((block) => Buffer.from(block, 'base64')))
}

/** Undoes a Content-Transfer-Encoding; an unknown one is taken as is. */
export const decodeTransfer = (input: Buffer, encoding: string): Buffer => {
  if (encoding === 'base64') return decodeBase64(input)
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(input)
  return /^(?:x-)?uu(?:e|encode|encoded)?$/.test(encoding) ? decodeUuencode(input) : input
}
