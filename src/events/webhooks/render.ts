import type { PayloadRequest } from 'payload'
import type { DocID, Message } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import { toldStatusSQL } from '../../operations/toldStatus.js'
import type { Status } from '../../rules/status.js'
import type { EventRow } from '../queue.js'

/** The longest texts that are told whole; of a longer message the beginning. */
const longest = { text: 100_000, html: 200_000 }

/** What an event's row keeps of the moment at which it happened. */
export type EventData = {
  key: string
  mailbox: DocID | null
  status: Status
  assignee: DocID | null
  from?: unknown
  to?: unknown
}

type Facts = Record<string, unknown> & { status: Status }

const tables = (req: PayloadRequest) => {
  const { slugs } = getHelpdesk(req.payload)
  return {
    tickets: tableOf(req.payload, slugs.tickets),
    messages: tableOf(req.payload, slugs.messages),
    mailboxes: tableOf(req.payload, slugs.mailboxes),
  }
}

/** The ticket as the act has left it. */
const ticketFacts = async (req: PayloadRequest, row: EventRow): Promise<Facts | null> => {
  const { mailbox, assignee, status } = row.data as EventData
  const { tickets, mailboxes } = tables(req)
  const { rows } = await sqlOf(req).query<Facts>(
    `select t.id, t.number::int number, t.subject, t.priority, t.source, t.spam, t.contact_id contact,
       t.requester_address "requesterAddress", t.requester_verified "requesterVerified", t.created_at "createdAt",
       (select jsonb_build_object('id', m.id, 'name', m.name, 'address', m.address) from ${mailboxes} m
        where m.id = $2) mailbox,
       ${toldStatusSQL({ req, ticket: 't.id', status: '$3::text' })} status
     from ${tickets} t where t.id = $1`,
    [row.ticket, mailbox, status],
  )
  return rows[0] ? { ...rows[0], assignee } : null
}

type Told = Pick<Message, 'id' | 'kind' | 'visibility' | 'text' | 'html' | 'delivery' | 'createdAt'> & {
  author: DocID | null
  from: { name: string; address: string }
}

const messageFacts = async (req: PayloadRequest, id: DocID | null): Promise<Told | null> => {
  if (id === null) return null
  const { rows } = await sqlOf(req).query<Told>(
    `select id, kind, visibility, author_id author,
       jsonb_build_object('name', coalesce(from_name, ''), 'address', coalesce(from_address, '')) "from",
       coalesce(text, '') text, coalesce(html, '') html, delivery, created_at "createdAt"
     from ${tables(req).messages} where id = $1`,
    [id],
  )
  return rows[0] ?? null
}

/** A message as a receiver gets it; what only the team sees comes without its words, unless notes are included. */
const toldMessage = ({ delivery: _, ...message }: Told, includeNotes: boolean) => {
  const { text, html } = message
  if (message.visibility === 'team' && !includeNotes)
    return { ...message, text: null, html: null, isWhole: false }
  return {
    ...message,
    text: text.slice(0, longest.text),
    html: html.length > longest.html ? null : html,
    isWhole: text.length <= longest.text && html.length <= longest.html,
  }
}

/** What a receiver is sent, by whether it hears notes too. */
export type Rendered = (includeNotes: boolean) => string

/**
 * Puts an event into the words in which it is sent, each time the same bytes. Null where there is nothing to tell any
 * more: its ticket or its message is gone.
 */
export const renderEvent = async (req: PayloadRequest, row: EventRow): Promise<Rendered | null> => {
  const ticket = await ticketFacts(req, row)
  if (!ticket) return null
  const isAboutMessage = ['customerReplied', 'agentReplied', 'noteAdded'].includes(row.name)
  const message = isAboutMessage || row.name === 'ticketOpened' ? await messageFacts(req, row.message) : null
  if (isAboutMessage && !message) return null
  // A reply that can be taken back, or was: nobody but the team has seen it.
  const isHidden = message?.delivery === 'held' || message?.delivery === 'cancelled'
  const { from, to } = row.data as EventData
  return (includeNotes) =>
    JSON.stringify({
      type: row.name,
      timestamp: row.createdAt.toISOString(),
      data: {
        ticket,
        actor: { kind: row.actorKind, user: row.actor },
        ...(message && !isHidden && { message: toldMessage(message, includeNotes) }),
        ...(from !== undefined && { from, to }),
      },
    })
}
