import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { isAgent } from '../../collections/access/role.js'
import { defineEndpoint } from '../../core/endpoint.js'
import { startTicket } from '../../operations/startTicket.js'
import { leftUntil } from '../queries/leftUntil.js'
import { readAnyRow, readThread } from '../queries/thread.js'
import { bodyID, bodyIDs, id, people, person, priority, status, written } from './shapes.js'

const allow = (req: PayloadRequest) => isAgent({ req })

const maxMessages = 50

export const ticketEndpoints: Endpoint[] = [
  defineEndpoint({
    path: '/helpdesk/tickets/:id',
    method: 'get',
    allow,
    query: z.object({
      before: z.string().max(64).optional(),
      limit: z.coerce.number().int().min(1).max(maxMessages).default(20),
    }),
    handler: ({ req, params, query }) => readThread({ req, ticket: params['id'], ...query }),
  }),
  defineEndpoint({
    path: '/helpdesk/tickets',
    method: 'post',
    allow,
    body: z.object({
      ...written,
      mailbox: id,
      requester: person,
      subject: z.string().max(500),
      cc: people.optional(),
      status: status.optional(),
      assignee: id.nullish(),
      priority: priority.optional(),
    }),
    handler: async ({ req, body }) => {
      const { ticket, message, undoUntil } = await startTicket({
        ...body,
        req,
        mailbox: bodyID({ req, value: body.mailbox, field: 'mailbox' }),
        assignee: body.assignee == null ? null : bodyID({ req, value: body.assignee, field: 'assignee' }),
        attachments: bodyIDs({ req, value: body.attachments, field: 'attachments' }),
      })
      return { ticket: await readAnyRow(req, ticket.id), message, undoUntil, undoMs: leftUntil(undoUntil) }
    },
  }),
]
