import type { PayloadRequest, Where } from 'payload'
import { getHelpdesk } from '../../core/config.js'
import { relationColumn, sqlOf, tableOf } from '../../core/database.js'
import type { DocID } from '../types.js'
import { roleOf } from './role.js'

/**
 * Which tickets somebody sees: everything, nothing, or what one of the grants covers. The one source of the
 * constraint that Payload's API gets and of the condition that the inbox's SQL gets.
 */
export type TicketScope =
  | { sees: 'all' }
  | { sees: 'nothing' }
  | {
      sees: 'some'
      agent: DocID
      /** Mailboxes the agent works in. */
      mailboxes: DocID[]
      /** Of these mailboxes: the unassigned tickets, all of them, or none for being a member alone. */
      inMailboxes: 'unassigned' | 'all' | 'none'
    }

const cached = new WeakMap<object, Promise<DocID[]>>()

/** Mailboxes the caller is a member of: those that name them, and those that name nobody. */
export const memberMailboxes = (req: PayloadRequest): Promise<DocID[]> => {
  const user = req.user
  if (!user) return Promise.resolve([])
  let found = cached.get(user)
  if (!found) {
    found = readMemberMailboxes(req, user.id)
    cached.set(user, found)
  }
  return found
}

const readMemberMailboxes = async (req: PayloadRequest, agent: DocID): Promise<DocID[]> => {
  const { slugs, usersSlug } = getHelpdesk(req.payload)
  const mailboxes = tableOf(req.payload, slugs.mailboxes)
  const user = relationColumn(req.payload, usersSlug)
  const rels = mailboxes.replace(/"$/, '_rels"')
  const { rows } = await sqlOf({ payload: req.payload }).query<{ id: DocID }>(
    `select m.id from ${mailboxes} m
     where not exists (select 1 from ${rels} r where r.parent_id = m.id and r.path = 'members')
        or exists (select 1 from ${rels} r where r.parent_id = m.id and r.path = 'members' and r.${user} = $1)`,
    [agent],
  )
  return rows.map((row) => row.id)
}

export const ticketScope = async (req: PayloadRequest): Promise<TicketScope> => {
  const role = roleOf(req)
  if (!role || !req.user) return { sees: 'nothing' }
  const { agentScope } = getHelpdesk(req.payload).access
  if (role !== 'agent' || agentScope === 'all') return { sees: 'all' }
  return {
    sees: 'some',
    agent: req.user.id,
    mailboxes: agentScope === 'own' ? [] : await memberMailboxes(req),
    inMailboxes: agentScope === 'own' ? 'none' : agentScope === 'mailboxes' ? 'all' : 'unassigned',
  }
}

/** The scope as Payload's constraint; `prefix` is the path from the queried document to the ticket, e.g. `ticket.`. */
export const scopeWhere = (scope: TicketScope, prefix = ''): boolean | Where => {
  if (scope.sees !== 'some') return scope.sees === 'all'
  const or: Where[] = [
    { [`${prefix}assignee`]: { equals: scope.agent } },
    { [`${prefix}followers.agent`]: { equals: scope.agent } },
  ]
  const inMailboxes: Where = { [`${prefix}mailbox`]: { in: scope.mailboxes } }
  if (scope.inMailboxes === 'all') or.push(inMailboxes)
  if (scope.inMailboxes === 'unassigned') {
    or.push({ and: [{ [`${prefix}assignee`]: { exists: false } }, inMailboxes] })
  }
  return { or }
}

export type ScopeSQLArgs = {
  req: PayloadRequest
  scope: TicketScope
  /** Alias of the tickets table in the query. */
  alias: string
  /** The query's parameters; the scope's are appended. */
  values: unknown[]
}

/** The scope as a SQL condition on the tickets table. */
export const scopeSQL = ({ req, scope, alias, values }: ScopeSQLArgs): string => {
  if (scope.sees !== 'some') return scope.sees === 'all' ? 'true' : 'false'
  const followers = tableOf(req.payload, getHelpdesk(req.payload).slugs.followers)
  const agent = `$${values.push(scope.agent)}`
  const grants = [
    `${alias}.assignee_id = ${agent}`,
    `exists (select 1 from ${followers} f where f.ticket_id = ${alias}.id and f.agent_id = ${agent})`,
  ]
  if (scope.inMailboxes !== 'none' && scope.mailboxes.length) {
    const mailboxes = `${alias}.mailbox_id = any($${values.push(scope.mailboxes)})`
    grants.push(scope.inMailboxes === 'all' ? mailboxes : `(${alias}.assignee_id is null and ${mailboxes})`)
  }
  return `(${grants.join(' or ')})`
}

/** What of a ticket decides who sees it. */
export type TicketFacts = { mailbox: DocID | null; assignee: DocID | null; followers: DocID[] }

/** The scope for one ticket whose facts are at hand: for many people at once, where a query each would be too dear. */
export const scopeIncludes = (scope: TicketScope, ticket: TicketFacts): boolean => {
  if (scope.sees !== 'some') return scope.sees === 'all'
  const is = (one: DocID | null, other: DocID) => one !== null && String(one) === String(other)
  if (is(ticket.assignee, scope.agent) || ticket.followers.some((agent) => is(agent, scope.agent)))
    return true
  if (scope.inMailboxes === 'none' || !scope.mailboxes.some((mailbox) => is(ticket.mailbox, mailbox)))
    return false
  return scope.inMailboxes === 'all' || ticket.assignee === null
}
