import { createLocalReq, type Payload } from 'payload'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import type { MailError } from '../../core/errors.js'
import { forEachAlone } from '../../core/forEachAlone.js'
import { inTransaction } from '../../core/transaction.js'
import { recordDelivery } from '../../operations/recordDelivery.js'
import { readOutbox } from './outbox.js'
import { afterError, giveUp, stateOf } from './outcome.js'

export type GiveBackArgs = { payload: Payload; mailbox: DocID | null; patienceMs: number; error: MailError }

/**
 * Gives the mails back to their authors that have waited too long for a mailbox which is out of order, without asking
 * its server about each of them.
 */
export const giveBackOld = async ({ payload, mailbox, patienceMs, error }: GiveBackArgs): Promise<void> => {
  const table = tableOf(payload, getHelpdesk(payload).slugs.outboundEmails)
  const { rows } = await sqlOf({ payload }).query<{ id: DocID }>(
    `select id from ${table} where mailbox_id is not distinct from $1 and state = 'queued' and created_at < $2 order by id`,
    [mailbox, new Date(now().getTime() - patienceMs).toISOString()],
  )
  await forEachAlone(rows, ({ id }) => giveBack({ payload, id, error }))
}

type OneArgs = { payload: Payload; id: DocID; error: MailError }

const giveBack = async ({ payload, id, error }: OneArgs): Promise<void> =>
  inTransaction(await createLocalReq({}, payload), async (req) => {
    const table = tableOf(payload, getHelpdesk(payload).slugs.outboundEmails)
    const { rowCount } = await sqlOf(req).query(
      `select 1 from ${table} where id = $1 and state = 'queued' for update skip locked`,
      [id],
    )
    const row = rowCount ? await readOutbox(req, id) : null
    if (!row) return
    const outcome = giveUp(afterError(row.recipients, error))
    await recordDelivery({
      req,
      outboundEmail: id,
      state: stateOf(outcome.recipients),
      recipients: outcome.recipients,
      error: outcome.error,
      errorCode: outcome.errorCode,
    })
  })
