import { createLocalReq, type Payload } from 'payload'
import type { DocID, InboundEmail } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import { failpoint } from '../../core/failpoint.js'
import { type Lease, LeaseLost, takeLease } from '../../core/lease.js'
import type { MailboxConfig } from '../mailboxes.js'
import { contentHash } from './contentHash.js'
import { endCopies, withoutSecondCopies } from './copies.js'
import { type Failure, fail, uncount, waitForStorage } from './failing.js'
import { isInfrastructure, StorageFault } from './fault.js'
import { countAttempt, nextEntries } from './journal.js'
import { clearWarning, readState } from './mailboxState.js'
import { parsersOf } from './parsers.js'
import { readRaws } from './raw.js'
import { type ReadMail, settle } from './settle.js'
import type { InboundMailbox } from './step.js'

// A worker that was killed keeps its mailboxes waiting for so long.
const leaseMs = 30_000
const batchMails = 25
const batchBytes = 8 * 1024 * 1024
// A turn, after which another mailbox may have its own.
const batchesPerTurn = 4

/** What one worker leaves for a moment, to look after others of its mailboxes or to say that it lives, no other takes. */
export const helpAfterMs = 2000

/** The lease under which a mailbox's journal is worked off. */
export const processLease = (mailbox: DocID): string => `mailbox:${mailbox}:process`

const iso = (date: string | null): string | null => (date === null ? null : new Date(date).toISOString())

const inboundMailbox = async (payload: Payload, mailbox: MailboxConfig): Promise<InboundMailbox> => {
  const { startedAt, newestBefore, epoch, plusProbe } = await readState(payload, mailbox.id)
  const { subjectTag, acknowledge, trustedAuthservId } = mailbox.settings
  return {
    id: mailbox.id,
    name: mailbox.name,
    address: mailbox.address,
    subjectTag,
    acknowledge,
    trustedAuthservId,
    startedAt: iso(startedAt),
    newestBefore: iso(newestBefore),
    epoch,
    plusProbe,
  }
}

/** Mails whose try is counted, read or found unreadable. */
type Batch = { entries: InboundEmail[]; mails: ReadMail[]; failures: Failure[] }

/** The mailbox as it is now, where it may have another turn under the same lease; null where others come first. */
export type AnotherTurn = () => Promise<MailboxConfig | null>

type SiteArgs = { payload: Payload; mailbox: MailboxConfig; lease: Lease }

const idsOf = (entries: readonly InboundEmail[]): DocID[] => entries.map(({ id }) => id)

const readBatch = async (site: SiteArgs, seen: InboundEmail[]): Promise<Batch> => {
  const { payload } = site
  const entries = await endCopies(site, seen)
  await countAttempt(payload, idsOf(entries))
  failpoint('after-attempt-mark')
  try {
    const raws = await readRaws(await createLocalReq({}, payload), idsOf(entries))
    failpoint('before-parse')
    const failures: Failure[] = []
    const read = await Promise.all(
      entries.map(async (journal): Promise<ReadMail | null> => {
        const raw = raws.get(String(journal.id))
        try {
          if (!raw) throw new Error('The source of this mail is no longer kept.')
          const mail = await parsersOf(payload).parse(raw)
          return { journal, mail, contentHash: contentHash(raw) }
        } catch (error) {
          if (isInfrastructure(error)) throw error
          failures.push({ entry: journal, reason: 'unreadable', error })
          return null
        }
      }),
    )
    return { entries, mails: read.filter((mail) => mail !== null), failures }
  } catch (error) {
    if (isInfrastructure(error)) await uncount(payload, idsOf(entries))
    throw error
  }
}

const settleBatch = async ({ payload, mailbox, lease }: SiteArgs, batch: Batch): Promise<void> => {
  const open = new Set(idsOf(batch.entries))
  try {
    for (const failure of batch.failures) {
      await fail({ payload, lease }, failure)
      open.delete(failure.entry.id)
    }
    const site = { payload, mailbox: await inboundMailbox(payload, mailbox), lease }
    const files = mailbox.receive.afterwards !== 'leave'
    for (const group of await settled(batch.mails, (some) => settle({ ...site, mails: some, files }))) {
      if (group.error !== undefined) {
        const { journal: entry, mail: facts } = group.mail
        if (group.error instanceof StorageFault)
          await waitForStorage({ payload, lease }, { entry, fault: group.error })
        else await fail({ payload, lease }, { entry, reason: 'failed', error: group.error, facts })
      } else if (group.mail.journal.error && group.mail.mail.attachments.length) {
        await clearWarning({ payload, mailbox: mailbox.id, lease, code: 'storage' })
      }
      open.delete(group.mail.journal.id)
    }
  } catch (error) {
    if (isInfrastructure(error)) await uncount(payload, [...open])
    throw error
  }
}

type Settled = { mail: ReadMail; error?: unknown }

/** All at once; where that fails, one by one, so that each mail has its own result. */
const settled = async (mails: ReadMail[], work: (mails: ReadMail[]) => Promise<void>): Promise<Settled[]> => {
  if (!mails.length) return []
  try {
    await work(mails)
    return mails.map((mail) => ({ mail }))
  } catch (error) {
    if (isInfrastructure(error)) throw error
    if (mails.length === 1) return [{ mail: mails[0]!, error }]
  }
  const results: Settled[] = []
  for (const mail of mails) results.push(...(await settled([mail], work)))
  return results
}

const isFresh = (entries: readonly InboundEmail[]): boolean => entries.every(({ attempts }) => attempts === 0)

type Turns = { another: AnotherTurn; signal: AbortSignal }

/** `cut`: there was more when the turn was over; `worked`: the end was reached, and more may have come since. */
type TurnEnd = 'idle' | 'worked' | 'cut'

/**
 * Works off some batches one after the other; while one is settled the next is read already. Only mails that were
 * never tried are read ahead: what one of the others does to this process it shall do alone.
 */
const workOff = async (start: SiteArgs, { another, signal }: Turns): Promise<TurnEnd> => {
  let site = start
  const { payload, mailbox } = site
  const place = { payload, mailbox: mailbox.id, limit: batchMails, maxBytes: batchBytes }
  const first = withoutSecondCopies(await nextEntries(place))
  if (!first[0]) return 'idle'
  if (first[0].attempts >= getHelpdesk(payload).mail.attempts.inbound) {
    // Every try was begun and none ended: this mail takes the process with it.
    const error = new Error(`The work on this mail ended ${first[0].attempts} times without a result.`)
    await fail(site, { entry: first[0], reason: 'failed', error })
    return 'worked'
  }
  const readAhead = async (after: InboundEmail[]): Promise<Batch | null> => {
    if (!isFresh(after)) return null
    const entries = withoutSecondCopies(await nextEntries({ ...place, without: idsOf(after) }), after)
    return entries.length && isFresh(entries) ? readBatch(site, entries) : null
  }
  let batch: Batch | null = await readBatch(site, first)
  let end: TurnEnd = 'worked'
  for (let round = 1; batch; round++) {
    // Where that cannot be found out, what is read is settled, and then others may come.
    const turn = round % batchesPerTurn ? site.mailbox : await another().catch(() => null)
    const isLast = !turn || signal.aborted
    if (isLast) end = 'cut'
    const ahead: Promise<Batch | null> = isLast ? Promise.resolve(null) : readAhead(batch.entries)
    // Looked at below, but it may fail before.
    ahead.catch(() => undefined)
    try {
      await settleBatch(site, batch)
    } catch (error) {
      const read = await ahead.catch(() => null)
      if (read) await uncount(payload, idsOf(read.entries))
      throw error
    }
    batch = await ahead
    if (turn) site = { ...site, mailbox: turn }
  }
  return end
}

/** Works off a mailbox's journal, a turn or more of it, alone by a lease. Says whether more may wait. */
export const processMailbox = async (args: {
  payload: Payload
  mailbox: MailboxConfig
  workerId: string
  another: AnotherTurn
  signal: AbortSignal
}): Promise<boolean> => {
  const { payload, mailbox, workerId, another, signal } = args
  const lease = await takeLease({ payload, key: processLease(mailbox.id), holder: workerId, ttlMs: leaseMs })
  if (!lease) return false
  const keeping = setInterval(() => void lease.renew().catch(() => undefined), leaseMs / 4)
  let end: TurnEnd = 'idle'
  try {
    end = await workOff({ payload, mailbox, lease }, { another, signal })
    return end !== 'idle'
  } catch (error) {
    // Somebody else is at it, and nothing of ours was written.
    if (error instanceof LeaseLost) return false
    throw error
  } finally {
    clearInterval(keeping)
    await lease.release(end === 'cut' && !signal.aborted ? helpAfterMs : 0)
  }
}
