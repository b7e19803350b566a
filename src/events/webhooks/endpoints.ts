import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { isManager } from '../../collections/access/role.js'
import { toID } from '../../core/database.js'
import { defineEndpoint } from '../../core/endpoint.js'
import { HelpdeskError } from '../../core/errors.js'
import { listDeliveries, queueTest, redeliver } from './log.js'
import { rotateSecret } from './secrets.js'

const allow = (req: PayloadRequest) => isManager({ req })

const pathID = (req: PayloadRequest, value: string | undefined) => {
  const id = toID(req, value)
  if (id === null) throw new HelpdeskError('notFound')
  return id
}

/** What a webhook's editor asks for. A secret is in the answer to its making, and nowhere else. */
export const webhookEndpoints: Endpoint[] = [
  defineEndpoint({
    path: '/helpdesk/webhooks/:id/deliveries',
    method: 'get',
    allow,
    query: z.object({ before: z.string().optional() }),
    handler: async ({ req, params, query: { before } }) =>
      listDeliveries({
        req,
        webhook: pathID(req, params['id']),
        before: before === undefined ? null : pathID(req, before),
      }),
  }),
  defineEndpoint({
    path: '/helpdesk/webhooks/:id/secret',
    method: 'post',
    allow,
    handler: ({ req, params }) => rotateSecret({ req, webhook: pathID(req, params['id']) }),
  }),
  defineEndpoint({
    path: '/helpdesk/webhooks/:id/test',
    method: 'post',
    allow,
    handler: async ({ req, params }) => ({ delivery: await queueTest(req, pathID(req, params['id'])) }),
  }),
  defineEndpoint({
    path: '/helpdesk/webhooks/deliveries/:id/redeliver',
    method: 'post',
    allow,
    handler: async ({ req, params }) => {
      await redeliver(req, pathID(req, params['id']))
      return { queued: true }
    },
  }),
]
