import { createLocalReq, type Payload } from 'payload'
import type { InboundEmail } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import type { Lease } from '../../core/lease.js'
import { inTransaction } from '../../core/transaction.js'
import { sentenceOf } from './ending.js'
import { endEntries } from './journal.js'
import { keepRawUntil } from './raw.js'

type Copy = Pick<InboundEmail, 'id' | 'fromAddress' | 'subject' | 'internetMessageId'>

const dayMs = 24 * 60 * 60_000

/**
 * Ends the mails that are read again and wait in the quarantine already, which no mail key knows: one that cannot be
 * read would stand there once more with every new UIDVALIDITY. Returns the others.
 */
export const endCopies = async (
  { payload, lease }: { payload: Payload; lease: Lease },
  entries: InboundEmail[],
): Promise<InboundEmail[]> => {
  const again = entries.filter(({ rescanned, sha256 }) => rescanned && sha256)
  if (!again.length) return entries
  const { slugs, mail } = getHelpdesk(payload)
  const table = tableOf(payload, slugs.inboundEmails)
  const { rows } = await sqlOf({ payload }).query<Copy>(
    `select distinct on (e.id) e.id, coalesce(o.from_address, '') "fromAddress", coalesce(o.subject, '') subject,
       coalesce(o.internet_message_id, '') "internetMessageId"
     from ${table} e join ${table} o on o.state = 'quarantined' and o.mailbox_id = e.mailbox_id and o.sha256 = e.sha256
     where e.id = any($1) order by e.id, o.id`,
    [again.map(({ id }) => id)],
  )
  if (!rows.length) return entries
  await inTransaction(await createLocalReq({}, payload), async (req) => {
    await lease.fence(req)
    await endEntries(
      req,
      rows.map((copy) => ({
        ...copy,
        state: 'done',
        verdict: 'duplicate',
        reason: 'duplicate',
        explanation: sentenceOf('duplicate'),
        error: '',
        ticket: null,
        message: null,
        toFile: false,
      })),
    )
    const until = new Date(now().getTime() + mail.keepRawDays * dayMs)
    await keepRawUntil({ req, inboundEmails: rows.map(({ id }) => id), until })
  })
  const ended = new Set(rows.map(({ id }) => String(id)))
  return entries.filter(({ id }) => !ended.has(String(id)))
}

/**
 * Leaves out the mails that are read again and whose first copy is among those before them, to be taken up later: what
 * becomes of that one is not known yet, and both would wait in the quarantine.
 */
export const withoutSecondCopies = (
  entries: readonly InboundEmail[],
  before: readonly InboundEmail[] = [],
): InboundEmail[] => {
  const seen = new Set(before.map(({ sha256 }) => sha256))
  return entries.filter(({ rescanned, sha256 }) => {
    if (rescanned && sha256 && seen.has(sha256)) return false
    seen.add(sha256)
    return true
  })
}
