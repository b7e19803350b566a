import type { PayloadRequest } from 'payload'
import { ticketScope } from '../../collections/access/scope.js'
import type { DocID } from '../../collections/types.js'
import { HelpdeskError } from '../../core/errors.js'
import type { ThreadView, TicketRow } from '../api.js'
import { readExtraFields } from './extraFields.js'
import { toID } from './tables.js'
import { readEvents } from './threadEvents.js'
import { readMessages } from './threadMessages.js'
import { readPeople } from './threadPeople.js'
import { readTicketFacts, readTicketRows } from './threadTicket.js'
import { toTicketRow } from './ticketRows.js'

export type ThreadArgs = { req: PayloadRequest; ticket: unknown; before?: unknown; limit: number }

/** A ticket with its last messages; `ticketGone` where there is none that the caller may see. */
export const readThread = async ({ req, ticket, before, limit }: ThreadArgs): Promise<ThreadView> => {
  const id = toID(req, ticket)
  if (id === null) throw new HelpdeskError('ticketGone')
  const from = before === undefined ? undefined : (toID(req, before) ?? undefined)
  const scope = await ticketScope(req)
  const page = { req, ticket: id, before: from, limit }
  // All at once; nothing of the others is looked at unless the first finds a ticket that may be seen.
  const [facts, { messages, earlier }, events, people, extra] = await Promise.all([
    readTicketFacts(req, id, scope),
    readMessages(page),
    readEvents(page),
    readPeople(req, id, scope),
    readExtraFields(req, id),
  ])
  return {
    ...people,
    ticket: { ...facts.ticket, extra },
    messages,
    events,
    earlier,
    blocked: facts.blocked,
  }
}

/** The ticket as it is now, for the answer to an act; null when the act took it out of the caller's sight. */
export const readRow = async (req: PayloadRequest, ticket: DocID): Promise<TicketRow | null> => {
  const [row] = await readTicketRows(req, [ticket], await ticketScope(req))
  return row ? toTicketRow(row) : null
}
