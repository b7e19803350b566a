import { createLocalReq, type Payload, type PayloadRequest } from 'payload'
import type { DocID, OutboundEmail } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import type { MailError } from '../../core/errors.js'
import { inTransaction } from '../../core/transaction.js'
import { recordDelivery } from '../../operations/recordDelivery.js'
import { mailboxTrouble, type SendResult } from '../transports/transport.js'
import { mailBackoff } from './backoff.js'
import type { Claim } from './claim.js'
import { giveBackOld } from './giveBack.js'
import { noteSent, noteTrouble } from './health.js'
import { afterAnswer, afterError, giveUp, maybeDeliveredWords, type Outcome, stateOf } from './outcome.js'

/** How long a mailbox may be out of order before its mails are given back to their authors. */
const patienceMs = 48 * 60 * 60_000

type SettleArgs = { payload: Payload; claim: Claim }

type StoreArgs = SettleArgs & {
  outcome: Outcome
  dueAt?: string
  /** Tries that count, where this one does not. */
  attempts?: number
  /** The server has spoken about this try, so that nothing of it can arrive later. */
  isAnswered: boolean
  alongside?: (req: PayloadRequest) => Promise<unknown>
}

/** Stores what came of a try; nothing when the mail has gone to another worker. */
const store = async ({
  payload,
  claim,
  outcome,
  isAnswered,
  alongside,
  ...next
}: StoreArgs): Promise<void> => {
  const { row, token } = claim
  const req = await createLocalReq({}, payload)
  await inTransaction(req, async (own) => {
    if (isAnswered) {
      const table = tableOf(payload, getHelpdesk(payload).slugs.outboundEmails)
      await sqlOf(own).query(
        `update ${table} set sending_attempts = greatest(sending_attempts - 1, 0) where id = $1 and lease_token = $2`,
        [row.id, token],
      )
    }
    const isOurs = await recordDelivery({
      req: own,
      outboundEmail: row.id,
      leaseToken: token,
      state: stateOf(outcome.recipients),
      recipients: outcome.recipients,
      error: outcome.error,
      errorCode: outcome.errorCode,
      ...next,
    })
    if (isOurs) await alongside?.(own)
  })
}

const nextTry = (row: OutboundEmail): string =>
  new Date(now().getTime() + mailBackoff(row.attempts, Math.random())).toISOString()

const isSpent = (payload: Payload, row: OutboundEmail): boolean =>
  row.attempts >= getHelpdesk(payload).mail.attempts.outbound

/** The server has answered for each recipient: those who were put off are tried again, the others are settled. */
export const settleAnswer = async (args: SettleArgs & { result: SendResult }): Promise<Outcome> => {
  const { payload, claim, result } = args
  const answered = afterAnswer(claim.row.recipients, result)
  const outcome = isSpent(payload, claim.row) ? giveUp(answered) : answered
  await store({
    payload,
    claim,
    outcome,
    isAnswered: true,
    dueAt: nextTry(claim.row),
    alongside: result.accepted.length ? (req) => noteSent(req, claim.row.mailbox) : undefined,
  })
  return outcome
}

/**
 * The try failed. Trouble of the mailbox makes the whole queue wait, a refusal of this mail ends it, anything else
 * is tried again; a mail whose answer was lost, once more only. True when no other mail of the mailbox need be tried.
 */
export const settleError = async (args: SettleArgs & { error: MailError }): Promise<boolean> => {
  const { payload, claim, error } = args
  const { row } = claim
  const outcome = afterError(row.recipients, error)
  if (error.code === 'maybeDelivered') {
    if (row.sendingAttempts < 2)
      await store({ payload, claim, outcome, isAnswered: false, dueAt: nextTry(row) })
    else
      await store({
        payload,
        claim,
        outcome: { ...giveUp(outcome), error: maybeDeliveredWords },
        isAnswered: false,
      })
    return false
  }
  if (!mailboxTrouble.has(error.code)) {
    const isLast = !error.retry || isSpent(payload, row)
    await store({
      payload,
      claim,
      outcome: isLast ? giveUp(outcome) : outcome,
      isAnswered: true,
      dueAt: nextTry(row),
    })
    return false
  }
  const kept: Outcome = afterError(row.recipients, Object.assign(error, { retry: true }))
  const dueAt = await noteTrouble({
    req: await createLocalReq({}, payload),
    mailbox: row.mailbox,
    code: error.code,
    error: kept.error,
  })
  const age = now().getTime() - new Date(row.createdAt).getTime()
  const isHopeless = age > patienceMs
  await store({
    payload,
    claim,
    outcome: isHopeless ? giveUp(kept) : kept,
    isAnswered: true,
    dueAt,
    // Nobody has refused this mail yet: its own tries are for when the mailbox works again.
    attempts: Math.max(row.attempts - 1, 0),
    alongside: (req) => tellQueue({ req, mailbox: row.mailbox, outcome: kept }),
  })
  if (isHopeless) await giveBackOld({ payload, mailbox: row.mailbox, patienceMs, error })
  return true
}

type QueueArgs = { req: PayloadRequest; mailbox: DocID; outcome: Outcome }

/** The other mails of the mailbox wait for the same reason, and it shows on each of them. */
const tellQueue = async ({ req, mailbox, outcome }: QueueArgs): Promise<void> => {
  const { slugs } = getHelpdesk(req.payload)
  await sqlOf(req).query(
    `with waiting as (
       update ${tableOf(req.payload, slugs.outboundEmails)} set error = $2, error_code = $3
       where mailbox_id is not distinct from $1 and state = 'queued' and due_at <= $4 and lease_token is null
       returning message_id
     )
     update ${tableOf(req.payload, slugs.messages)} set delivery_error = $2 where id in (select message_id from waiting)`,
    [mailbox, outcome.error, outcome.errorCode, now().toISOString()],
  )
}
