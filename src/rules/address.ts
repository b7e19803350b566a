/** RFC 5321 §4.5.3.1: 64 octets before the `@`, 254 in all. */
const maxAddress = 254
const maxLocal = 64

const split = (address: string): { local: string; domain: string } | null => {
  const at = address.lastIndexOf('@')
  return at > 0 && at < address.length - 1
    ? { local: address.slice(0, at), domain: address.slice(at + 1) }
    : null
}

const asciiDomain = (domain: string): string => {
  const lower = domain
    .toLowerCase()
    .replace(/[\u3002\uff0e\uff61]/g, '.')
    .replace(/\.$/, '')
  if (/^[\x21-\x7e]*$/.test(lower)) return lower
  try {
    // The URL parser is the one IDNA mapping that browsers and Node share.
    return new URL(`http://${lower.normalize('NFC')}`).hostname
  } catch {
    return lower
  }
}

/** Whether mail could be sent there: one `@`, sane length, a host name, nothing that breaks a header. */
export const isValidAddress = (address: string): boolean => {
  if (address.length > maxAddress) return false
  const parts = split(address)
  if (!parts || parts.local.length > maxLocal) return false
  if (parts.local.includes('=?') || parts.domain.includes('=?')) return false
  const quoted = /^"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*"$/u.test(parts.local)
  if (!quoted && !/^[^\s\p{Cc}<>()[\]:;,@"\\]+$/u.test(parts.local)) return false
  if (/^\[[0-9a-fA-F.:IPv]+\]$/.test(parts.domain)) return true
  return asciiDomain(parts.domain)
    .split('.')
    .every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
}

/**
 * The form under which an address is unique: lower-case, the domain in punycode, Unicode composed.
 * The part before the `@` is lower-cased too: no provider of note tells `Ann@` from `ann@`.
 */
export const addressKey = (address: string): string => {
  const parts = split(address.trim())
  if (!parts) return address.trim().normalize('NFC').toLowerCase()
  return `${parts.local.normalize('NFC').toLowerCase()}@${asciiDomain(parts.domain)}`
}

export const isSameAddress = (one: string, other: string): boolean => addressKey(one) === addressKey(other)

/** The domain as `addressKey` writes it; '' where there is none. */
export const addressDomain = (address: string): string => {
  const parts = split(address.trim())
  return parts ? asciiDomain(parts.domain) : ''
}

/** `help+key@x` → base `help@x` and tag `key`; tag null without a plus. */
export const splitPlus = (address: string): { base: string; tag: string | null } => {
  const parts = split(address.trim())
  const plus = parts ? parts.local.indexOf('+') : -1
  if (!parts || plus < 1) return { base: address.trim(), tag: null }
  return { base: `${parts.local.slice(0, plus)}@${parts.domain}`, tag: parts.local.slice(plus + 1) || null }
}

/** `help@x` and `key` → `help+key@x`; a tag that stands there already is replaced. */
export const withPlus = (address: string, tag: string): string => {
  const parts = split(splitPlus(address).base)
  return parts ? `${parts.local}+${tag}@${parts.domain}` : address
}

/** The normal form without a plus: the person whom all its forms reach. */
export const withoutPlus = (address: string): string => addressKey(splitPlus(address).base)

/** Whether an address, as it is or without its plus, is one of these, which are in their normal form. */
export const isAmong = (keys: ReadonlySet<string>, address: string): boolean =>
  keys.has(addressKey(address)) || keys.has(withoutPlus(address))
