import type { Payload, PayloadRequest } from 'payload'
import { roleOf } from '../collections/access/role.js'
import { memberMailboxes } from '../collections/access/scope.js'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'

export type MailboxFacts = {
  id: DocID
  name: string
  address: string
  archived: boolean
  canSend: boolean
  /** Whether it acknowledges new tickets. */
  acknowledge: boolean
}

export type CheckMailboxArgs = {
  req: PayloadRequest
  mailbox: DocID
  overrideAccess?: boolean
  /** Refuses a mailbox that has nothing to send by. */
  toSend?: boolean
  /** Lets an archived mailbox pass, for what is left in it. */
  isArchivedFine?: boolean
}

/** Payload's stand-in for a site without `email`: it writes to the log and sends nothing. */
export const hasSiteEmail = ({ email }: Payload): boolean => Boolean(email) && email.name !== 'console'

/** Whether a mailbox has a way to send by, as SQL. `alias` is the mailboxes' name in the query. */
export const canSendSQL = (payload: Payload, alias?: string): string => {
  const m = alias ? `${alias}.` : ''
  const bySMTP = `(${m}send_kind = 'smtp' and coalesce(${m}send_host, '') <> '')`
  return hasSiteEmail(payload) ? `(${m}send_kind = 'site' or ${bySMTP})` : bySMTP
}

/** The mailbox, if the caller works in it and it is in use; `notFound`, `mailboxArchived`, `mailboxCannotSend`. */
export const checkMailbox = async (args: CheckMailboxArgs): Promise<MailboxFacts> => {
  const { req, mailbox } = args
  const { rows } = await sqlOf(req).query<MailboxFacts>(
    `select id, name, address, coalesce(archived, false) archived,
       ${canSendSQL(req.payload)} "canSend", coalesce(settings_acknowledge, false) acknowledge
     from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.mailboxes)} where id = $1`,
    [mailbox],
  )
  const facts = rows[0]
  const sees =
    args.overrideAccess ||
    (roleOf(req) === 'agent'
      ? (await memberMailboxes(req)).some((id) => String(id) === String(mailbox))
      : roleOf(req) !== null)
  if (!facts || !sees) throw new HelpdeskError('notFound')
  if (facts.archived && !args.isArchivedFine) throw new HelpdeskError('mailboxArchived')
  if (args.toSend && !facts.canSend) throw new HelpdeskError('mailboxCannotSend')
  return facts
}
