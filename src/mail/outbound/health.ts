import type { PayloadRequest } from 'payload'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import { type SendTrouble, wellSending, writeSendState } from '../../operations/sendProblem.js'
import { mailboxTrouble } from '../transports/transport.js'
import { mailboxBackoff } from './backoff.js'

/** Failures in a row after which a mailbox is called failing: mail servers restart. */
const failuresToFailing = 3

type State = { failures: number; nextTryAt: Date | null }

const table = (req: PayloadRequest): string =>
  tableOf(req.payload, getHelpdesk(req.payload).slugs.mailboxState)

const mailboxes = (req: PayloadRequest): string =>
  tableOf(req.payload, getHelpdesk(req.payload).slugs.mailboxes)

/** How sending stands for a mailbox. */
const sendState = async (req: PayloadRequest, mailbox: DocID): Promise<State> => {
  const { rows } = await sqlOf(req).query<State>(
    `select coalesce(send_failures, 0)::int failures, send_next_try_at "nextTryAt" from ${table(req)} where mailbox_id = $1`,
    [mailbox],
  )
  return rows[0] ?? { failures: 0, nextTryAt: null }
}

const isProblem = `send_error_code in ('siteLimit', 'sentCopy')`

/** A mail has left: the mailbox is well, but for a problem that did not keep it from leaving. */
export const noteSent = async (req: PayloadRequest, mailbox: DocID): Promise<void> => {
  await writeSendState({
    req,
    mailbox,
    sets: `send_health = case when ${isProblem} then 'warning' else 'ok' end,
     last_sent_at = $2, send_failures = 0, send_next_try_at = null,
     send_error_code = case when ${isProblem} then send_error_code else '' end,
     send_error = case when ${isProblem} then send_error else '' end`,
    values: [now().toISOString()],
  })
}

/** No mail of this mailbox can leave now: says when it is tried again, and for how long that has been so. */
export const noteTrouble = async ({ req, mailbox, code, error }: SendTrouble): Promise<string> => {
  const { failures, nextTryAt } = await sendState(req, mailbox)
  const at = now()
  // Several senders found out at once: that is one failure, not three.
  if (nextTryAt && nextTryAt > at) return nextTryAt.toISOString()
  const wait = mailboxBackoff({ code, failures: failures + 1, chance: Math.random() })
  const next = new Date(at.getTime() + wait).toISOString()
  const isPerson = code === 'auth' || code === 'noEncryption' || code === 'tls' || code === 'privateHost'
  const health =
    code === 'needsPassword'
      ? 'needsPassword'
      : isPerson || failures + 1 >= failuresToFailing
        ? 'failing'
        : 'warning'
  await writeSendState({
    req,
    mailbox,
    sets: `send_health = $2, send_failures = $3, send_next_try_at = $4, last_send_try_at = $5,
     send_error_code = $6, send_error = $7,
     send_settings_at = (select updated_at from ${mailboxes(req)} where id = $1)`,
    values: [health, failures + 1, next, at.toISOString(), code, error],
  })
  return next
}

/** How long a stop of automatic mail stays to be seen after the last mail that it kept back. */
const limitSeenMs = 60 * 60_000

/** Automatic mail that has not been kept back for an hour is no longer stopped, whether or not any mail has left. */
export const clearOldLimits = async (req: PayloadRequest): Promise<void> => {
  await sqlOf(req).query(
    `update ${table(req)} set ${wellSending} where send_error_code = 'siteLimit' and last_send_try_at <= $1`,
    [new Date(now().getTime() - limitSeenMs).toISOString()],
  )
}

/** A mailbox whose settings were saved since it failed is tried at once, and with it the mails that waited for that. */
export const wakeChanged = async (req: PayloadRequest): Promise<void> => {
  const { rows } = await sqlOf(req).query<{ mailbox: DocID }>(
    `update ${table(req)} s set send_next_try_at = null, send_settings_at = null from ${mailboxes(req)} m
     where m.id = s.mailbox_id and s.send_next_try_at is not null and m.updated_at <> s.send_settings_at
     returning m.id mailbox`,
  )
  if (!rows.length) return
  await sqlOf(req).query(
    `update ${tableOf(req.payload, getHelpdesk(req.payload).slugs.outboundEmails)} set due_at = $3
     where mailbox_id = any($1) and state = 'queued' and error_code = any($2)`,
    [rows.map(({ mailbox }) => mailbox), [...mailboxTrouble], now().toISOString()],
  )
}
