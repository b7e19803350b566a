import type { PayloadRequest } from 'payload'
import type { DeliveryState, DocID, RecipientState } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf, updateRow } from '../core/database.js'
import { inTransaction } from '../core/transaction.js'
import { addressKey } from '../rules/address.js'
import { writeActivity } from './activity.js'
import { holdTicketOf } from './holdTicket.js'
import { messageIdHash } from './messageId.js'
import { readTicket } from './readTicket.js'
import { comeBack, isWaiting } from './recordDelivery.js'

export type RecordBounceArgs = {
  req: PayloadRequest
  /** Message-ID of the mail that came back. */
  originalMessageId: string
  /** Whom it did not reach. Empty: everybody it went to. */
  recipients: {
    address: string
    /** What the mail was sent to, where the server has sent it on to `address`. */
    original?: string
    status: string
    diagnostic: string
  }[]
  /** Otherwise a later try of the server may still succeed: noted, nothing reopens. */
  permanent: boolean
  inboundEmail: DocID | null
}

export type RecordBounceResult =
  | { matched: false }
  | { matched: true; ticket: DocID | null; message: DocID | null }

/** SQL: of an outbox row whose mail somebody may have got. Of one that was cancelled, a try may have had no answer. */
export const mayHaveLeft = `(state <> 'cancelled' or sending_attempts > 0)`

type Row = {
  id: DocID
  state: DeliveryState
  message: DocID | null
  ticket: DocID | null
  recipients: RecipientState[]
}

/**
 * Ties a bounce to the mail that bounced: marks its delivery and the contacts' addresses; for a permanent one the
 * ticket comes back. Whoever else the mail is still to reach is tried on. Activity `mailBounced`. For the worker.
 * `matched: false` where the mail is not ours: anybody can write a bounce, so only addresses that the mail really went
 * to are marked.
 */
export const recordBounce = (args: RecordBounceArgs): Promise<RecordBounceResult> =>
  inTransaction(args.req, async (req) => {
    const { slugs } = getHelpdesk(req.payload)
    const hash = messageIdHash(args.originalMessageId)
    if (!hash) return { matched: false }
    await holdTicketOf({ req, where: 'message_id_hash = $1', value: hash })
    const { rows } = await sqlOf(req).query<Row>(
      `select id, state, message_id message, ticket_id ticket, recipients
       from ${tableOf(req.payload, slugs.outboundEmails)}
       where message_id_hash = $1 and state <> 'held' and ${mayHaveLeft} for update`,
      [hash],
    )
    const row = rows[0]
    if (!row) return { matched: false }
    const told = new Map(
      args.recipients.flatMap((one) =>
        [one.address, one.original ?? one.address].map((address) => [addressKey(address), one] as const),
      ),
    )
    const hit = told.size
      ? row.recipients.filter((recipient) => told.has(addressKey(recipient.address)))
      : everybodyReached(row)
    const result = { matched: true as const, ticket: row.ticket, message: row.message }
    if (!hit.length) return result
    const wordsFor = (recipient: RecipientState): string => {
      const report = told.get(addressKey(recipient.address))
      return [report?.status, report?.diagnostic].filter(Boolean).join(' ').slice(0, 1000)
    }
    if (args.permanent) await markBounced({ req, row, hit, wordsFor })
    if (row.ticket === null) return result
    const ticket = await readTicket({ req, ticket: row.ticket, overrideAccess: true })
    const after =
      args.permanent && row.message !== null ? await comeBack({ req, ticket, message: row.message }) : ticket
    await writeActivity({
      req,
      kind: 'mailBounced',
      ticket: after,
      before: ticket,
      actorKind: 'system',
      ...(row.message !== null && { message: row.message }),
      data: {
        permanent: args.permanent,
        inboundEmail: args.inboundEmail,
        recipients: hit.map((recipient) => ({ address: recipient.address, response: wordsFor(recipient) })),
      },
    })
    return result
  })

/** Those a mail has been to; where no try has been settled yet, it may have been to each. */
const everybodyReached = ({ state, recipients }: Row): RecipientState[] => {
  const reached =
    state === 'queued' || state === 'sending' ? recipients.filter((one) => !isWaiting(one)) : recipients
  return reached.length ? reached : recipients
}

type BouncedArgs = {
  req: PayloadRequest
  row: Row
  hit: RecipientState[]
  wordsFor: (recipient: RecipientState) => string
}

const markBounced = async ({ req, row, hit, wordsFor }: BouncedArgs): Promise<void> => {
  const { slugs } = getHelpdesk(req.payload)
  const recipients = row.recipients.map((recipient) =>
    hit.includes(recipient)
      ? { ...recipient, state: 'bounced' as const, response: wordsFor(recipient) }
      : recipient,
  )
  const error = wordsFor(hit[0]!)
  // The try that is under way settles the rest, or the next one.
  const goesOn = row.state === 'sending' || (row.state === 'queued' && recipients.some(isWaiting))
  const state = goesOn ? row.state : 'bounced'
  await updateRow({
    req,
    slug: slugs.outboundEmails,
    id: row.id,
    data: { state, recipients, error, errorCode: '' },
  })
  if (row.message !== null) {
    await updateRow({
      req,
      slug: slugs.messages,
      id: row.message,
      data: { delivery: state, deliveryError: error },
    })
  }
  await sqlOf(req).query(
    `update ${tableOf(req.payload, slugs.contactAddresses)} set state = 'bouncing', state_reason = $2
     where address = any($1) and state in ('ok', 'bouncing')`,
    // An address that could not be reached for days may work tomorrow.
    [
      hit.filter((recipient) => !/^4\./.test(wordsFor(recipient))).map(({ address }) => addressKey(address)),
      `${now().toISOString()} ${error}`.trim(),
    ],
  )
}
