import { isIP } from 'node:net'
import { MailError } from '../core/errors.js'
import { resolveName } from '../core/resolveName.js'
import { isPrivateHost } from '../rules/host.js'

export type ResolvedHost = {
  /** The address to connect to: what was checked is what is used, whatever the name says a moment later. */
  address: string
  /** The name that the server's certificate has to carry. */
  servername: string
}

/**
 * Resolves a mail server's name once and refuses private networks by the addresses themselves, unless the site
 * allows them. Throws a `MailError` (`privateHost`, `dns`).
 */
export const resolveHost = async (args: { host: string; allowPrivate: boolean }): Promise<ResolvedHost> => {
  const host = args.host.trim().replace(/^\[|\]$/g, '')
  if (!host) throw new MailError('No host is given.', { retry: false, code: 'dns' })
  const refuse = () =>
    new MailError(`${host} is in a private network, which this site does not allow for mail servers.`, {
      retry: false,
      code: 'privateHost',
    })
  if (!args.allowPrivate && isPrivateHost(host)) throw refuse()
  if (isIP(host)) return { address: host, servername: host }
  const found = await addressesOf(host)
  // One private address among public ones is refused too: which of them is used must not be chance.
  if (!args.allowPrivate && found.some(isPrivateHost)) throw refuse()
  return { address: found[0]!, servername: host }
}

const addressesOf = async (host: string): Promise<string[]> => {
  try {
    return await resolveName(host)
  } catch (error) {
    throw new MailError(`The name ${host} could not be resolved: ${(error as Error).message}`, {
      retry: true,
      code: 'dns',
      cause: error,
    })
  }
}
