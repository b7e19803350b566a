import type { PayloadRequest } from 'payload'
import type { DocID, RecipientState } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { inTransaction } from '../core/transaction.js'
import { addressKey } from '../rules/address.js'
import { messageIdHash } from './messageId.js'

export type RecordComplaintArgs = {
  req: PayloadRequest
  /** Message-ID of the mail that somebody has marked as unwanted. */
  originalMessageId: string
  /** Whom it had gone to. Empty: everybody, where it was one. */
  recipients: string[]
}

export type RecordComplaintResult =
  | { matched: false }
  | { matched: true; ticket: DocID | null; message: DocID | null }

type Row = { message: DocID | null; ticket: DocID | null; recipients: RecipientState[] }

/**
 * Notes that a customer does not want our mail: their address gets nothing more that nobody wrote by hand. For the
 * worker. `matched: false` where the mail is not ours: anybody can write a complaint, so only addresses that the mail
 * really went to are marked.
 */
export const recordComplaint = (args: RecordComplaintArgs): Promise<RecordComplaintResult> =>
  inTransaction(args.req, async (req) => {
    const { slugs } = getHelpdesk(req.payload)
    const hash = messageIdHash(args.originalMessageId)
    if (!hash) return { matched: false }
    const { rows } = await sqlOf(req).query<Row>(
      `select message_id message, ticket_id ticket, recipients
       from ${tableOf(req.payload, slugs.outboundEmails)} where message_id_hash = $1 limit 1`,
      [hash],
    )
    const row = rows[0]
    if (!row) return { matched: false }
    const reached = row.recipients.map(({ address }) => addressKey(address))
    const named = new Set(args.recipients.map(addressKey))
    // Providers take the address out of the report; of one recipient it is known all the same.
    const hit = named.size
      ? reached.filter((address) => named.has(address))
      : reached.length === 1
        ? reached
        : []
    await sqlOf(req).query(
      `update ${tableOf(req.payload, slugs.contactAddresses)} set state = 'blocked', state_reason = $2
       where address = any($1) and state <> 'blocked'`,
      [hit, `${now().toISOString()} complaint`],
    )
    return { matched: true, ticket: row.ticket, message: row.message }
  })
