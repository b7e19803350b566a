import type { PayloadRequest } from 'payload'
import type { ActivityKind, DocID, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf } from '../core/database.js'
import { insertAtEnd } from '../core/insert.js'
import type { Hint } from '../core/part.js'
import { laterOf } from '../core/transaction.js'
import { agentOf } from './agentOf.js'
import { announce } from './announce.js'

type Facts = Pick<Ticket, 'id' | 'mailbox' | 'assignee' | 'status'>

export type ActivityArgs = {
  req: PayloadRequest
  kind: ActivityKind
  /** The ticket as it is after the act. */
  ticket: Facts
  /** As it was before, where the act changed it. */
  before?: Partial<Facts>
  /** The status before an earlier act whose change of it is only announced now. */
  heldBack?: Ticket['status']
  /** Default: an agent where one is signed in, else the system. */
  actorKind?: 'agent' | 'customer' | 'system'
  message?: DocID
  contact?: DocID | null
  data?: Record<string, unknown>
}

/**
 * Tells the other processes, when the transaction commits, that there is something to look at. A hint: whoever
 * misses it finds the same by polling.
 */
export const hint = async (req: PayloadRequest, about: Hint): Promise<void> => {
  const later = laterOf(req)
  if (later) later.notify('helpdesk', about)
  else await sqlOf(req).query('select pg_notify($1, $2)', ['helpdesk', about])
}

/** Writes one line of history, in the transaction of the act it tells. */
export const writeActivity = async (args: ActivityArgs): Promise<void> => {
  const { req, ticket, before } = args
  const agent = agentOf(req)
  const actorKind = args.actorKind ?? (agent === null ? 'system' : 'agent')
  await insertAtEnd({
    req,
    slug: getHelpdesk(req.payload).slugs.activities,
    rows: [
      {
        kind: args.kind,
        createdAt: now().toISOString(),
        ticket: args.kind === 'ticketDeleted' ? null : ticket.id,
        message: args.message ?? null,
        contact: args.contact ?? null,
        actor: actorKind === 'agent' ? agent : null,
        actorKind,
        mailbox: ticket.mailbox,
        mailboxBefore: before?.mailbox ?? ticket.mailbox,
        assignee: ticket.assignee,
        assigneeBefore: before && 'assignee' in before ? before.assignee : ticket.assignee,
        status: ticket.status,
        statusBefore: before?.status ?? ticket.status,
        data: args.data ?? {},
      },
    ],
  })
  await announce({
    req,
    act: {
      kind: args.kind,
      status: ticket.status,
      statusBefore: args.heldBack ?? before?.status ?? ticket.status,
      assignee: ticket.assignee,
      assigneeBefore: before && 'assignee' in before ? (before.assignee ?? null) : ticket.assignee,
    },
    ticket: ticket.id,
    mailbox: ticket.mailbox,
    message: args.message ?? null,
    actorKind,
    actor: actorKind === 'agent' ? agent : null,
  })
  await hint(req, 'activity')
}
