import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'

const table = (req: PayloadRequest): string =>
  tableOf(req.payload, getHelpdesk(req.payload).slugs.mailboxState)

type WriteArgs = { req: PayloadRequest; mailbox: DocID; sets: string; values: unknown[] }

/** Changes what is kept of a mailbox's sending; its row is made where there is none. */
export const writeSendState = ({ req, mailbox, sets, values }: WriteArgs) =>
  sqlOf(req)
    .query(
      `with made as (insert into ${table(req)} (mailbox_id) values ($1) on conflict do nothing returning id)
     select count(*) from made`,
      [mailbox],
    )
    .then(() =>
      sqlOf(req).query(`update ${table(req)} set ${sets} where mailbox_id = $1`, [mailbox, ...values]),
    )

/** What is wrong though mail leaves: automatic mail is stopped, or copies do not reach the Sent folder. */
export type SendProblem = 'siteLimit' | 'sentCopy'

/** As after a mail that has left; a mailbox that has sent none yet is new again. */
export const wellSending = `send_health = case when last_sent_at is null then 'new' else 'ok' end, send_error = '', send_error_code = ''`

export type SendTrouble = { req: PayloadRequest; mailbox: DocID; code: string; error: string }

/**
 * Something about sending that managers should see, though mail leaves. A mailbox whose mail does not leave says that,
 * and stopped mail is said rather than a copy that is missing.
 */
export const noteProblem = async (args: SendTrouble & { code: SendProblem }): Promise<void> => {
  const { req, mailbox, code, error } = args
  const isTold = `coalesce(send_failures, 0) = 0 and ($3 = 'siteLimit' or coalesce(send_error_code, '') <> 'siteLimit')`
  await writeSendState({
    req,
    mailbox,
    sets: `send_health = case when ${isTold} then 'warning' else send_health end,
     last_send_try_at = case when ${isTold} then $2 else last_send_try_at end,
     send_error = case when ${isTold} then $4 else send_error end,
     send_error_code = case when ${isTold} then $3 else send_error_code end`,
    values: [now().toISOString(), code, error],
  })
}

/** A problem is over. */
export const clearProblem = async ({
  req,
  mailbox,
  code,
}: Omit<SendTrouble, 'error'> & { code: SendProblem }): Promise<void> => {
  await sqlOf(req).query(
    `update ${table(req)} set ${wellSending} where mailbox_id = $1 and send_error_code = $2`,
    [mailbox, code],
  )
}

/** The breaker of automatic mail has tripped. */
export const noteSiteLimit = (req: PayloadRequest, mailbox: DocID): Promise<void> =>
  noteProblem({
    req,
    mailbox,
    code: 'siteLimit',
    error: 'Automatic mail is stopped: this site has sent as much of it within an hour as its limit allows.',
  })
