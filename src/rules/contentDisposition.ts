/** What a file name must not bring along: line ends, folders, marks that turn its ending round, quotes. */
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff]+/gu

const maxLength = 150

/** A name that can be saved anywhere: the last part of a path, without signs nobody sees. */
export const downloadName = (name: string): string => {
  const plain = name
    .replace(unsafe, '')
    .replace(/^.*[/\\]/, '')
    .replace(/[<>:"|?*]+/g, '_')
    .replace(/[. ]+$/, '')
  const bare = plain.replace(/^\.+/, '').trim()
  if (!bare) return 'file'
  if (bare.length <= maxLength) return bare
  const ending = /\.[\p{L}\p{N}]{1,10}$/u.exec(bare)?.[0] ?? ''
  return (
    Array.from(bare)
      .slice(0, maxLength - ending.length)
      .join('') + ending
  )
}

/**
 * RFC 6266: a plain name for old programs and the real one as RFC 5987 says. Nothing of the name can end the header
 * or begin another parameter.
 */
export const contentDisposition = (kind: 'inline' | 'attachment', name: string): string => {
  const safe = downloadName(name)
  const plain = safe.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%;]/g, '_')
  // A lone half of a surrogate pair cannot be encoded.
  const encoded = encodeURIComponent(safe.replace(/\p{Cs}/gu, '_')).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`
}
