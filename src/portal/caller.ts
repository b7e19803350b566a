import type { PayloadRequest } from 'payload'
import { parseCookies } from 'payload/shared'
import { roleOf } from '../collections/access/role.js'
import type { DocID, Ticket } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { readGuestLink } from '../operations/guestLink.js'
import { addressKey, isValidAddress } from '../rules/address.js'
import { cleanLine } from '../rules/cleanText.js'
import { hashOf, readKey } from './keys.js'

/** The cookie of somebody who has used a sign-in link. */
export const sessionCookie = 'helpdesk-portal'

/**
 * Who asks at the portal. Never a `req.user` of ours: the site's own collections let anybody in who is signed in.
 * A guest holds the link of one ticket; a customer has proven an address.
 */
export type Caller =
  | { kind: 'guest'; ticket: Ticket; participant: DocID; address: string; name: string; key: string }
  | { kind: 'customer'; address: string; name: string; by: 'link' | 'site'; key: string }
  /** Signed in to the site, with an address that the site has not made sure of. */
  | { kind: 'unproven'; address: string; name: string; key: string }
  | { kind: 'nobody'; key: '' }

/** The token of the portal's own session; '' where nobody is signed in by a link. */
export const sessionToken = (headers: Headers): string => parseCookies(headers).get(sessionCookie) ?? ''

const bySession = async (req: PayloadRequest): Promise<Caller | null> => {
  const token = sessionToken(req.headers)
  if (!/^[\w-]{43}$/.test(token)) return null
  const held = await readKey({ req, kind: 'session', key: hashOf(token) })
  if (!held) return null
  return {
    kind: 'customer',
    address: held.address,
    name: String(held.data['name'] ?? ''),
    by: 'link',
    key: hashOf(token),
  }
}

const bySite = async (req: PayloadRequest): Promise<Caller | null> => {
  const { user } = req
  const { portal } = getHelpdesk(req.payload)
  // Sites also keep their customers among the users of the admin panel, told apart by a role of their own.
  if (!user || roleOf(req)) return null
  const found = await portal.customer({ user, req })
  if (!found || !isValidAddress(found.email)) return null
  const facts = {
    address: addressKey(found.email),
    name: cleanLine(found.name ?? '').slice(0, 200),
    key: `${user.collection}:${user.id}`,
  }
  return found.verified ? { kind: 'customer', by: 'site', ...facts } : { kind: 'unproven', ...facts }
}

export type CallerArgs = {
  req: PayloadRequest
  /** Of a guest link; where there is one it alone decides, so that nobody answers as somebody else. */
  guest?: string | undefined
}

/** Finds out who asks. */
export const callerOf = async ({ req, guest }: CallerArgs): Promise<Caller> => {
  if (guest) {
    const found = await readGuestLink(req, guest)
    if (!found) return { kind: 'nobody', key: '' }
    const { participant, ticket } = found
    const { id, address, name } = participant
    return { kind: 'guest', ticket, participant: id, address, name, key: hashOf(guest) }
  }
  // Who is signed in to the site is who sits there, whoever may have used a link in this browser before.
  const known = await bySite(req)
  if (known?.kind === 'customer') return known
  return (await bySession(req)) ?? known ?? { kind: 'nobody', key: '' }
}
