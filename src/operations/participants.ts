import type { PayloadRequest } from 'payload'
import type { DocID, Mailbox, Participant } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { insertRows, sqlOf, tableOf } from '../core/database.js'
import { addressKey } from '../rules/address.js'

export type JoinArgs = {
  req: PayloadRequest
  ticket: DocID
  people: (Mailbox & { role: 'requester' | 'cc'; accepted: boolean; contact?: DocID | null })[]
}

/** Adds participants; those who take part already stay as they are, but an accepted one is accepted from now on. */
export const joinTicket = async ({ req, ticket, people }: JoinArgs): Promise<void> => {
  const slug = getHelpdesk(req.payload).slugs.participants
  const rows = new Map(
    people.map((person) => [
      addressKey(person.address),
      {
        ticket,
        contact: person.contact ?? null,
        address: addressKey(person.address),
        name: person.name.slice(0, 200),
        role: person.role,
        accepted: person.accepted,
        linkVersion: 1,
        createdAt: now().toISOString(),
      },
    ]),
  )
  if (!rows.size) return
  const written = await insertRows({ req, slug, rows: [...rows.values()], onConflict: 'nothing' })
  const accepted = [...rows.values()].filter((row) => row.accepted).map((row) => row.address)
  if (written.length === rows.size || !accepted.length) return
  await sqlOf(req).query(
    `update ${tableOf(req.payload, slug)} set accepted = true where ticket_id = $1 and address = any($2) and not accepted`,
    [ticket, accepted],
  )
}

export const readParticipants = async (req: PayloadRequest, ticket: DocID): Promise<Participant[]> => {
  const { rows } = await sqlOf(req).query<Participant>(
    `select id, ticket_id ticket, contact_id contact, address, name, role, accepted
     from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.participants)} where ticket_id = $1 order by created_at, id`,
    [ticket],
  )
  return rows
}
