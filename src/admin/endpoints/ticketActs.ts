import type { Endpoint, PayloadRequest } from 'payload'
import { z } from 'zod'
import { isAgent } from '../../collections/access/role.js'
import type { DocID, Recipient } from '../../collections/types.js'
import { defineEndpoint } from '../../core/endpoint.js'
import { addNote } from '../../operations/addNote.js'
import { assignTicket } from '../../operations/assignTicket.js'
import { blockSender } from '../../operations/blockSender.js'
import { changeField } from '../../operations/changeField.js'
import { addParticipant, removeParticipant } from '../../operations/changeParticipants.js'
import { changePriority } from '../../operations/changePriority.js'
import { changeRequester } from '../../operations/changeRequester.js'
import { changeStatus } from '../../operations/changeStatus.js'
import { changeSubject } from '../../operations/changeSubject.js'
import { deleteTicket } from '../../operations/deleteTicket.js'
import { markDeliverable } from '../../operations/markDeliverable.js'
import { markRead } from '../../operations/markRead.js'
import { markSpam } from '../../operations/markSpam.js'
import { moveTicket } from '../../operations/moveTicket.js'
import { renderWritten } from '../../operations/renderSource.js'
import { renewReplyKey } from '../../operations/renewReplyKey.js'
import { replyToTicket } from '../../operations/replyToTicket.js'
import { revokeGuestLinks } from '../../operations/revokeGuestLinks.js'
import { saveDraft } from '../../operations/saveDraft.js'
import type { Acts } from '../api.js'
import { leftUntil } from '../queries/leftUntil.js'
import { readAnyRow } from '../queries/thread.js'
import {
  bodyID,
  bodyIDs,
  files,
  id,
  nothing,
  pathID,
  people,
  priority,
  shapes,
  status,
  written,
} from './shapes.js'

type ActArgs<Body> = {
  name: keyof Acts
  body: z.ZodType<Body>
  run: (args: { req: PayloadRequest; ticket: DocID; body: Body }) => Promise<unknown>
  /** Answers what `run` returns instead of the ticket. */
  answersItself?: boolean
}

/** `POST /helpdesk/tickets/:id/<name>`; the verb decides, and the answer is the ticket as it is now. */
const act = <Body>({ name, body, run, answersItself }: ActArgs<Body>): Endpoint =>
  defineEndpoint({
    path: `/helpdesk/tickets/:id/${name}`,
    method: 'post',
    allow: (req) => isAgent({ req }),
    body,
    handler: async (args) => {
      const ticket = pathID({ req: args.req, value: args.params['id'] })
      const result = await run({ req: args.req, ticket, body: args.body })
      return answersItself ? result : { ticket: await readAnyRow(args.req, ticket) }
    },
  })

const draftShape = z.object({
  kind: z.enum(['reply', 'note']),
  source: z.unknown().optional(),
  to: people.optional(),
  cc: people.optional(),
  attachments: files.optional(),
})

/** An editor without a word in it is no draft. */
const isBlank = (source: unknown): boolean => {
  const text = (source as { text?: unknown } | null | undefined)?.text
  return !renderWritten({ source, ...(typeof text === 'string' && { text }) }).text
}

/** A draft's recipients as one list, each with its part. */
const withRoles = ({ to = [], cc = [] }: z.infer<typeof draftShape>): Recipient[] => [
  ...to.map((one) => ({ ...one, role: 'to' as const })),
  ...cc.map((one) => ({ ...one, role: 'cc' as const })),
]

export const ticketActs: Endpoint[] = [
  act({
    name: 'reply',
    body: z.object({
      ...written,
      to: people,
      cc: people.optional(),
      bcc: people.optional(),
      status: status.optional(),
      seen: id.optional(),
    }),
    answersItself: true,
    run: async ({ req, ticket, body }) => {
      const seen = body.seen === undefined ? undefined : bodyID({ req, value: body.seen, field: 'seen' })
      const attachments = bodyIDs({ req, value: body.attachments, field: 'attachments' })
      const { message, undoUntil } = await replyToTicket({ ...body, req, ticket, seen, attachments })
      return { message, undoUntil, undoMs: leftUntil(undoUntil) }
    },
  }),
  act({
    name: 'note',
    body: z.object(written),
    answersItself: true,
    run: ({ req, ticket, body }) =>
      addNote({
        ...body,
        req,
        ticket,
        attachments: bodyIDs({ req, value: body.attachments, field: 'attachments' }),
      }),
  }),
  act({
    name: 'draft',
    body: draftShape,
    answersItself: true,
    run: ({ req, ticket, body }) =>
      saveDraft({
        req,
        ticket,
        kind: body.kind,
        source: isBlank(body.source) ? null : body.source,
        recipients: withRoles(body),
        attachments: bodyIDs({ req, value: body.attachments, field: 'attachments' }),
      }),
  }),
  act({
    name: 'status',
    body: z.object({ status, silent: z.boolean().optional() }),
    run: ({ req, ticket, body }) => changeStatus({ req, ticket, ...body }),
  }),
  act({
    name: 'assign',
    body: z.object({ assignee: id.nullable() }),
    run: ({ req, ticket, body: { assignee } }) =>
      assignTicket({
        req,
        ticket,
        assignee: assignee === null ? null : bodyID({ req, value: assignee, field: 'assignee' }),
      }),
  }),
  act({
    name: 'priority',
    body: z.object({ priority }),
    run: ({ req, ticket, body }) => changePriority({ req, ticket, ...body }),
  }),
  act({
    name: 'revoke-links',
    body: z.object({ address: shapes.address.optional() }),
    run: ({ req, ticket, body }) => revokeGuestLinks({ req, ticket, ...body }),
  }),
  act({ name: 'reply-key', body: nothing, run: ({ req, ticket }) => renewReplyKey({ req, ticket }) }),
  act({
    name: 'subject',
    body: z.object({ subject: z.string().max(500) }),
    run: ({ req, ticket, body }) => changeSubject({ req, ticket, ...body }),
  }),
  act({
    name: 'requester',
    body: z.object({ address: shapes.address, name: z.string().max(300).optional() }),
    run: ({ req, ticket, body }) => changeRequester({ req, ticket, ...body }),
  }),
  act({
    name: 'mailbox',
    body: z.object({ mailbox: id }),
    run: ({ req, ticket, body }) =>
      moveTicket({ req, ticket, mailbox: bodyID({ req, value: body.mailbox, field: 'mailbox' }) }),
  }),
  act({
    name: 'spam',
    body: z.object({ spam: z.boolean() }),
    run: ({ req, ticket, body }) => markSpam({ req, ticket, ...body }),
  }),
  act({
    name: 'block',
    body: z.object({ blocked: z.boolean() }),
    run: ({ req, ticket, body }) => blockSender({ req, ticket, ...body }),
  }),
  act({
    name: 'deliverable',
    body: z.object({ address: shapes.address }),
    run: ({ req, ticket, body }) => markDeliverable({ req, ticket, ...body }),
  }),
  act({
    name: 'delete',
    body: nothing,
    run: ({ req, ticket }) => deleteTicket({ req, ticket }),
  }),
  act({
    name: 'read',
    body: z.object({ read: z.boolean() }),
    run: ({ req, ticket, body }) => markRead({ req, ticket, ...body }),
  }),
  act({
    name: 'field',
    body: z.object({ name: z.string().max(200), value: z.unknown() }),
    run: ({ req, ticket, body }) => changeField({ req, ticket, name: body.name, value: body.value }),
  }),
  act({
    name: 'participants/add',
    body: z.object({ address: shapes.address, name: z.string().max(300).optional() }),
    run: ({ req, ticket, body }) => addParticipant({ req, ticket, ...body }),
  }),
  act({
    name: 'participants/remove',
    body: z.object({ address: shapes.address }),
    run: ({ req, ticket, body }) => removeParticipant({ req, ticket, ...body }),
  }),
]
