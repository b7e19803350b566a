import type { PayloadRequest } from 'payload'
import type { DocID, Message, Ticket } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf, toID } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { type ReadTicketArgs, readTicket } from './readTicket.js'

export type MessageFacts = Pick<
  Message,
  | 'id'
  | 'ticket'
  | 'kind'
  | 'visibility'
  | 'author'
  | 'contact'
  | 'fromName'
  | 'fromAddress'
  | 'recipients'
  | 'source'
  | 'text'
  | 'unverified'
  | 'automatic'
  | 'delivery'
  | 'inboundEmail'
>

/** A message's row, whoever asks: the caller checks its ticket. `messageGone` where there is none. */
export const readMessage = async (req: PayloadRequest, message: DocID): Promise<MessageFacts> => {
  if (toID(req, message) === null) throw new HelpdeskError('messageGone')
  const { rows } = await sqlOf(req).query<MessageFacts>(
    `select id, ticket_id ticket, kind, visibility, author_id author, contact_id contact, from_name "fromName",
       from_address "fromAddress", recipients, source, text, unverified, automatic, delivery,
       inbound_email_id "inboundEmail"
     from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.messages)} where id = $1 and ticket_id is not null`,
    [message],
  )
  if (!rows[0]) throw new HelpdeskError('messageGone')
  return rows[0]
}

export type ReadWithTicketArgs = Omit<ReadTicketArgs, 'ticket'> & { message: DocID }

/** A message with its ticket, as far as the caller may see it; `messageGone` otherwise, whichever is missing. */
export const readWithTicket = async ({
  message: id,
  ...args
}: ReadWithTicketArgs): Promise<{ message: MessageFacts; ticket: Ticket }> => {
  const message = await readMessage(args.req, id)
  try {
    return { message, ticket: await readTicket({ ...args, ticket: message.ticket }) }
  } catch (error) {
    // Another key would tell that the message is there.
    if (error instanceof HelpdeskError && error.key === 'ticketGone') throw new HelpdeskError('messageGone')
    throw error
  }
}
