import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { isManager } from '../../collections/access/role.js'
import { knownTokens } from '../../collections/Mailboxes/validate.js'
import { defineEndpoint } from '../../core/endpoint.js'
import { newestTicket, previewLetter, sendTestLetter, shippedLetters } from '../../mail/index.js'
import { notificationEvents } from '../../rules/notifications.js'
import type { TemplateFacts, TemplatePreview } from '../api.js'
import { bodyID, id, pathID } from './shapes.js'

const allow = (req: PayloadRequest) => isManager({ req })

/** As large as what a mailbox keeps. */
const words = z.object({
  event: z.enum(notificationEvents),
  language: z.string().min(2).max(35),
  subject: z.string().max(998),
  body: z.string().max(20_000),
  signature: z.string().max(20_000).optional(),
  ticket: id.optional(),
})

type Words = z.infer<typeof words>

type LetterArgs = { req: PayloadRequest; params: Record<string, string>; body: Words }

const letterArgs = ({ req, params, body: { ticket, signature, ...rest } }: LetterArgs) => ({
  req,
  mailbox: pathID({ req, value: params['id'], key: 'notFound' }),
  ...rest,
  ...(signature !== undefined && { signature }),
  ...(ticket !== undefined && { ticket: bodyID({ req, value: ticket, field: 'ticket' }) }),
})

/** What the editor of a mailbox's mails asks for. */
export const mailboxTemplateEndpoints: Endpoint[] = [
  defineEndpoint({
    path: '/helpdesk/mailboxes/:id/templates',
    method: 'get',
    allow,
    handler: async ({ req, params }): Promise<TemplateFacts> => {
      const isNew = params['id'] === 'new'
      const mailbox = isNew ? null : pathID({ req, value: params['id'], key: 'notFound' })
      const shipped = shippedLetters(req.payload)
      return {
        languages: Object.keys(shipped),
        tokens: knownTokens(req.payload),
        shipped,
        ticket: mailbox === null ? null : await newestTicket(req, mailbox),
      }
    },
  }),
  defineEndpoint({
    path: '/helpdesk/mailboxes/:id/templates/preview',
    method: 'post',
    allow,
    body: words,
    handler: (args): Promise<TemplatePreview> => previewLetter(letterArgs(args)),
  }),
  defineEndpoint({
    path: '/helpdesk/mailboxes/:id/templates/test',
    method: 'post',
    allow,
    body: words,
    handler: (args): Promise<{ address: string }> => sendTestLetter(letterArgs(args)),
  }),
]
