import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { isAgent } from '../../collections/access/role.js'
import { defineEndpoint } from '../../core/endpoint.js'
import { HelpdeskError } from '../../core/errors.js'
import { viewNames } from '../../rules/views.js'
import { findContacts } from '../queries/contactHits.js'
import { extraFilters } from '../queries/extraFields.js'
import { readOverview } from '../queries/overview.js'
import { searchTickets } from '../queries/search.js'
import { listTickets } from '../queries/ticketList.js'
import type { TicketFilters } from '../queries/ticketSources.js'
import { bodyID, id, priority } from './shapes.js'

const allow = (req: PayloadRequest) => isAgent({ req })

const isZone = (name: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}

const listQuery = z.object({
  view: z.enum(viewNames as [(typeof viewNames)[number], ...typeof viewNames]).optional(),
  mailbox: id.optional(),
  assignee: id.optional(),
  priority: priority.optional(),
  search: z.string().max(500).optional(),
  after: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
  where: z.string().max(2000).optional(),
  /** Hours that a customer has waited for us. */
  waiting: z.coerce.number().int().min(1).max(8784).optional(),
  zone: z.string().max(64).refine(isZone, 'A time zone, as in Europe/Berlin.').default('UTC'),
})

const readWhere = (where: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(where)
    if (value && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw new HelpdeskError('badInput', { fields: { where: 'A JSON object of field names and values.' } })
}

const filtersOf = async (req: PayloadRequest, query: z.infer<typeof listQuery>): Promise<TicketFilters> => {
  const { mailbox, assignee, priority: wanted, where, waiting, zone } = query
  return {
    ...(mailbox !== undefined && { mailbox: bodyID({ req, value: mailbox, field: 'mailbox' }) }),
    ...(assignee !== undefined && {
      assignee:
        assignee === 'me' || assignee === 'nobody'
          ? assignee
          : bodyID({ req, value: assignee, field: 'assignee' }),
    }),
    ...(wanted && { priority: wanted }),
    ...(waiting && { waitingHours: waiting }),
    ...(where && { columns: await extraFilters({ req, where: readWhere(where), zone }) }),
  }
}

export const inboxEndpoints: Endpoint[] = [
  defineEndpoint({
    path: '/helpdesk/inbox/tickets',
    method: 'get',
    allow,
    query: listQuery,
    handler: async ({ req, query }) => {
      const filters = await filtersOf(req, query)
      const { view, search, after, limit } = query
      return search?.trim()
        ? searchTickets({ req, search, view, filters, after, limit })
        : listTickets({ req, view: view ?? 'active', filters, after, limit })
    },
  }),
  defineEndpoint({
    path: '/helpdesk/inbox/overview',
    method: 'get',
    allow,
    handler: ({ req }) => readOverview(req),
  }),
  defineEndpoint({
    path: '/helpdesk/contacts',
    method: 'get',
    allow,
    query: z.object({ search: z.string().max(500).default('') }),
    handler: ({ req, query }) => findContacts(req, query.search),
  }),
]
