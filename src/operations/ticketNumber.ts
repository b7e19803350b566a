import type { PayloadRequest } from 'payload'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'

/**
 * Takes the next ticket numbers, outside any transaction, so that no ticket waits for another's COMMIT. Unique and
 * rising; a number whose ticket is never written stays a gap.
 */
export const nextTicketNumbers = async (req: PayloadRequest, howMany: number): Promise<number[]> => {
  const { slugs, tickets } = getHelpdesk(req.payload)
  const { rows } = await sqlOf({ payload: req.payload }).query<{ value: number }>(
    `insert into ${tableOf(req.payload, slugs.counters)} as c (key, value) values ('ticket-number', $1::int + $2::int - 1)
     on conflict (key) do update set value = greatest(c.value, $1::int - 1) + $2::int returning value::int`,
    [tickets.firstNumber, howMany],
  )
  const last = rows[0]!.value
  return Array.from({ length: howMany }, (_, i) => last - howMany + 1 + i)
}

export const nextTicketNumber = async (req: PayloadRequest): Promise<number> =>
  (await nextTicketNumbers(req, 1))[0]!
