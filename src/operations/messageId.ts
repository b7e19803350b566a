import { createHash } from 'node:crypto'
import { randomKey } from '../core/secret.js'

/**
 * A Message-ID of ours (RFC 5322 §3.6.4): 128 random bits at the mailbox's domain, and nothing that tells a host,
 * a user or a version.
 */
export const newMessageId = (domain: string): string => `<${randomKey(128)}@${domain}>`

/** The domain of an address, for Message-IDs. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** Message-IDs can be kilobytes long; they are looked up by this hash. Brackets and white space do not count. */
export const messageIdHash = (messageId: string): string => {
  const bare = messageId.trim().replace(/^<|>$/g, '').trim()
  return bare ? createHash('sha256').update(bare).digest('hex').slice(0, 40) : ''
}
