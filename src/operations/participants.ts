import type { PayloadRequest } from 'payload'
import type { DocID, Mailbox } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { insertRows, sqlOf, tableOf } from '../core/database.js'
import { insertAtEnd } from '../core/insert.js'
import { addressKey } from '../rules/address.js'

export type JoinArgs = {
  req: PayloadRequest
  ticket: DocID
  people: (Mailbox & { role: 'requester' | 'cc'; accepted: boolean; contact?: DocID | null })[]
  /** The ticket was made just now: nobody takes part yet. */
  isNew?: boolean
}

/** Whom a verb made take part, by address: what undoing it takes back. */
export type Joined = { added: string[]; accepted: string[] }

/**
 * Adds participants; those who take part already stay as they are, but an accepted one is accepted from now on. Says
 * what changed.
 */
export const joinTicket = async ({ req, ticket, people, isNew }: JoinArgs): Promise<Joined> => {
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
  if (!rows.size) return { added: [], accepted: [] }
  if (isNew) {
    await insertAtEnd({ req, slug, rows: [...rows.values()] })
    return { added: [...rows.keys()], accepted: [] }
  }
  const table = tableOf(req.payload, slug)
  const { rows: present } = await sqlOf(req).query<{ address: string }>(
    `select address from ${table} where ticket_id = $1 and address = any($2)`,
    [ticket, [...rows.keys()]],
  )
  const isPresent = new Set(present.map(({ address }) => address))
  const fresh = [...rows.values()].filter((row) => !isPresent.has(row.address))
  await insertRows({ req, slug, rows: fresh, onConflict: 'nothing' })
  const known = [...rows.values()].filter((row) => row.accepted && isPresent.has(row.address))
  if (!known.length) return { added: fresh.map((row) => row.address), accepted: [] }
  const { rows: accepted } = await sqlOf(req).query<{ address: string }>(
    `update ${table} set accepted = true where ticket_id = $1 and address = any($2) and not accepted
     returning address`,
    [ticket, known.map((row) => row.address)],
  )
  return { added: fresh.map((row) => row.address), accepted: accepted.map((row) => row.address) }
}

export type LeaveArgs = { req: PayloadRequest; ticket: DocID; message: DocID; joined: Joined }

/** Takes back what a message that never left did to the participants; who wrote or was written to otherwise stays. */
export const leaveTicket = async ({ req, ticket, message, joined }: LeaveArgs): Promise<void> => {
  const { slugs } = getHelpdesk(req.payload)
  const participants = tableOf(req.payload, slugs.participants)
  if (joined.added.length) {
    const { rows } = await sqlOf(req).query<{ from: string | null; recipients: Mailbox[] | null }>(
      `select from_address "from", recipients from ${tableOf(req.payload, slugs.messages)}
       where ticket_id = $1 and id <> $2 and delivery is distinct from 'cancelled'`,
      [ticket, message],
    )
    const named = new Set(
      rows.flatMap(({ from, recipients }) =>
        [from ?? '', ...(recipients ?? []).map(({ address }) => address)].map(addressKey),
      ),
    )
    await sqlOf(req).query(
      `delete from ${participants} where ticket_id = $1 and address = any($2) and role <> 'requester'`,
      [ticket, joined.added.filter((address) => !named.has(address))],
    )
  }
  await sqlOf(req).query(
    `update ${participants} set accepted = false where ticket_id = $1 and address = any($2)`,
    [ticket, joined.accepted],
  )
}
