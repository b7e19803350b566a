import type { PayloadRequest } from 'payload'
import { ticketScope } from '../../collections/access/scope.js'
import type { DocID } from '../../collections/types.js'
import { toID } from '../../core/database.js'
import { HelpdeskError } from '../../core/errors.js'
import type { Draft, ThreadView, TicketRow } from '../api.js'
import { readExtraFields } from './extraFields.js'
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
    readTicketFacts({ req, ticket: id, scope }),
    readMessages(page),
    readEvents(page),
    readPeople({ req, ticket: id, scope }),
    readExtraFields(req, id),
  ])
  return {
    ...people,
    ticket: { ...facts.ticket, extra },
    messages,
    events,
    earlier,
    mailbox: facts.mailbox,
    blocked: facts.blocked,
  }
}

/**
 * The ticket as it is now, for the answer to an act: the caller saw it when they acted, even where the act took it
 * out of their sight. Null when it was deleted.
 */
export const readAnyRow = async (req: PayloadRequest, ticket: DocID): Promise<TicketRow | null> => {
  const [row] = await readTicketRows({ req, ids: [ticket], scope: { sees: 'all' } })
  return row ? toTicketRow(row) : null
}

type DraftArgs = { req: PayloadRequest; ticket: DocID; kind: 'reply' | 'note' }

/** What the caller has begun to write in a ticket. */
export const readDraft = async ({ req, ticket, kind }: DraftArgs): Promise<Draft | null> =>
  (await readPeople({ req, ticket, scope: await ticketScope(req) })).drafts[kind]
