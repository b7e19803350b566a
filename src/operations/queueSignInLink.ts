import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { insertRows } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { isAmong } from '../rules/address.js'
import { hint } from './activity.js'
import { checkMailbox } from './checkMailbox.js'
import { domainOf, messageIdHash, newMessageId } from './messageId.js'
import { ownAddresses } from './recipients.js'

export type SignInLinkArgs = {
  /** Within the transaction that stores the link. */
  req: PayloadRequest
  /** Whose address the mail comes from. */
  mailbox: DocID
  address: string
  url: string
  language: string
}

/**
 * Queues the mail that brings somebody their sign-in link: writes an outbox row. Throws `mailboxCannotSend`,
 * `mailboxArchived`, `ownAddress`.
 */
export const queueSignInLink = async (args: SignInLinkArgs): Promise<void> => {
  const { req, address, url, language } = args
  const mailbox = await checkMailbox({ req, mailbox: args.mailbox, overrideAccess: true, toSend: true })
  if (isAmong(await ownAddresses(req), address)) throw new HelpdeskError('ownAddress')
  const messageId = newMessageId(domainOf(mailbox.address))
  const at = now().toISOString()
  await insertRows({
    req,
    slug: getHelpdesk(req.payload).slugs.outboundEmails,
    rows: [
      {
        mailbox: args.mailbox,
        ticket: null,
        message: null,
        kind: 'signIn',
        automatic: true,
        state: 'queued',
        dueAt: at,
        attempts: 0,
        sendingAttempts: 0,
        recipients: [{ name: '', address, role: 'to', state: 'queued' }],
        subject: '',
        data: { url, language },
        internetMessageId: messageId,
        messageIdHash: messageIdHash(messageId),
        inReplyTo: '',
        references: [],
        uniqueKey: `signIn:${messageIdHash(messageId)}`,
        createdAt: at,
      },
    ],
  })
  await hint(req, 'outbox')
}
