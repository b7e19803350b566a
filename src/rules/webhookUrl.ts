import { isPrivateHost } from './host.js'

/** Private hosts that may be called: all of them, none, or these (as they stand in an address, without the port). */
export type AllowedHosts = boolean | readonly string[]

/** Why an address is not called; a stable key, its sentence in the translations under `outgoing:fault:`. */
export type UrlFault = 'badUrl' | 'notHttps' | 'credentials' | 'privateHost'

const bare = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')

/** Whether a host may stand in a private network. */
export const allowsPrivate = (host: string, allowed: AllowedHosts): boolean =>
  typeof allowed === 'boolean' ? allowed : allowed.some((name) => bare(name) === bare(host))

export type UrlArgs = { url: string; allowed: AllowedHosts }

/**
 * What is wrong with the address of a receiver, as far as it can be told without asking a name server; null for a good
 * one. `URL` brings the spellings of a host together first: hexadecimal, octal, one number, full-width digits.
 */
export const urlFault = ({ url, allowed }: UrlArgs): UrlFault | null => {
  if (!URL.canParse(url)) return 'badUrl'
  const { protocol, hostname, username, password } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return 'badUrl'
  if (username || password) return 'credentials'
  if (allowsPrivate(hostname, allowed)) return null
  if (isPrivateHost(hostname)) return 'privateHost'
  return protocol === 'https:' ? null : 'notHttps'
}
