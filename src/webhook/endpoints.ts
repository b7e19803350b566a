import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { isManager } from '../collections/access/role.js'
import { getHelpdesk } from '../core/config.js'
import { toID } from '../core/database.js'
import { defineEndpoint, defineMachineEndpoint } from '../core/endpoint.js'
import { HelpdeskError } from '../core/errors.js'
import { readCredential, verifyBody } from './authenticate.js'
import { readBody } from './body.js'
import { createKey, listKeys, noteUse, revokeKey } from './keys.js'
import { Problem } from './problem.js'
import { readRaw } from './readRaw.js'
import { receiveCall } from './receive.js'

const allow = (req: PayloadRequest) => isManager({ req })

const pathID = (req: PayloadRequest, value: string | undefined) => {
  const id = toID(req, value)
  if (id === null) throw new HelpdeskError('notFound')
  return id
}

const parsed = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new Problem('malformed', { detail: `The body must be JSON in UTF-8: ${(error as Error).message}` })
  }
}

/**
 * `POST /helpdesk/webhook/<mailbox>`: another system opens a ticket. Signed by Standard Webhooks
 * (https://www.standardwebhooks.com), or with `?token=` where the mailbox has such a key. 201 `created`, 200
 * `appended`; refusals are `application/problem+json` (RFC 9457). The same `webhook-id` or `externalId` again gets the
 * first answer again.
 */
const incoming = defineMachineEndpoint({
  path: '/helpdesk/webhook/:mailbox',
  method: 'post',
  handler: async ({ req, params }) => {
    try {
      const { webhook, attachments, tickets } = getHelpdesk(req.payload)
      if (!/^application\/json\b/i.test(req.headers.get('content-type') ?? ''))
        throw new Problem('notJSON', { detail: 'Send the header Content-Type: application/json.' })
      const mailbox = toID(req, params['mailbox'])
      const credential = await readCredential(req, mailbox)
      const bytes = await readRaw(req, webhook.maxBodySize)
      const key = verifyBody(credential, bytes)
      const body = readBody(parsed(bytes), {
        maxAttachments: webhook.maxAttachments,
        maxSize: attachments.maxSize,
        extraFields: tickets.extraFields,
      })
      if ('errors' in body)
        throw new Problem('badInput', {
          detail: body.errors.map(({ field, detail }) => `${field || 'body'}: ${detail}`).join(' '),
          errors: body.errors,
        })
      const webhookId = credential.kind === 'signature' ? credential.headers['webhook-id'] : ''
      const answer = await receiveCall({ req, mailbox: mailbox!, webhookId, call: body.call })
      await noteUse(req, key)
      return { status: answer.result === 'created' ? 201 : 200, body: answer }
    } catch (error) {
      if (error instanceof Problem) return { status: error.status, body: error.body, isProblem: true }
      if (error instanceof HelpdeskError && error.key === 'mailboxArchived') {
        const problem = new Problem('mailboxArchived', { detail: error.message })
        return { status: problem.status, body: problem.body, isProblem: true }
      }
      req.payload.logger.error({ err: error, msg: 'helpdesk: a webhook call could not be taken in' })
      const problem = new Problem('notStored', {
        detail: 'Something went wrong on the server. Nothing was stored; send the call again.',
      })
      return { status: problem.status, body: problem.body, isProblem: true }
    }
  },
})

/** What a mailbox's editor asks for. Secrets are in the answer to their making, and nowhere else. */
const keys: Endpoint[] = [
  defineEndpoint({
    path: '/helpdesk/mailboxes/:id/webhook-keys',
    method: 'get',
    allow,
    handler: async ({ req, params }) => ({ keys: await listKeys(req, pathID(req, params['id'])) }),
  }),
  defineEndpoint({
    path: '/helpdesk/mailboxes/:id/webhook-keys',
    method: 'post',
    allow,
    body: z.object({ kind: z.enum(['signing', 'url']) }),
    handler: ({ req, params, body: { kind } }) =>
      createKey({ req, mailbox: pathID(req, params['id']), kind }),
  }),
  defineEndpoint({
    path: '/helpdesk/webhook-keys/:id',
    method: 'delete',
    allow,
    handler: async ({ req, params }) => {
      await revokeKey(req, pathID(req, params['id']))
      return { revoked: true }
    },
  }),
]

export const webhookEndpoints: Endpoint[] = [incoming, ...keys]
