import type { PayloadRequest } from 'payload'
import type { DocID, Participant, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf, toID } from '../core/database.js'
import { sign, verify } from '../core/secret.js'
import { addressKey } from '../rules/address.js'
import { readTicket } from './readTicket.js'

const dayMs = 24 * 60 * 60_000

type Bound = { participant: DocID; ticket: DocID; version: number }

/** What the signature binds: nobody else, no other ticket, and no link from before it was revoked. */
const boundValue = ({ participant, ticket, version }: Bound): string => `${participant}:${ticket}:${version}`

type PortalURLArgs = {
  req: PayloadRequest
  mailbox: { id: DocID; address: string; name: string }
  /** Of whoever gets the link. */
  language?: string
}

/** The page of a mailbox's portal; '' where the site has none. */
export const portalURL = ({ req, mailbox, language = '' }: PortalURLArgs): string => {
  const { url } = getHelpdesk(req.payload).portal
  const given = typeof url === 'function' ? url({ mailbox, language }) : url
  if (!given || /^https?:\/\//.test(given)) return given || ''
  const { serverURL } = req.payload.config
  return serverURL ? new URL(given, serverURL).href : ''
}

export type GuestLinkArgs = PortalURLArgs & { ticket: DocID; address: string }

/**
 * The address under which a participant sees a ticket and writes in it, without an account. It carries an HMAC, nothing
 * of it is stored. '' where the site has no portal, or they do not take part.
 */
export const guestLink = async ({
  req,
  mailbox,
  language,
  ticket,
  address,
}: GuestLinkArgs): Promise<string> => {
  const page = portalURL({ req, mailbox, language })
  if (!page) return ''
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.participants)
  const { rows } = await sqlOf(req).query<{ id: DocID; version: number }>(
    `select id, coalesce(link_version, 1)::int version from ${table}
     where ticket_id = $1 and address = $2 and accepted`,
    [ticket, addressKey(address)],
  )
  if (!rows[0]) return ''
  const { id, version } = rows[0]
  const value = boundValue({ participant: id, ticket, version })
  const url = new URL(page)
  url.searchParams.set('guest', `${id}.${sign({ payload: req.payload, purpose: 'guest-link', value })}`)
  return url.href
}

/** Who a guest link makes of whoever holds it. */
export type Guest = { ticket: Ticket; participant: Pick<Participant, 'id' | 'address' | 'name' | 'contact'> }

/** Whether the links of a closed ticket have run out. */
const isOver = (req: PayloadRequest, { closedAt }: Ticket): boolean => {
  const { guestLinkDays } = getHelpdesk(req.payload).portal
  return closedAt !== null && now().getTime() - Date.parse(closedAt) > guestLinkDays * dayMs
}

/**
 * Whom a guest link stands for. Null for one that is not ours, revoked or has run out, whichever it is: nothing tells
 * whether there is such a ticket.
 */
export const readGuestLink = async (req: PayloadRequest, key: string): Promise<Guest | null> => {
  const [participant, signature, ...more] = key.split('.')
  if (!participant || !signature || more.length) return null
  if (toID(req, participant) === null || !/^[\w-]{43}$/.test(signature)) return null
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.participants)
  const { rows } = await sqlOf(req).query<Guest['participant'] & { ticket: DocID | null; version: number }>(
    `select id, ticket_id ticket, address, coalesce(name, '') name, contact_id contact,
       coalesce(link_version, 1)::int version
     from ${table} where id = $1 and accepted`,
    [participant],
  )
  const row = rows[0]
  const value = boundValue({
    participant: row?.id ?? 0,
    ticket: row?.ticket ?? 0,
    version: row?.version ?? 0,
  })
  // Looked at for missing ones too, so that both take the same time.
  const isOurs = verify({ payload: req.payload, purpose: 'guest-link', value, signature })
  if (!row || row.ticket === null || !isOurs) return null
  const ticket = await readTicket({ req, ticket: row.ticket, overrideAccess: true })
  if (ticket.spam || isOver(req, ticket)) return null
  const { id, address, name, contact } = row
  return { ticket, participant: { id, address, name, contact } }
}
