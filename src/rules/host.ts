import ipaddr from 'ipaddr.js'

/** IPv4 addresses as IPv6 wrote them once (RFC 4291 §2.5.5.1): `::7f00:1` is 127.0.0.1. */
const compatible = ipaddr.parse('::')

/**
 * Whether a host name or literal address is outside the public internet: loopback, private, link-local, carrier
 * NAT, reserved, and the names that always mean one of them. A name that is resolved by DNS is checked again, by
 * its addresses, when a connection is made.
 */
export const isPrivateHost = (host: string): boolean => {
  const name = host
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
  if (!name) return true
  if (name === 'localhost' || /\.(localhost|local|internal|home\.arpa)$/.test(name)) return true
  if (!ipaddr.isValid(name)) return false
  const address = ipaddr.process(name)
  return address.range() !== 'unicast' || (address.kind() === 'ipv6' && address.match(compatible, 96))
}
