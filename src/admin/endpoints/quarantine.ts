import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { isManager } from '../../collections/access/role.js'
import { defineEndpoint } from '../../core/endpoint.js'
import { readRaw } from '../../mail/index.js'
import { journalID, listQuarantine } from '../queries/journal.js'
import { sourceResponse } from './messages.js'

const allow = (req: PayloadRequest) => isManager({ req })

export const quarantineEndpoints: Endpoint[] = [
  defineEndpoint({
    path: '/helpdesk/quarantine',
    method: 'get',
    allow,
    query: z.object({ after: z.string().max(500).optional() }),
    handler: ({ req, query }) => listQuarantine(req, query.after),
  }),
  defineEndpoint({
    path: '/helpdesk/quarantine/:id/source',
    method: 'get',
    allow,
    handler: async ({ req, params }) =>
      sourceResponse(await readRaw({ req, inboundEmail: await journalID(req, params['id']) })),
  }),
]
