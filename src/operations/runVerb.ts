import type { PayloadRequest } from 'payload'
import type { DocID, Ticket } from '../collections/types.js'
import { inTransaction } from '../core/transaction.js'
import { readTicket } from './readTicket.js'

type OnTicketArgs = { req: PayloadRequest; ticket: DocID; overrideAccess?: boolean }

/** One act on one ticket: a transaction, the ticket locked in it and seen with the caller's rights. */
export const onTicket = <T>(
  { req, ticket, overrideAccess }: OnTicketArgs,
  act: (own: PayloadRequest, ticket: Ticket) => Promise<T>,
): Promise<T> =>
  inTransaction(req, async (own) =>
    act(own, await readTicket({ req: own, ticket, overrideAccess, lock: true })),
  )
