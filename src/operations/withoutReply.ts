import type { PayloadRequest } from 'payload'
import type { ActivityKind, DocID, Ticket } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import type { Joined } from './participants.js'
import type { MessageFacts } from './readMessage.js'

type Line = {
  kind: ActivityKind
  message: DocID | null
  changed: boolean
  undone: boolean
  data: {
    restore?: Partial<Ticket>
    joined?: Joined
    automatic?: boolean
    unverified?: boolean
    permanent?: boolean
  }
}

/** Lines of history that are looked through; an undo window is too short for more. */
const maxLines = 500

/** The ticket's history, newest first. */
const readHistory = async (req: PayloadRequest, ticket: DocID): Promise<Line[]> => {
  const { slugs } = getHelpdesk(req.payload)
  const { rows } = await sqlOf(req).query<Line>(
    `select a.kind, a.message_id message, a.data, a.status is distinct from a.status_before changed,
       a.kind = 'replyHeld' and m.delivery is not distinct from 'cancelled' undone
     from ${tableOf(req.payload, slugs.activities)} a
     left join ${tableOf(req.payload, slugs.messages)} m on m.id = a.message_id
     where a.ticket_id = $1 order by a.created_at desc, a.id desc limit ${maxLines}`,
    [ticket],
  )
  return rows
}

/** Lines that change nothing of the ticket by themselves. */
const asides: ActivityKind[] = ['fieldsChanged', 'deliveryChanged', 'agentReplied', 'replyUndone']

const isActivity = ({ kind }: Line): boolean => !asides.includes(kind)

/** Whether the status is what it is because of this, even where it was the same before. */
const decidesStatus = ({ kind, data, changed: isChange }: Line): boolean => {
  if (kind === 'replyUndone') return false
  if (kind === 'customerReplied') return isChange || !(data.automatic || data.unverified)
  if (kind === 'mailBounced') return isChange || Boolean(data.permanent)
  return isChange || ['replyHeld', 'messageAccepted', 'deliveryFailed'].includes(kind)
}

/**
 * The facts as they were before a reply; null where something has followed that still stands. Replies that were taken
 * back earlier are looked through.
 */
const factsBefore = (lines: Line[], own: Line | undefined): Partial<Ticket> | null => {
  const at = own ? lines.indexOf(own) : -1
  if (at < 0 || lines.slice(0, at).some((line) => !line.undone)) return null
  let facts = own!.data.restore ?? null
  for (const line of lines.slice(at + 1)) {
    if (!line.undone) break
    facts = line.data.restore ?? facts
  }
  return facts
}

const statusFacts = ['status', 'waitingSince', 'resolvedAt', 'closedAt', 'deliveryProblem'] as const

const pick = (facts: Partial<Ticket> | null, keys: readonly (keyof Ticket)[]): Partial<Ticket> =>
  Object.fromEntries(keys.flatMap((key) => (facts && key in facts ? [[key, facts[key]]] : [])))

/** What the messages that stand say of the ticket. */
const factsOfMessages = async ({ req, ticket, message }: WithoutReplyArgs): Promise<Partial<Ticket>> => {
  const messages = tableOf(req.payload, getHelpdesk(req.payload).slugs.messages)
  const { rows } = await sqlOf(req).query<{
    first: Date | null
    last: Date | null
    files: boolean | null
    preview: string | null
    at: Date
  }>(
    `with standing as (
       select * from ${messages}
       where ticket_id = $1 and kind <> 'note' and id <> $2 and delivery is distinct from 'cancelled'
     )
     select min(created_at) filter (where kind = 'reply') first, max(created_at) filter (where kind = 'reply') last,
       bool_or(has_attachments) files,
       (select preview from standing where visibility = 'customer' and (not coalesce(automatic, false)
          or id = (select id from standing order by created_at, id limit 1))
        order by created_at desc, id desc limit 1) preview,
       (select created_at from ${messages} where id = $2) at
     from standing`,
    [ticket.id, message.id],
  )
  const { first, last, files, preview, at } = rows[0]!
  const isOwn = (fact: string | null) => fact !== null && Date.parse(fact) === at.getTime()
  return {
    messageCount: Math.max(ticket.messageCount - 1, 0),
    hasAttachments: ticket.hasAttachments && Boolean(files),
    preview: preview ?? '',
    ...(isOwn(ticket.firstResponseAt) && { firstResponseAt: first?.toISOString() ?? null }),
    ...(isOwn(ticket.lastAgentMessageAt) && { lastAgentMessageAt: last?.toISOString() ?? null }),
  }
}

export type WithoutReplyArgs = { req: PayloadRequest; ticket: Ticket; message: MessageFacts }

/** A ticket as it is without a reply that is marked as cancelled, and whom the reply had made take part. */
export const withoutReply = async (
  args: WithoutReplyArgs,
): Promise<{ after: Ticket; joined: Joined | undefined }> => {
  const { req, ticket, message } = args
  const history = await readHistory(req, ticket.id)
  const own = history.find((line) => line.kind === 'replyHeld' && line.message === message.id)
  const after = {
    ...ticket,
    ...(await factsOfMessages(args)),
    ...pick(factsBefore(history.filter(decidesStatus), own), statusFacts),
    ...pick(factsBefore(history.filter(isActivity), own), ['lastActivityAt']),
  }
  return { after, joined: own?.data.joined }
}
