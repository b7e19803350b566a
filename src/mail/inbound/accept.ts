import { createLocalReq, type Payload, type PayloadRequest } from 'payload'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { MailError } from '../../core/errors.js'
import { failpoint } from '../../core/failpoint.js'
import type { Lease } from '../../core/lease.js'
import { inTransaction } from '../../core/transaction.js'
import { hint } from '../../operations/activity.js'
import { en } from '../../translations/en.js'
import type { MailboxConfig } from '../mailboxes.js'
import type { FolderState, MailSource, Sighting } from '../sources/source.js'
import { insertEntries, type NewEntry, type Place } from './journal.js'
import { type MailboxState, moveCursor, restartCursor, startCursor } from './mailboxState.js'
import { packRaw, sha256, writeRaws } from './raw.js'

const batchMails = 50
const batchBytes = 8 * 1024 * 1024

// Tries after which a mail that the server names but does not hand over is set aside, so that the next ones come.
const missingTries = 10

// No server's clock is further ahead of ours.
const longestSkewMs = 10 * 60_000

export type AcceptArgs = {
  payload: Payload
  mailbox: MailboxConfig
  source: MailSource
  lease: Lease
  state: MailboxState
  /** No further batch is begun after this moment. */
  until: number
  signal: AbortSignal
  /** Called when mails have come to lie in the journal, while others are still fetched. */
  onStored?: () => void
}

export type Accepted = {
  /** Mails that are in the journal now. */
  stored: number
  /** Mails wait on the server that there was no time for. */
  more: boolean
  place: Place
}

type Item = { entry: NewEntry; raw: Buffer | null }

// Another port or password is the same account still. UIDVALIDITY tells no two accounts apart: it is 1 with many.
const sourceOf = ({ receive: { host, user, folder } }: MailboxConfig): string =>
  [host.toLowerCase(), user, folder].map(encodeURIComponent).join('/')

/** The account without its server, which may be renamed or hand its accounts to another one. */
const accountOf = (source: string): string => source.slice(source.indexOf('/'))

/**
 * Takes what is new in a mailbox's folder into the journal, in batches: the rows, the sources and the cursor in one
 * transaction each, fenced by the lease. Nothing on the server changes. Throws what the server did wrong, after the
 * mails before it are safe. Where the mailbox was pointed at another account or folder, it begins anew behind what
 * lies there; the same account under another UIDVALIDITY or on another server is read again from its first mail.
 */
export const acceptMail = async (args: AcceptArgs): Promise<Accepted> => {
  const { payload, mailbox, source, state } = args
  const path = mailbox.receive.folder
  const folder = await source.open(path)
  const here = sourceOf(mailbox)
  const before = state.startedAt === null ? null : (state.source ?? '')
  const place: Place = {
    mailbox: mailbox.id,
    epoch: state.epoch + (before === null || before === here ? 0 : 1),
    folder: path,
    uidValidity: folder.uidValidity,
  }
  const req = await createLocalReq({}, payload)
  const isSame = before === here && state.uidValidity === folder.uidValidity
  if (!isSame) {
    const end = await lastUidOf(source, folder)
    const isKnown = before !== null && accountOf(before) === accountOf(here)
    const newestBefore = isKnown ? null : await newestOf(source, end)
    await inTransaction(req, async (own) => {
      await args.lease.fence(own)
      if (isKnown) await restartCursor(own, { ...place, source: here, rescanUid: end })
      else await startCursor(own, { ...place, source: here, lastUid: end, newestBefore })
    })
    if (!isKnown) return { stored: 0, more: false, place }
    Object.assign(state, { lastUid: 0, rescanUid: end })
  }
  let { lastUid } = state
  const waiting = await source.uidsFrom(lastUid + 1)
  let stored = 0
  let hasProgressed = false
  while (waiting.length) {
    if (args.signal.aborted || Date.now() > args.until) return { stored, more: true, place }
    const batch = await readBatch(args, { uids: waiting.slice(0, batchMails), hasProgressed })
    if (batch.lastUid > lastUid) {
      failpoint('after-fetch')
      const packed = await Promise.all(batch.items.map(({ raw }) => (raw ? packRaw(raw) : [])))
      await inTransaction(req, async (own) => {
        await args.lease.fence(own)
        await store({ req: own, place, items: batch.items, packed })
        await moveCursor(own, { ...place, lastUid: batch.lastUid })
        if (batch.items.length) await hint(own, 'fetched')
        failpoint('before-journal-commit')
      })
      failpoint('after-journal-commit')
      lastUid = batch.lastUid
      hasProgressed = true
      stored += batch.items.length
      if (batch.items.length) args.onStored?.()
      while (waiting.length && waiting[0]! <= lastUid) waiting.shift()
    }
    if (batch.fault) throw batch.fault
  }
  return { stored, more: false, place }
}

const lastUidOf = async (source: MailSource, folder: FolderState): Promise<number> =>
  // Old servers do not say which UID is next.
  folder.uidNext > 0 ? folder.uidNext - 1 : ((await source.uidsFrom(1)).at(-1) ?? 0)

/** The newest INTERNALDATE of what lies there, by which later mail is told from it on the server's own clock. */
const newestOf = async (source: MailSource, end: number): Promise<string | null> => {
  const until = async (from: number) => (await source.uidsFrom(from)).filter((uid) => uid <= end)
  const near = await until(Math.max(1, end - batchMails))
  const last = (near.length ? near : await until(1)).slice(-batchMails)
  if (!last.length) return null
  const times = (await source.look(last)).flatMap(({ internalDate }) => Date.parse(internalDate ?? '') || [])
  // A mail that was put there with a date to come says nothing of the clock.
  const latest = now().getTime() + longestSkewMs
  return times.length ? new Date(Math.min(Math.max(...times), latest)).toISOString() : null
}

type Batch = {
  items: Item[]
  /** The cursor after them. */
  lastUid: number
  /** Why the batch ends where it ends, where that is a fault. */
  fault?: unknown
}

type Next = { uids: number[]; hasProgressed: boolean }

const readBatch = async (args: AcceptArgs, { uids, hasProgressed }: Next): Promise<Batch> => {
  const { payload, source, state } = args
  const { maxMessageSize } = getHelpdesk(payload).mail
  const seen = new Map((await source.look(uids)).map((sighting) => [sighting.uid, sighting]))
  const whole: Sighting[] = []
  const taken: number[] = []
  let bytes = 0
  for (const uid of uids) {
    const sighting = seen.get(uid)
    if (sighting && sighting.size <= maxMessageSize) {
      bytes += sighting.size
      if (whole.length && bytes > batchBytes) break
      whole.push(sighting)
    }
    taken.push(uid)
  }
  const { mails, error } = whole.length ? await source.fetch(whole) : { mails: new Map<number, Buffer>() }
  const silent = taken.filter(
    (uid) => !mails.has(uid) && !(seen.get(uid) && seen.get(uid)!.size > maxMessageSize),
  )
  // What was expunged between our look and our fetch has gone; anything else that is silent is still owed to us.
  const owed = silent.length && !error ? await source.present(silent) : new Set(silent)
  const batch: Batch = { items: [], lastUid: state.lastUid }
  batch.lastUid = uids[0]! - 1
  for (const uid of taken) {
    const sighting = seen.get(uid)
    const raw = mails.get(uid)
    const rescanned = uid <= state.rescanUid
    if (raw) batch.items.push({ entry: { ...entryOf(sighting!, { raw, reason: '' }), rescanned }, raw })
    else if (sighting && sighting.size > maxMessageSize) {
      const beginning = await source.fetchBeginning(uid)
      if (beginning)
        batch.items.push({
          entry: { ...entryOf(sighting, { raw: beginning, reason: 'tooLarge' }), rescanned },
          raw: beginning,
        })
    } else if (owed.has(uid)) {
      const first = uid === uids[0] && !hasProgressed
      if (error || !first || state.errorCode !== 'missing' || state.failures < missingTries) {
        batch.fault = error ?? missing(uid)
        return batch
      }
      batch.items.push({
        entry: { ...setAside(sighting ?? { uid, size: 0, internalDate: null }), rescanned },
        raw: null,
      })
    }
    batch.lastUid = uid
  }
  return batch
}

const missing = (uid: number): MailError =>
  new MailError(`The server names the mail with UID ${uid} but does not hand it over.`, {
    retry: true,
    code: 'missing',
  })

type Entry = Omit<NewEntry, 'rescanned'>

const entryOf = (sighting: Sighting, { raw, reason }: { raw: Buffer; reason: string }): Entry => ({
  ...sighting,
  sha256: sha256(raw),
  reason,
  state: 'received',
  verdict: null,
  explanation: '',
})

const setAside = (sighting: Sighting): Entry => ({
  ...sighting,
  sha256: '',
  reason: 'missing',
  state: 'quarantined',
  verdict: 'quarantined',
  explanation: en.reason.missing,
})

type StoreArgs = { req: PayloadRequest; place: Place; items: readonly Item[]; packed: string[][] }

const store = async ({ req, place, items, packed }: StoreArgs): Promise<void> => {
  const ids = await insertEntries({ req, place, entries: items.map(({ entry }) => entry) })
  const raws = items.flatMap(({ entry }, index) => {
    const inboundEmail = ids.get(entry.uid)
    return inboundEmail === undefined ? [] : [{ inboundEmail, pieces: packed[index]! }]
  })
  await writeRaws(req, raws)
}
