import type { PayloadRequest } from 'payload'
import type { TicketFacts } from '../../collections/access/scope.js'
import type { DocID } from '../../collections/types.js'
import { sqlOf } from '../../core/database.js'
import type { TicketRow } from '../api.js'
import { tablesOf } from '../queries/tables.js'
import { type RawRow, rowColumns, toTicketRow } from '../queries/ticketRows.js'

/** A ticket as it is now, with all that decides who sees it and to whom it is unread. */
export type LiveTicket = {
  facts: TicketFacts
  rowFor: (agent: DocID) => TicketRow
}

type Read = { agent: DocID; at: string }

/** Tickets by id, in one query however many people look on. Those that are gone are missing. */
export const readLiveTickets = async (
  req: Pick<PayloadRequest, 'payload'>,
  ids: DocID[],
): Promise<Map<string, LiveTicket>> => {
  const { payload } = req
  const { tickets, followers, readStates } = tablesOf(payload)
  const { rows } = await sqlOf({ payload }).query<RawRow>(
    `select ${rowColumns(req as PayloadRequest, 'null')}, t.last_customer_message_at,
       (select json_agg(f.agent_id) from ${followers} f where f.ticket_id = t.id) followers,
       (select json_agg(json_build_object('agent', s.agent_id, 'at', s.read_at)) from ${readStates} s
         where s.ticket_id = t.id) reads
     from ${tickets} t where t.id = any($1)`,
    [ids],
  )
  return new Map(rows.map((row) => [String(row.id), toLiveTicket(row)]))
}

const toLiveTicket = (row: RawRow): LiveTicket => {
  const base = toTicketRow(row)
  const written = row['last_customer_message_at'] as Date | null
  const reads = new Map(
    ((row['reads'] ?? []) as Read[]).map(({ agent, at }) => [String(agent), new Date(at).getTime()]),
  )
  return {
    facts: {
      mailbox: row['mailbox_id'] as DocID | null,
      assignee: row['assignee_id'] as DocID | null,
      followers: (row['followers'] ?? []) as DocID[],
    },
    rowFor: (agent) => ({
      ...base,
      unread: written !== null && written.getTime() > (reads.get(String(agent)) ?? Number.NEGATIVE_INFINITY),
    }),
  }
}
