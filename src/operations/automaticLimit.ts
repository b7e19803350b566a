import type { PayloadRequest } from 'payload'
import type { DocID, RecipientState } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { addressKey } from '../rules/address.js'

const hour = 60 * 60_000

/** Why an automatic mail may not leave: `addressLimit` or `siteLimit`. */
export type AutomaticLimit = 'addressLimit' | 'siteLimit'

export type LimitArgs = {
  req: PayloadRequest
  address: string
  /** The mail that is about to leave: then only those count that left before it, else also those that wait. */
  leaving?: DocID
}

/** An address without its plus: some desks answer from another one for each of their tickets. */
const base = (address: string): string => `regexp_replace(${address}, '^([^+@]+)[+][^@]*@', '\\1@')`

/**
 * How the limits of automatic mail stand for an address. A try that no server has answered may have been delivered,
 * whatever came of the later ones (`sending_attempts` keeps it). Over all mailboxes, since two of our own desks can keep a
 * machine talking as well as one. Only what a mail brings about is counted: what an agent or a script does ends by itself.
 */
export const limitFor = async ({ req, address, leaving }: LimitArgs): Promise<AutomaticLimit | null> => {
  const { slugs, mail } = getHelpdesk(req.payload)
  const { perAddressPerDay, perHour } = mail.automatic
  const at = now().getTime()
  const { rows } = await sqlOf(req).query<{ toAddress: number; inHour: number }>(
    `select count(*) filter (where ${base(`recipients::jsonb -> 0 ->> 'address'`)} = ${base('$1::text')})::int "toAddress",
       count(*) filter (where created_at > $3)::int "inHour"
     from ${tableOf(req.payload, slugs.outboundEmails)}
     where automatic and kind = 'acknowledgement' and created_at > $2
       and (state in ('sending', 'sent', 'bounced') or (state in ('failed', 'cancelled') and sending_attempts > 0)
         or (state = 'queued' and ($4::text is null or attempts > 0)))
       and id::text is distinct from $4::text`,
    [
      addressKey(address),
      new Date(at - 24 * hour).toISOString(),
      new Date(at - hour).toISOString(),
      leaving === undefined ? null : String(leaving),
    ],
  )
  const counted = rows[0]!
  if (counted.inHour >= perHour) return 'siteLimit'
  return counted.toAddress >= perAddressPerDay ? 'addressLimit' : null
}

/**
 * The limits once more when an automatic mail is about to leave, one such mail at a time: rows written by several
 * workers at once did not see each other.
 */
export const automaticLimit = async ({
  req,
  outboundEmail,
}: {
  req: PayloadRequest
  outboundEmail: DocID
}): Promise<AutomaticLimit | null> => {
  await sqlOf(req).query(`select pg_advisory_xact_lock(hashtext('helpdesk:automatic'))`)
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.outboundEmails)
  const { rows } = await sqlOf(req).query<{ recipients: RecipientState[] }>(
    `select recipients from ${table} where id = $1`,
    [outboundEmail],
  )
  for (const { address } of rows[0]?.recipients ?? []) {
    const limit = await limitFor({ req, address, leaving: outboundEmail })
    if (limit) return limit
  }
  return null
}
