import { createHash, timingSafeEqual } from 'node:crypto'
import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { isManager } from '../collections/access/role.js'
import { getHelpdesk } from '../core/config.js'
import { defineEndpoint } from '../core/endpoint.js'
import { workerOf } from './start.js'

const path = '/helpdesk/worker'

const defaultBudgetMs = 25_000
const largestBudgetMs = 50_000

const digest = (value: string): Buffer => createHash('sha256').update(value).digest()

const hasSecret = (req: PayloadRequest): boolean => {
  const { routeSecret } = getHelpdesk(req.payload).worker
  const given = /^Bearer (.+)$/i.exec(req.headers.get('authorization') ?? '')?.[1]
  // Of one length whatever is given, so that the time says nothing about the secret.
  return Boolean(routeSecret && given) && timingSafeEqual(digest(routeSecret!), digest(given!))
}

const budget = z.coerce.number().int().min(1000).max(largestBudgetMs).default(defaultBudgetMs)

/**
 * One bounded run of all background work, for platforms without long-running processes: call it every minute.
 * GET is for schedulers that cannot do anything else; it takes the secret only, never a cookie.
 */
export const workerEndpoints: Endpoint[] = [
  defineEndpoint({
    path,
    method: 'post',
    allow: (req) => hasSecret(req) || isManager({ req }),
    body: z.object({ budgetMs: budget }),
    handler: ({ req, body }) => workerOf(req.payload).runOnce(body),
  }),
  defineEndpoint({
    path,
    method: 'get',
    allow: hasSecret,
    query: z.object({ budgetMs: budget }),
    handler: ({ req, query }) => workerOf(req.payload).runOnce(query),
  }),
]
