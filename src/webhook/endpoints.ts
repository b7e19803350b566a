import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { isManager } from '../collections/access/role.js'
import { getHelpdesk } from '../core/config.js'
import { toID } from '../core/database.js'
import { defineEndpoint, defineMachineEndpoint } from '../core/endpoint.js'
import { HelpdeskError } from '../core/errors.js'
import { readBytes } from '../core/readBytes.js'
import { webhookKeyKinds } from '../rules/webhookKeys.js'
import { readCaller } from './authenticate.js'
import { readBody } from './body.js'
import { createKey, listKeys, noteUse, revokeKey } from './keys.js'
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
    throw new HelpdeskError('malformedJSON', {
      message: `The body must be JSON in UTF-8: ${(error as Error).message}`,
    })
  }
}

/**
 * `POST /helpdesk/webhook/<mailbox>`: another system opens a ticket. Signed by Standard Webhooks
 * (https://www.standardwebhooks.com), or with `?token=` where the mailbox has such a key. 201 `created`, 200
 * `appended`; the same `webhook-id` or `externalId` again gets the first answer again.
 */
const incoming = defineMachineEndpoint({
  path: '/helpdesk/webhook/:mailbox',
  method: 'post',
  handler: async ({ req, params }) => {
    const { webhook, attachments, tickets } = getHelpdesk(req.payload)
    if (!/^application\/json\b/i.test(req.headers.get('content-type') ?? ''))
      throw new HelpdeskError('notJSON')
    const mailbox = toID(req, params['mailbox'])
    const { webhookId, kind, onPiece, keyOf } = await readCaller(req, mailbox)
    const bytes = await readBytes(req, { from: 'webhook', max: webhook.maxBodySize, onPiece })
    await noteUse(req, keyOf(bytes))
    const call = readBody(parsed(bytes), {
      maxAttachments: webhook.maxAttachments,
      maxSize: attachments.maxSize,
      fields: tickets.fillableFields,
    })
    const body = await receiveCall({ req, mailbox: mailbox!, webhookId, kind, call })
    return { status: body.result === 'created' ? 201 : 200, body }
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
    body: z.object({ kind: z.enum(webhookKeyKinds) }),
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
