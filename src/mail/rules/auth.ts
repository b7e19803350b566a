import { addressDomain } from '../../rules/address.js'
import type { AuthResult } from '../inbound/parsedMail.js'

/** Headers read at most: relays add a few, floods add thousands. */
const maxHeaders = 20
const maxLength = 4000

const withoutComments = (value: string): string => {
  let out = ''
  let depth = 0
  let quoted = false
  for (let i = 0; i < value.length; i++) {
    const char = value[i]!
    if (char === '\\' && (quoted || depth)) {
      if (!depth) out += char + (value[i + 1] ?? '')
      i++
    } else if (char === '"' && !depth) {
      quoted = !quoted
      out += char
    } else if (char === '(' && !quoted) depth++
    else if (char === ')' && !quoted && depth) depth--
    else if (!depth) out += char
  }
  return out
}

const verdictOf = (parts: string[], method: string): string | null => {
  for (const part of parts) {
    const match = /^([a-z0-9-]+)(?:\/\d+)?\s*=\s*([a-z]+)/i.exec(part.trim())
    if (match && match[1]!.toLowerCase() === method) return match[2]!.toLowerCase()
  }
  return null
}

const headerFromOf = (parts: string[]): string | null => {
  const dmarc = parts.find((part) => /^\s*dmarc(?:\/\d+)?\s*=/i.test(part))
  const match = dmarc ? /\bheader\.from\s*=\s*"?([^\s;"]+)/i.exec(dmarc) : null
  return match ? match[1]!.toLowerCase().replace(/^.*@/, '') : null
}

/** Reads the Authentication-Results headers of a mail, top first (RFC 8601); what they say is not yet believed. */
export const parseAuthResults = (values: string[]): AuthResult[] =>
  values.slice(0, maxHeaders).map((value) => {
    const [first = '', ...parts] = withoutComments(value.slice(0, maxLength)).split(';')
    return {
      authservId: (first.trim().split(/\s+/)[0] ?? '').toLowerCase().replace(/^"|"$/g, ''),
      dmarc: verdictOf(parts, 'dmarc'),
      spf: verdictOf(parts, 'spf'),
      dkim: verdictOf(parts, 'dkim'),
      headerFrom: headerFromOf(parts),
    }
  })

export type VerifiedArgs = {
  results: AuthResult[]
  /** The id under which the mailbox's own receiving server writes; null where nobody named it. */
  trustedAuthservId: string | null
  /** Domain, or address, of the From header. */
  fromDomain: string | null
}

/**
 * Whether the sender's domain is proven. Only the topmost header of the trusted id counts: a server adds its own
 * above all that came with the mail, so another one below it was written by the sender (RFC 8601 §5).
 */
export const isVerified = ({ results, trustedAuthservId, fromDomain }: VerifiedArgs): boolean => {
  const trusted = trustedAuthservId?.trim().toLowerCase()
  if (!trusted || !fromDomain) return false
  const result = results.find((candidate) => candidate.authservId === trusted)
  const domain = addressDomain(fromDomain.includes('@') ? fromDomain : `x@${fromDomain}`)
  return (
    result?.dmarc === 'pass' &&
    result.headerFrom !== null &&
    addressDomain(`x@${result.headerFrom}`) === domain
  )
}
