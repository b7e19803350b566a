import { randomUUID } from 'node:crypto'
import { createLocalReq, type Payload, type PayloadRequest } from 'payload'
import type { DocID, OutboundEmail, RenderedMail } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf, updateRow } from '../../core/database.js'
import { inTransaction } from '../../core/transaction.js'
import { type AutomaticLimit, automaticLimit } from '../../operations/automaticLimit.js'
import { takesNoMail } from '../../operations/contact.js'
import { isWaiting, withoutLink } from '../../operations/recordDelivery.js'
import { noteSiteLimit } from '../../operations/sendProblem.js'
import { readOutbox } from './outbox.js'

/** How long a worker may be silent about a mail it is sending before another takes it over. */
const leaseMs = 20_000

/** A mail that is ours to send, until the lease is lost. */
export type Claim = { row: OutboundEmail; token: string }

const tables = (payload: Payload) => {
  const { slugs } = getHelpdesk(payload)
  return {
    outbox: tableOf(payload, slugs.outboundEmails),
    messages: tableOf(payload, slugs.messages),
    state: tableOf(payload, slugs.mailboxState),
  }
}

/** The mailboxes that have mail to send now. One whose server could not be reached is left alone until its next try. */
export const dueMailboxes = async (payload: Payload): Promise<(DocID | null)[]> => {
  const { outbox, state } = tables(payload)
  const { rows } = await sqlOf({ payload }).query<{ mailbox: DocID | null }>(
    `select distinct o.mailbox_id mailbox from ${outbox} o
     left join ${state} s on s.mailbox_id = o.mailbox_id
     where o.state = 'queued' and o.due_at <= $1
       and (s.send_next_try_at is null or s.send_next_try_at <= $1)`,
    [now().toISOString()],
  )
  return rows.map((row) => row.mailbox)
}

/**
 * A later reply of a ticket, or what tells of a later act, waits while an earlier reply has reached nobody yet, or may
 * still be taken back.
 */
const inOrder = (outbox: string): string => `(o.kind not in ('reply', 'notification') or not exists (
  select 1 from ${outbox} e where e.ticket_id = o.ticket_id and e.kind = 'reply'
    and (e.state in ('queued', 'sending') or (e.state = 'held' and o.kind = 'notification')) and (e.created_at, e.id) < (o.created_at, o.id)
    and not (e.recipients::jsonb @> '[{"state":"sent"}]'::jsonb)))`

/**
 * Takes the next mail of a mailbox for this worker alone and notes that sending begins, before anything is said to
 * a server: what dies afterwards leaves a row that tells of it. Null when nothing is due.
 */
export const claimNext = async (payload: Payload, mailbox: DocID | null): Promise<Claim | null> =>
  inTransaction(await createLocalReq({}, payload), async (req) => {
    const { outbox } = tables(payload)
    const at = now().toISOString()
    for (;;) {
      const { rows } = await sqlOf(req).query<Due>(
        `select o.id, o.kind, o.recipients from ${outbox} o
         where o.state = 'queued' and o.due_at <= $1 and o.mailbox_id is not distinct from $2 and ${inOrder(outbox)}
         order by o.due_at, o.created_at, o.id limit 1 for update of o skip locked`,
        [at, mailbox],
      )
      const found = rows[0]
      if (!found) return null
      const why = await whyNot(req, found)
      if (!why) return begin(req, found.id)
      if (why.errorCode === 'siteLimit' && mailbox !== null) await noteSiteLimit(req, mailbox)
      await cancel({ req, row: found, why })
    }
  })

type Due = Pick<OutboundEmail, 'id' | 'kind' | 'recipients'>

type Reason = { errorCode: AutomaticLimit | 'takesNoMail'; error: string }

type CancelArgs = { req: PayloadRequest; row: Due; why: Reason }

const cancel = ({ req, row, why }: CancelArgs): Promise<unknown> =>
  updateRow({
    req,
    slug: getHelpdesk(req.payload).slugs.outboundEmails,
    id: row.id,
    data: {
      state: 'cancelled',
      recipients: row.recipients.map((one) => (isWaiting(one) ? { ...one, state: 'cancelled' } : one)),
      ...why,
      ...(row.kind === 'signIn' && withoutLink),
    },
  })

/** Why a mail that no person writes does not leave, if so: much may have happened while it waited. */
const whyNot = async (req: PayloadRequest, { id, kind, recipients }: Due): Promise<Reason | null> => {
  if (kind === 'reply') return null
  for (const { address } of recipients)
    if (await takesNoMail(req, address))
      return { errorCode: 'takesNoMail', error: 'Mail to this address bounces, or it is blocked.' }
  const limit = kind === 'acknowledgement' ? await automaticLimit({ req, outboundEmail: id }) : null
  return limit && { errorCode: limit, error: 'Too much automatic mail; this one was not sent.' }
}

const begin = async (req: PayloadRequest, id: DocID): Promise<Claim | null> => {
  const { outbox, messages } = tables(req.payload)
  const token = randomUUID()
  await sqlOf(req).query(
    `update ${outbox} set state = 'sending', lease_token = $2, lease_until = now() + $3 * interval '1 ms',
       attempts = coalesce(attempts, 0) + 1, sending_attempts = coalesce(sending_attempts, 0) + 1
     where id = $1`,
    [id, token, leaseMs],
  )
  await sqlOf(req).query(
    `update ${messages} m set delivery = 'sending' from ${outbox} o where o.id = $1 and m.id = o.message_id`,
    [id],
  )
  const row = await readOutbox(req, id)
  return row && { row, token }
}

type RenderedArgs = { payload: Payload; claim: Claim; rendered: RenderedMail }

/** Stores the rendering, unless the mail has gone to another worker or has one already. */
export const storeRendered = async ({ payload, claim, rendered }: RenderedArgs): Promise<boolean> => {
  const { row, token } = claim
  const { rowCount } = await sqlOf({ payload }).query(
    `update ${tables(payload).outbox} set rendered = $3 where id = $1 and lease_token = $2`,
    [row.id, token, JSON.stringify(rendered)],
  )
  return Boolean(rowCount)
}

/** Puts the lease off while a mail is under way. Returns the function that ends it. */
export const keepLease = (payload: Payload, { row, token }: Claim): (() => void) => {
  const renew = () =>
    sqlOf({ payload }).query(
      `update ${tables(payload).outbox} set lease_until = now() + $3 * interval '1 ms' where id = $1 and lease_token = $2`,
      [row.id, token, leaseMs],
    )
  // A renewal that fails is made up for by the next one, or the lease is lost and the outcome is refused.
  const timer = setInterval(() => void renew().catch(() => {}), leaseMs / 4)
  return () => clearInterval(timer)
}
