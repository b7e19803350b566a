import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { isManager } from '../../collections/access/role.js'
import { defineEndpoint } from '../../core/endpoint.js'
import {
  discardMail,
  fetchAnyway,
  type QuarantineArgs,
  readRaw,
  retryMail,
  ticketFromMail,
} from '../../mail/index.js'
import type { QuarantineActs } from '../api.js'
import { journalID, listQuarantine } from '../queries/journal.js'
import { readAnyRow } from '../queries/thread.js'
import { sourceResponse } from './messages.js'
import { nothing, pathID, person } from './shapes.js'

const allow = (req: PayloadRequest) => isManager({ req })

type ActArgs<Body> = {
  name: keyof QuarantineActs
  body: z.ZodType<Body>
  run: (args: QuarantineArgs & { body: Body }) => Promise<unknown>
}

const act = <Body>({ name, body, run }: ActArgs<Body>): Endpoint =>
  defineEndpoint({
    path: `/helpdesk/quarantine/:id/${name}`,
    method: 'post',
    allow,
    body,
    handler: async ({ req, params, body: given }) =>
      (await run({
        req,
        inboundEmail: pathID({ req, value: params['id'], key: 'notFound' }),
        body: given,
      })) ?? {},
  })

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
  act({ name: 'retry', body: nothing, run: retryMail }),
  act({ name: 'fetch', body: nothing, run: fetchAnyway }),
  act({ name: 'discard', body: nothing, run: discardMail }),
  act({
    name: 'ticket',
    body: z.object({ requester: person.optional() }),
    run: async ({ req, inboundEmail, body }) => {
      const { ticket } = await ticketFromMail({ req, inboundEmail, ...body })
      return { ticket: await readAnyRow(req, ticket.id) }
    },
  }),
]
