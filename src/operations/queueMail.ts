import type { PayloadRequest } from 'payload'
import type { DocID, Mailbox, OutboundEmail } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { insertRows } from '../core/database.js'
import { addressKey } from '../rules/address.js'
import { hint } from './activity.js'
import { domainOf, messageIdHash, newMessageId } from './messageId.js'

export type QueueMailArgs = Partial<Pick<OutboundEmail, 'event' | 'verified' | 'agent' | 'data'>> & {
  /** Within the transaction of what the mail tells. */
  req: PayloadRequest
  kind: Exclude<OutboundEmail['kind'], 'reply'>
  mailbox: { id: DocID; address: string }
  ticket: DocID | null
  to: Mailbox
  subject: string
  inReplyTo?: string
  references?: string[]
  /** What makes it one, whoever queues it how often; by default its own Message-ID. */
  uniqueKey?: string
}

/** Queues a mail that no person writes: an outbox row, due at once. False where its key is there already. */
export const queueMail = async (args: QueueMailArgs): Promise<boolean> => {
  const { req, mailbox, to, uniqueKey, ...rest } = args
  const messageId = newMessageId(domainOf(mailbox.address))
  const hash = messageIdHash(messageId)
  const at = now().toISOString()
  const written = await insertRows({
    req,
    slug: getHelpdesk(req.payload).slugs.outboundEmails,
    onConflict: 'nothing',
    rows: [
      {
        inReplyTo: '',
        references: [],
        ...rest,
        mailbox: mailbox.id,
        message: null,
        automatic: true,
        state: 'queued',
        dueAt: at,
        attempts: 0,
        sendingAttempts: 0,
        recipients: [{ name: to.name, address: addressKey(to.address), role: 'to', state: 'queued' }],
        internetMessageId: messageId,
        messageIdHash: hash,
        uniqueKey: uniqueKey ?? `${args.kind}:${hash}`,
        createdAt: at,
      },
    ],
  })
  if (!written.length) return false
  await hint(req, 'outbox')
  return true
}
