import { createLocalReq, type Payload, type PayloadRequest } from 'payload'
import type { DocID, InboundEmail } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { insertRows, sqlOf, tableOf } from '../../core/database.js'
import { MailError } from '../../core/errors.js'
import type { Lease } from '../../core/lease.js'
import { inTransaction } from '../../core/transaction.js'
import { hint } from '../../operations/activity.js'
import { en } from '../../translations/en.js'
import type { MailboxConfig } from '../mailboxes.js'
import { openImap } from '../sources/imap.js'
import type { MailSource } from '../sources/source.js'
import { contentHash } from './contentHash.js'
import { delayEntry, entriesInVain, entriesToFetch, reasonBefore } from './journal.js'
import { readState } from './mailboxState.js'
import { packRaw, readRaws, sha256, writeRaws } from './raw.js'

// What a person may ask for; a mail is held in memory whole.
const largestBytes = 200 * 1024 * 1024

const againMs = 5 * 60_000

type FetchWholeArgs = { payload: Payload; mailbox: MailboxConfig; lease: Lease }

/** Fetches the mails that an agent wants in spite of their size or of a server that did not hand them over. */
export const fetchWhole = async ({ payload, mailbox, lease }: FetchWholeArgs): Promise<void> => {
  const entries = await entriesToFetch(payload, mailbox.id)
  if (!entries.length) return
  const { epoch } = await readState(payload, mailbox.id)
  for (const entry of entries) {
    const maxBytes = Math.max(entry.size, getHelpdesk(payload).mail.maxMessageSize)
    if (maxBytes > largestBytes) {
      await putBack({ payload, entry, error: en.reason.tooLarge })
      continue
    }
    const source = await openImap({ payload, login: mailbox.receive, maxBytes })
    try {
      const raw = await find(source, { entry, epoch })
      if (raw === null) await putBack({ payload, entry, error: en.reason.gone })
      else await replace({ payload, lease, entry, raw })
    } catch (error) {
      if (!(error instanceof MailError)) throw error
      const until = new Date(now().getTime() + againMs)
      await delayEntry({ payload, id: entry.id, until, error: error.message })
    } finally {
      await source.close()
    }
  }
}

type Sought = { entry: InboundEmail; epoch: number }

const find = async (source: MailSource, { entry, epoch }: Sought): Promise<Buffer | null> => {
  const { uidValidity } = await source.open(entry.folder)
  const uids =
    epoch === entry.epoch && uidValidity === entry.uidValidity
      ? [entry.uid]
      : entry.internetMessageId
        ? await source.findMessageId(entry.internetMessageId)
        : []
  const [sighting] = await source.look(uids.slice(0, 1))
  if (!sighting) return null
  const { mails, error } = await source.fetch([sighting])
  if (error) throw error
  const raw = mails.get(sighting.uid)
  if (!raw) throw new MailError('The server did not hand the mail over.', { retry: true, code: 'missing' })
  return raw
}

type ReplaceArgs = { payload: Payload; lease: Lease; entry: InboundEmail; raw: Buffer }

const replace = async ({ payload, lease, entry, raw }: ReplaceArgs): Promise<void> => {
  const { slugs } = getHelpdesk(payload)
  const pieces = await packRaw(raw)
  const req = await createLocalReq({}, payload)
  const beginning = (await readRaws(req, [entry.id])).get(String(entry.id))
  await inTransaction(req, async (own) => {
    await lease.fence(own)
    const { rowCount } = await sqlOf(own).query(
      `update ${tableOf(payload, slugs.inboundEmails)}
       set reason = '', sha256 = $2, size = $3, attempts = 0, next_try_at = null, error = null
       where id = $1 and state = 'received'`,
      [entry.id, sha256(raw), raw.length],
    )
    // Put back meanwhile.
    if (!rowCount) return
    if (beginning) await keyBeginning({ req: own, entry, beginning, raw })
    await sqlOf(own).query(`delete from ${tableOf(payload, slugs.rawSources)} where inbound_email_id = $1`, [
      entry.id,
    ])
    await writeRaws(own, [{ inboundEmail: entry.id, pieces }])
    await hint(own, 'journal')
  })
}

type KeyArgs = { req: PayloadRequest; entry: InboundEmail; beginning: Buffer; raw: Buffer }

/** Seen again under another number, a mail that is too large is known by its beginning alone. */
const keyBeginning = async ({ req, entry, beginning, raw }: KeyArgs): Promise<void> => {
  const hash = contentHash(beginning)
  if (hash === contentHash(raw)) return
  await insertRows({
    req,
    slug: getHelpdesk(req.payload).slugs.mailKeys,
    rows: [{ mailbox: entry.mailbox, hash, message: null, createdAt: now().toISOString() }],
    onConflict: 'nothing',
  })
}

/** Whose mailbox is archived or has no IMAP server any more goes back into the quarantine. */
export const putBackUnread = async (payload: Payload, read: readonly DocID[]): Promise<void> => {
  for (const entry of await entriesInVain(payload, read)) {
    await putBack({ payload, entry, error: en.error.mailboxNotFetched })
  }
}

type PutBackArgs = { payload: Payload; entry: InboundEmail; error: string }

/** It is in the quarantine again for the reason for which it was there. */
const putBack = async ({ payload, entry, error }: PutBackArgs): Promise<void> => {
  const reason = reasonBefore(entry)
  await sqlOf({ payload }).query(
    `update ${tableOf(payload, getHelpdesk(payload).slugs.inboundEmails)}
     set state = 'quarantined', verdict = $3, reason = $4, next_try_at = null, error = $2
     where id = $1 and state = 'received'`,
    [entry.id, error, reason === 'tooLarge' ? 'tooLarge' : 'quarantined', reason],
  )
}
