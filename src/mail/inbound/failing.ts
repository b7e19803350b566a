import { createLocalReq, type Payload } from 'payload'
import type { DocID, InboundEmail } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import type { Lease } from '../../core/lease.js'
import { inTransaction } from '../../core/transaction.js'
import { sentenceOf } from './ending.js'
import type { StorageFault } from './fault.js'
import { delayEntry, type Ending, endEntries, uncountAttempt } from './journal.js'
import { recordWarning } from './mailboxState.js'
import type { ParsedMail } from './parsedMail.js'
import { readRaws } from './raw.js'

const longestWaitMs = 30 * 60_000

/** A try at a mail that came to nothing. */
export type Failure = {
  entry: InboundEmail
  reason: 'unreadable' | 'failed'
  error: unknown
  /** Where the mail was read before it failed. */
  facts?: Facts
}

/** What the list of the quarantine shows of a mail. */
type Facts = Pick<ParsedMail, 'from' | 'subject' | 'messageId'>

/** Enough for every sane header; what could not be read whole is not to hang here either. */
const headerBytes = 64 * 1024

/** What an error and its causes say, without the query that met it. */
export const wordsOf = (error: unknown): string => {
  const words: string[] = []
  for (let at = error, depth = 0; at && depth < 4; depth++) {
    // Drizzle's own words are the whole query with its values: the sender's mail among them.
    const said = at instanceof Error && !at.message.startsWith('Failed query:') ? at.message : ''
    // An error may repeat what its cause says.
    if (said && !words.some((one) => one.includes(said))) words.push(said)
    at = (at as { cause?: unknown }).cause
  }
  const none = error instanceof Error ? 'The database failed.' : String(error)
  return (words.join(' · ') || none).slice(0, 2000)
}

/** From the header alone, where reading the mail went wrong. */
const headerFacts = async (payload: Payload, { id }: InboundEmail): Promise<Facts | null> => {
  const raw = (await readRaws(await createLocalReq({}, payload), [id])).get(String(id))
  if (!raw) return null
  // Loaded here: what parses mail is otherwise the children's alone.
  const { parseHeader } = await import('./parse.js')
  return parseHeader(raw.subarray(0, headerBytes))
}

type Holder = { payload: Payload; lease: Lease }

/** Stores why a try failed, and either when the next one is or that a person has to look. */
export const fail = async (
  { payload, lease }: Holder,
  { entry, reason, error, facts }: Failure,
): Promise<void> => {
  const tries = entry.attempts + 1
  if (tries < getHelpdesk(payload).mail.attempts.inbound) {
    const wait = Math.min(1000 * 6 ** tries, longestWaitMs) * (0.8 + Math.random() * 0.4)
    const until = new Date(now().getTime() + wait)
    await delayEntry({ payload, id: entry.id, until, error: wordsOf(error) })
    return
  }
  const known = facts ?? (await headerFacts(payload, entry))
  const ending: Ending = {
    id: entry.id,
    state: 'quarantined',
    verdict: 'quarantined',
    reason,
    explanation: sentenceOf(reason),
    error: wordsOf(error),
    fromAddress: (known?.from?.address ?? entry.fromAddress).slice(0, 254),
    subject: (known?.subject ?? entry.subject).slice(0, 998),
    internetMessageId: (known?.messageId ?? entry.internetMessageId).slice(0, 998),
    ticket: null,
    message: null,
    toFile: false,
  }
  await inTransaction(await createLocalReq({}, payload), async (req) => {
    await lease.fence(req)
    await endEntries(req, [ending])
  })
}

/** Storage is looked for again as often as this at most, and after a long time in vain not much more seldom. */
const storageWaitMs = { shortest: 2000, longest: 60_000 }

/** The mail waits without losing a try, the mailbox says why; the next mails go on. */
export const waitForStorage = async (
  { payload, lease }: Holder,
  { entry, fault }: { entry: InboundEmail; fault: StorageFault },
): Promise<void> => {
  const { shortest, longest } = storageWaitMs
  const age = now().getTime() - Date.parse(entry.createdAt)
  const until = new Date(now().getTime() + Math.min(Math.max(age / 2, shortest), longest))
  await delayEntry({ payload, id: entry.id, until, error: wordsOf(fault) })
  await uncount(payload, [entry.id])
  await recordWarning({ payload, mailbox: entry.mailbox, lease, code: 'storage', error: fault.message })
}

/** Tries to give back when the database answers again. */
const owed = new WeakMap<Payload, Set<DocID>>()

/** Takes counted tries back that failed for no fault of the mails; with none, those that could not be taken back before. */
export const uncount = async (payload: Payload, ids: DocID[]): Promise<void> => {
  const all = owed.get(payload) ?? new Set()
  for (const id of ids) all.add(id)
  owed.set(payload, all)
  if (!all.size) return
  const now = [...all]
  await uncountAttempt(payload, now).then(
    () => {
      for (const id of now) all.delete(id)
    },
    // Kept, and given back by the next run.
    () => undefined,
  )
}
