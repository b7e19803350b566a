import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { HelpdeskError } from '../core/errors.js'
import { isAmong } from '../rules/address.js'
import { checkMailbox } from './checkMailbox.js'
import { queueMail } from './queueMail.js'
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
 * Queues the mail that brings somebody their sign-in link: writes an outbox row, which does not leave where the address
 * takes no mail by then, and forgets the link when it has come to its end. Throws `mailboxCannotSend`,
 * `mailboxArchived`, `ownAddress`.
 */
export const queueSignInLink = async (args: SignInLinkArgs): Promise<void> => {
  const { req, address, url, language } = args
  const mailbox = await checkMailbox({ req, mailbox: args.mailbox, overrideAccess: true, toSend: true })
  if (isAmong(await ownAddresses(req), address)) throw new HelpdeskError('ownAddress')
  await queueMail({
    req,
    kind: 'signIn',
    mailbox,
    ticket: null,
    to: { name: '', address },
    subject: '',
    data: { url, language },
  })
}
