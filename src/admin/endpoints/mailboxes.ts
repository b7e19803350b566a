import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { isManager } from '../../collections/access/role.js'
import { defineEndpoint } from '../../core/endpoint.js'
import { HelpdeskError } from '../../core/errors.js'
import { testConnection } from '../../mail/index.js'
import type { ConnectionTest } from '../api.js'
import { readHealth } from '../queries/mailboxes.js'
import { pathID } from './shapes.js'

const allow = (req: PayloadRequest) => isManager({ req })

const word = z.string().max(500).nullish()

/** A side of the mailbox's form; what is not of the login is of no interest here. */
const login = z.object({
  kind: word,
  host: word,
  port: z.number().int().min(1).max(65_535).nullish(),
  security: word,
  user: word,
  password: z.string().max(10_000).nullish(),
  folder: word,
})

export const mailboxEndpoints: Endpoint[] = [
  defineEndpoint({
    path: '/helpdesk/mailboxes/:id/health',
    method: 'get',
    allow,
    handler: async ({ req, params }) => {
      const health = await readHealth(req, pathID({ req, value: params['id'], key: 'notFound' }))
      if (!health) throw new HelpdeskError('notFound')
      return health
    },
  }),
  defineEndpoint({
    path: '/helpdesk/mailboxes/:id/test',
    method: 'post',
    allow,
    body: z.object({ address: word, receive: login.nullish(), send: login.nullish() }),
    handler: ({ req, params, body: { address, receive, send } }): Promise<ConnectionTest> =>
      testConnection({
        req,
        mailbox: params['id'] === 'new' ? null : pathID({ req, value: params['id'], key: 'notFound' }),
        values: { address, ...(receive && { receive }), ...(send && { send }) },
      }),
  }),
]
