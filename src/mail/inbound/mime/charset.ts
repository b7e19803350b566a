import { decode, normalizeCharset } from 'libmime/lib/charset.js'
import { decodeUtf7 } from './utf7.js'

// Labels that senders use and the WHATWG encoding standard does not know.
const aliases: Record<string, string> = {
  'ansi_x3.110-1983': 'iso-8859-1',
  'unicode-1-1-utf-8': 'utf-8',
  ansi: 'windows-1252',
  cp1252: 'windows-1252',
  cp50220: 'iso-2022-jp',
  cp51932: 'euc-jp',
  cp932: 'shift_jis',
  cp936: 'gb18030',
  cp949: 'euc-kr',
  cp950: 'big5',
  'iso-2022-jp-ms': 'iso-2022-jp',
  ks_c_5601: 'euc-kr',
  latin: 'windows-1252',
  mac: 'macintosh',
  ms949: 'euc-kr',
  utf8mb4: 'utf-8',
  '8bit': 'utf-8',
  ascii: 'utf-8',
  'us-ascii': 'utf-8',
}

// WHATWG maps these to a decoder that answers nothing but one replacement character.
const replacement = new Set(['iso-2022-kr', 'iso-2022-cn', 'iso-2022-cn-ext', 'hz-gb-2312', 'csiso2022kr'])

const hasHighByte = (bytes: Buffer): boolean => {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! > 0x7f) return true
  return false
}

// Node 20's own decoder for windows-1252 leaves these 32 characters as control codes.
const western = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

const decodeWestern = (bytes: Buffer): string =>
  bytes.toString('latin1').replace(/[\x80-\x9f]/g, (char) => western[char.charCodeAt(0) - 0x80]!)

const decodeNamed = (bytes: Buffer, charset: string): string | null => {
  const label = charset
    .trim()
    .toLowerCase()
    .replace(/^["']|["']$/g, '')
  if (!label) return null
  if (!replacement.has(label)) {
    try {
      const decoder = new TextDecoder(aliases[label] ?? label)
      return decoder.encoding === 'windows-1252' ? decodeWestern(bytes) : decoder.decode(bytes)
    } catch {
      // An unknown label: the wider table below decides.
    }
  }
  if (/^(?:unicode-1-1-|x-unicode-\d-\d-)?utf-?7$/.test(label)) return decodeUtf7(bytes.toString('latin1'))
  if (/^utf-?8$/i.test(normalizeCharset(label) || 'utf-8')) return null
  try {
    return decode(bytes, label)
  } catch {
    return null
  }
}

const isUtf8Label = (label: string): boolean =>
  /^(utf-?8|us-ascii|ascii|8bit|unicode-1-1-utf-8|utf8mb4)$/.test(label)

/** UTF-8 where the bytes are UTF-8, else the Western code page that old programs send without a label. */
export const decodeGuess = (bytes: Buffer): string => {
  const text = bytes.toString('utf8')
  if (!text.includes('\ufffd')) return text
  let broken = 0
  let good = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0xfffd) broken++
    else if (code > 0x7f) good++
  }
  return good > broken ? text : decodeWestern(bytes)
}

/** Decodes a text part. A missing, wrong or unknown charset never fails: the bytes decide. */
export const decodeText = ({ bytes, charset }: { bytes: Buffer; charset: string | null }): string => {
  const label = (charset ?? '').trim().toLowerCase()
  if (
    bytes.length >= 2 &&
    ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
  ) {
    return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes)
  }
  if (!label || isUtf8Label(label)) {
    const text = decodeGuess(bytes)
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  }
  const named = decodeNamed(bytes, label)
  return named ?? (hasHighByte(bytes) ? decodeGuess(bytes) : bytes.toString('latin1'))
}
