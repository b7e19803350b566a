/**
 * Decodes UTF-7 (RFC 2152). Old Outlook still sends it. Nothing here trusts the result: whoever shows it escapes or
 * sanitises it afterwards, so markup hidden in `+ADw-` gains nothing.
 */
export const decodeUtf7 = (text: string): string =>
  text.replace(/\+([A-Za-z0-9+/]*)-?/g, (whole: string, base64: string) => {
    if (!base64) return whole === '+-' ? '+' : whole
    const bytes = Buffer.from(base64, 'base64')
    const even = bytes.subarray(0, bytes.length - (bytes.length % 2))
    return even.length ? new TextDecoder('utf-16be').decode(even) : whole
  })

/** Decodes the encoded words (RFC 2047) that name UTF-7; the others stay for the general decoder. */
export const decodeUtf7Words = (text: string): string =>
  text.replace(
    /=\?(?:unicode-1-1-|x-unicode-\d-\d-)?utf-7\?([QqBb])\?([^?]{0,2000})\?=/gi,
    (_whole: string, encoding: string, data: string) => {
      if (encoding.toLowerCase() === 'b') return decodeUtf7(Buffer.from(data, 'base64').toString('latin1'))
      const unquoted = data
        .replace(/_/g, ' ')
        .replace(/=([0-9A-Fa-f]{2})/g, (_match: string, hex: string) =>
          String.fromCharCode(Number.parseInt(hex, 16)),
        )
      return decodeUtf7(unquoted)
    },
  )
