import { createLocalReq, type Payload } from 'payload'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import { MailError } from '../../core/errors.js'
import { forEachAlone } from '../../core/forEachAlone.js'
import { inTransaction } from '../../core/transaction.js'
import { recordDelivery } from '../../operations/recordDelivery.js'
import { readOutbox } from './outbox.js'
import { afterError, giveUp, maybeDeliveredWords } from './outcome.js'

const batch = 100

/**
 * Mails whose worker has gone silent while it was sending. Nobody knows whether the server took them: each is sent
 * once more under the same Message-ID, and after that stands as failed, for a person to decide. Times are the
 * database's own, so that a machine with a wrong clock takes nothing from others.
 */
export const recoverLost = async (payload: Payload): Promise<boolean> => {
  const table = tableOf(payload, getHelpdesk(payload).slugs.outboundEmails)
  const { rows } = await sqlOf({ payload }).query<{ id: DocID; token: string | null }>(
    `select id, lease_token token from ${table} where state = 'sending' and (lease_until is null or lease_until < now())
     order by id limit ${batch}`,
  )
  await forEachAlone(rows, ({ id, token }) => recover({ payload, id, token }))
  return rows.length === batch
}

type RecoverArgs = { payload: Payload; id: DocID; token: string | null }

const recover = async ({ payload, id, token }: RecoverArgs): Promise<void> =>
  inTransaction(await createLocalReq({}, payload), async (req) => {
    const table = tableOf(payload, getHelpdesk(payload).slugs.outboundEmails)
    const { rowCount } = await sqlOf(req).query(
      `select 1 from ${table} where id = $1 and state = 'sending' and lease_token is not distinct from $2
         and (lease_until is null or lease_until < now()) for update skip locked`,
      [id, token],
    )
    const row = rowCount ? await readOutbox(req, id) : null
    if (!row) return
    const isSecond = row.sendingAttempts >= 2
    const lost = new MailError('The worker stopped while the mail was being sent.', {
      code: 'maybeDelivered',
      retry: true,
    })
    const outcome = afterError(row.recipients, lost)
    await recordDelivery({
      req,
      outboundEmail: id,
      state: isSecond ? 'failed' : 'queued',
      recipients: isSecond ? giveUp(outcome).recipients : outcome.recipients,
      error: isSecond ? maybeDeliveredWords : outcome.error,
      errorCode: 'maybeDelivered',
      dueAt: now().toISOString(),
    })
  })
