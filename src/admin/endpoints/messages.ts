import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { isAgent } from '../../collections/access/role.js'
import type { DocID } from '../../collections/types.js'
import { defineEndpoint, streamResponse } from '../../core/endpoint.js'
import { HelpdeskError } from '../../core/errors.js'
import { parseAuthResults, readRaw } from '../../mail/index.js'
import { acceptMessage } from '../../operations/acceptMessage.js'
import { allowImages } from '../../operations/allowImages.js'
import { readMessage } from '../../operations/readMessage.js'
import { retryDelivery } from '../../operations/retryDelivery.js'
import { undoReply } from '../../operations/undoReply.js'
import type { MessageActs, WhyView } from '../api.js'
import { readOrigin } from '../queries/journal.js'
import { readAnyRow, readDraft } from '../queries/thread.js'
import { nothing, pathID } from './shapes.js'

const allow = (req: PayloadRequest) => isAgent({ req })

type ActArgs<Body> = {
  name: keyof MessageActs
  body: z.ZodType<Body>
  run: (args: { req: PayloadRequest; message: DocID; body: Body }) => Promise<unknown>
}

const act = <Body>({ name, body, run }: ActArgs<Body>): Endpoint =>
  defineEndpoint({
    path: `/helpdesk/messages/:id/${name}`,
    method: 'post',
    allow,
    body,
    handler: (args) =>
      run({
        req: args.req,
        message: pathID({ req: args.req, value: args.params['id'], key: 'messageGone' }),
        body: args.body,
      }),
  })

/** The ticket that a message stands in, for the answer. */
const rowOf = async (req: PayloadRequest, message: DocID) => ({
  ticket: await readAnyRow(req, (await readMessage(req, message)).ticket),
})

/** A mail's source as plain text that nothing runs, not even when somebody opens it by itself. */
export const sourceResponse = (raw: Buffer): Response =>
  streamResponse({
    body: new Uint8Array(raw),
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'Content-Disposition': 'inline; filename="mail.txt"',
      'Cache-Control': 'private, no-store',
      'Cross-Origin-Resource-Policy': 'same-origin',
    },
  })

/** SPF, DKIM and DMARC as the topmost server wrote them; '' where the source is gone or says nothing. */
const authOf = async (req: PayloadRequest, inboundEmail: DocID | null): Promise<string> => {
  const raw = inboundEmail === null ? null : await readRaw({ req, inboundEmail }).catch(unlessGone)
  if (!raw) return ''
  const head = raw
    .subarray(0, 200_000)
    .toString('latin1')
    .split(/\r?\n\r?\n/, 1)[0]!
  const value = /^authentication-results:((?:.*)(?:\r?\n[ \t].*)*)/im.exec(head)?.[1]
  const [found] = value ? parseAuthResults([value.replace(/\r?\n/g, ' ')]) : []
  if (!found) return ''
  const said = (['spf', 'dkim', 'dmarc'] as const).flatMap((key) =>
    found[key] ? [`${key}=${found[key]}`] : [],
  )
  return said.length ? `${found.authservId}: ${said.join(', ')}` : ''
}

const unlessGone = (error: unknown): null => {
  if (error instanceof HelpdeskError && error.key === 'rawGone') return null
  throw error
}

/** The sentence of a reason. A site's own steps may name others, of which `req.t` would complain in the log. */
const explain = (req: PayloadRequest, reason: string): string => {
  const { helpdesk } = req.i18n.translations as { helpdesk?: { reason?: Record<string, string> } }
  return helpdesk?.reason?.[reason] ?? ''
}

export const messageEndpoints: Endpoint[] = [
  act({
    name: 'undo',
    body: nothing,
    run: async ({ req, message }) => {
      const { ticket } = await undoReply({ req, message })
      return { draft: await readDraft({ req, ticket, kind: 'reply' }) }
    },
  }),
  act({
    name: 'retry',
    body: nothing,
    run: async ({ req, message }) => {
      await retryDelivery({ req, message })
      return rowOf(req, message)
    },
  }),
  act({
    name: 'accept',
    body: nothing,
    run: async ({ req, message }) => {
      const { ticket } = await acceptMessage({ req, message })
      return { ticket: await readAnyRow(req, ticket.id) }
    },
  }),
  act({
    name: 'images',
    body: z.object({ allowed: z.boolean() }),
    run: async ({ req, message, body }) => {
      await allowImages({ req, message, allowed: body.allowed })
      return rowOf(req, message)
    },
  }),
  defineEndpoint({
    path: '/helpdesk/messages/:id/why',
    method: 'get',
    allow,
    handler: async ({ req, params }): Promise<WhyView> => {
      const { ticket: _, inboundEmail, ...origin } = await readOrigin(req, params['id'])
      return {
        ...origin,
        explanation: origin.explanation || explain(req, origin.reason),
        auth: await authOf(req, inboundEmail),
      }
    },
  }),
  defineEndpoint({
    path: '/helpdesk/messages/:id/source',
    method: 'get',
    allow,
    handler: async ({ req, params }) => {
      const { inboundEmail } = await readOrigin(req, params['id'])
      if (inboundEmail === null) throw new HelpdeskError('rawGone')
      return sourceResponse(await readRaw({ req, inboundEmail }))
    },
  }),
]
