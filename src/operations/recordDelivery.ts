import type { PayloadRequest } from 'payload'
import type { DeliveryState, DocID, RecipientState, Ticket } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf, updateRow } from '../core/database.js'
import { inTransaction } from '../core/transaction.js'
import { addressKey } from '../rules/address.js'
import { nextStatus } from '../rules/status.js'
import { writeActivity } from './activity.js'
import { withStatus } from './changeStatus.js'
import { holdTicketOf } from './holdTicket.js'
import { readTicket, writeTicket } from './readTicket.js'
import { changed } from './receiveMessage.js'

export type RecordDeliveryArgs = {
  req: PayloadRequest
  outboundEmail: DocID
  state: Extract<DeliveryState, 'queued' | 'sending' | 'sent' | 'failed' | 'bounced'>
  recipients?: RecipientState[]
  /** In plain words; shown on the message. */
  error?: string
  errorCode?: string
  /** When it is tried again, for `queued`. */
  dueAt?: string
  attempts?: number
  /** Set: nothing is written unless the row still carries this token. */
  leaseToken?: string
}

/** Whether a mail is still to reach this recipient. */
export const isWaiting = ({ state }: Pick<RecipientState, 'state'>): boolean =>
  state === 'held' || state === 'queued' || state === 'sending'

/** A sign-in link whose mail has come to its end: who reads the database afterwards finds its hash alone. */
export const withoutLink = { data: null, rendered: null }

type Stored = {
  kind: string
  message: DocID | null
  ticket: DocID | null
  recipients: RecipientState[] | null
}

/** The result of a try, with the bounces that came while it was under way; they are known already and not news. */
const withBounces = ({ recipients: stored }: Stored, args: RecordDeliveryArgs) => {
  const { state, error = '' } = args
  if (!args.recipients) return { state, error, isFailure: state === 'failed' || state === 'bounced' }
  const bounced = new Map(
    (stored ?? []).filter((one) => one.state === 'bounced').map((one) => [addressKey(one.address), one]),
  )
  const recipients = args.recipients.map((one) => bounced.get(addressKey(one.address)) ?? one)
  const isSettled = state !== 'sending' && (state !== 'queued' || !recipients.some(isWaiting))
  const [first] = bounced.values()
  return {
    recipients,
    state: isSettled && first ? ('bounced' as const) : state,
    error: error || (first?.response ?? ''),
    isFailure:
      isSettled &&
      recipients.some(
        (one) => one.state === 'failed' || (one.state === 'bounced' && !bounced.has(addressKey(one.address))),
      ),
  }
}

/**
 * Stores what became of a mail: the outbox row, the message's delivery, and on failure the ticket, which opens,
 * shows under "Delivery problems" and is unread to the reply's author; activities `deliveryChanged` or
 * `deliveryFailed`. A recipient whose bounce has come stays bounced. For the worker. False where another worker has
 * taken the mail over.
 */
export const recordDelivery = (args: RecordDeliveryArgs): Promise<boolean> =>
  inTransaction(args.req, async (req) => {
    const { slugs } = getHelpdesk(req.payload)
    await holdTicketOf({ req, where: 'id = $1', value: args.outboundEmail })
    const { rows } = await sqlOf(req).query<Stored>(
      `select kind, message_id message, ticket_id ticket, recipients from ${tableOf(req.payload, slugs.outboundEmails)}
       where id = $1 and ($2::text is null or lease_token = $2) for update`,
      [args.outboundEmail, args.leaseToken ?? null],
    )
    const row = rows[0]
    if (!row) return false
    const settled = args.state !== 'sending'
    const { recipients, state, error, isFailure } = withBounces(row, args)
    await updateRow({
      req,
      slug: slugs.outboundEmails,
      id: args.outboundEmail,
      data: {
        state,
        error,
        errorCode: args.errorCode ?? '',
        ...(recipients && { recipients }),
        ...(args.dueAt && { dueAt: args.dueAt }),
        ...(args.attempts !== undefined && { attempts: args.attempts }),
        ...(args.state === 'sent' && { sentAt: now().toISOString() }),
        ...(settled && { leaseToken: null, leaseUntil: null }),
        ...(row.kind === 'signIn' && settled && state !== 'queued' && withoutLink),
      },
    })
    if (row.message === null || row.ticket === null) return true
    await updateRow({
      req,
      slug: slugs.messages,
      id: row.message,
      data: { delivery: state, deliveryError: error },
    })
    const ticket = await readTicket({ req, ticket: row.ticket, overrideAccess: true })
    const after = isFailure ? await comeBack({ req, ticket, message: row.message }) : ticket
    await writeActivity({
      req,
      kind: isFailure ? 'deliveryFailed' : 'deliveryChanged',
      ticket: after,
      before: ticket,
      actorKind: 'system',
      message: row.message,
      data: { state, error, errorCode: args.errorCode ?? '' },
    })
    return true
  })

export type ComeBackArgs = { req: PayloadRequest; ticket: Ticket; message: DocID }

/** The ticket returns to the inbox, unread by the reply's author: whoever waits for an answer has not got it. */
export const comeBack = async ({ req, ticket, message }: ComeBackArgs): Promise<Ticket> => {
  const status = nextStatus(ticket.status, { kind: 'deliveryFailed' }) as Ticket['status']
  const opened = status === ticket.status ? ticket : withStatus(ticket, status)
  const after = { ...opened, deliveryProblem: true, lastActivityAt: now().toISOString() }
  await writeTicket({ req, ticket: ticket.id, data: changed(ticket, after) })
  const { slugs } = getHelpdesk(req.payload)
  await sqlOf(req).query(
    `delete from ${tableOf(req.payload, slugs.readStates)} where ticket_id = $1
       and agent_id = (select author_id from ${tableOf(req.payload, slugs.messages)} where id = $2)`,
    [ticket.id, message],
  )
  return after
}
