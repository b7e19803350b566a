import type { Endpoint } from 'payload'
import { isManager } from '../../collections/access/role.js'
import { defineEndpoint } from '../../core/endpoint.js'
import { HelpdeskError } from '../../core/errors.js'
import { readHealth } from '../queries/mailboxes.js'
import { pathID } from './shapes.js'

export const mailboxEndpoints: Endpoint[] = [
  defineEndpoint({
    path: '/helpdesk/mailboxes/:id/health',
    method: 'get',
    allow: (req) => isManager({ req }),
    handler: async ({ req, params }) => {
      const health = await readHealth(req, pathID(req, params['id'], 'notFound'))
      if (!health) throw new HelpdeskError('notFound')
      return health
    },
  }),
]
