import { createLocalReq, type Payload } from 'payload'
import type { DocID, InboundEmail } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { failpoint } from '../../core/failpoint.js'
import { type Lease, LeaseLost, takeLease } from '../../core/lease.js'
import type { Work, WorkContext } from '../../core/part.js'
import { type MailboxConfig, readMailbox } from '../mailboxes.js'
import { contentHash } from './contentHash.js'
import { sentenceOf } from './ending.js'
import { isInfrastructure } from './fault.js'
import {
  countAttempt,
  delayEntry,
  endEntries,
  nextEntries,
  uncountAttempt,
  waitingMailboxes,
} from './journal.js'
import { readState } from './mailboxState.js'
import type { ParsedMail } from './parsedMail.js'
import { closeParsers, parsersOf } from './parsers.js'
import { readRaws } from './raw.js'
import { type ReadMail, settle } from './settle.js'
import type { InboundMailbox } from './step.js'

const leaseMs = 120_000
const batchMails = 25
const batchBytes = 8 * 1024 * 1024
const atOnce = 2
const longestWaitMs = 30 * 60_000

/** The lease under which a mailbox's journal is worked off. */
export const processLease = (mailbox: DocID): string => `mailbox:${mailbox}:process`

const inboundMailbox = async (payload: Payload, mailbox: MailboxConfig): Promise<InboundMailbox> => {
  const { startedAt, firstUidValidity, plusProbe } = await readState(payload, mailbox.id)
  const { subjectTag, acknowledge, trustedAuthservId } = mailbox.settings
  return {
    id: mailbox.id,
    name: mailbox.name,
    address: mailbox.address,
    subjectTag,
    acknowledge,
    trustedAuthservId,
    startedAt: startedAt === null ? null : new Date(startedAt).toISOString(),
    firstUidValidity,
    plusProbe,
  }
}

type Failure = {
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

const wordsOf = (error: unknown): string => {
  const words: string[] = []
  for (let at = error, depth = 0; at && depth < 4; depth++) {
    if (at instanceof Error) words.push(at.message)
    at = (at as { cause?: unknown }).cause
  }
  return (words.join(' · ') || String(error)).slice(0, 2000)
}

/** From the header alone, where reading the mail went wrong. */
const headerFacts = async (payload: Payload, { id }: InboundEmail): Promise<Facts | null> => {
  const raw = (await readRaws(await createLocalReq({}, payload), [id])).get(String(id))
  if (!raw) return null
  // Loaded here: what parses mail is otherwise the children's alone.
  const { parseHeader } = await import('./parse.js')
  return parseHeader(raw.subarray(0, headerBytes))
}

/** Stores why a try failed, and either when the next one is or that a person has to look. */
const fail = async (payload: Payload, { entry, reason, error, facts }: Failure): Promise<void> => {
  const tries = entry.attempts + 1
  if (tries < getHelpdesk(payload).mail.attempts.inbound) {
    const wait = Math.min(1000 * 6 ** tries, longestWaitMs) * (0.8 + Math.random() * 0.4)
    const until = new Date(now().getTime() + wait)
    await delayEntry({ payload, id: entry.id, until, error: wordsOf(error) })
    return
  }
  const known = facts ?? (await headerFacts(payload, entry))
  await endEntries(await createLocalReq({}, payload), [
    {
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
    },
  ])
}

type BatchArgs = { payload: Payload; mailbox: MailboxConfig; lease: Lease; entries: InboundEmail[] }

const readBatch = async ({
  payload,
  entries,
}: BatchArgs): Promise<{ mails: ReadMail[]; failures: Failure[] }> => {
  const raws = await readRaws(
    await createLocalReq({}, payload),
    entries.map(({ id }) => id),
  )
  failpoint('before-parse')
  const last = getHelpdesk(payload).mail.attempts.inbound
  const failures: Failure[] = []
  const read = await Promise.all(
    entries.map(async (journal): Promise<ReadMail | null> => {
      const raw = raws.get(String(journal.id))
      try {
        if (!raw) throw new Error('The source of this mail is no longer kept.')
        const mail = await parsersOf(payload).parse(raw)
        return { journal, mail, contentHash: contentHash(raw), isLastTry: journal.attempts + 1 >= last }
      } catch (error) {
        failures.push({ entry: journal, reason: 'unreadable', error })
        return null
      }
    }),
  )
  return { mails: read.filter((mail) => mail !== null), failures }
}

const processBatch = async (args: BatchArgs): Promise<void> => {
  const { payload, mailbox, lease, entries } = args
  await countAttempt(
    payload,
    entries.map(({ id }) => id),
  )
  failpoint('after-attempt-mark')
  const open = new Set(entries.map(({ id }) => id))
  try {
    const { mails, failures } = await readBatch(args)
    for (const failure of failures) {
      await fail(payload, failure)
      open.delete(failure.entry.id)
    }
    const site = { payload, mailbox: await inboundMailbox(payload, mailbox), lease }
    const files = mailbox.receive.afterwards !== 'leave'
    for (const group of await settled(mails, (some) => settle({ ...site, mails: some, files }))) {
      if (group.error !== undefined) {
        const { journal: entry, mail: facts } = group.mail
        await fail(payload, { entry, reason: 'failed', error: group.error, facts })
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

/** Tries to give back when the database answers again. */
const owed = new WeakMap<Payload, Set<DocID>>()

const uncount = async (payload: Payload, ids: DocID[]): Promise<void> => {
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

/** Works off one batch of a mailbox's journal, alone by a lease. Says whether more waits. */
export const processMailbox = async (args: {
  payload: Payload
  mailbox: MailboxConfig
  workerId: string
}): Promise<boolean> => {
  const { payload, mailbox, workerId } = args
  const lease = await takeLease({ payload, key: processLease(mailbox.id), holder: workerId, ttlMs: leaseMs })
  if (!lease) return false
  const keeping = setInterval(() => void lease.renew().catch(() => undefined), leaseMs / 4)
  try {
    const entries = await nextEntries({
      payload,
      mailbox: mailbox.id,
      limit: batchMails,
      maxBytes: batchBytes,
    })
    const last = getHelpdesk(payload).mail.attempts.inbound
    const [first] = entries
    if (first && first.attempts >= last) {
      // Every try was begun and none ended: this mail takes the process with it.
      const error = new Error(`The work on this mail ended ${first.attempts} times without a result.`)
      await fail(payload, { entry: first, reason: 'failed', error })
    } else if (first) await processBatch({ payload, mailbox, lease, entries })
    return entries.length > 0
  } catch (error) {
    // Somebody else is at it, and nothing of ours was written.
    if (error instanceof LeaseLost) return false
    throw error
  } finally {
    clearInterval(keeping)
    await lease.release().catch(() => undefined)
  }
}

const run = async ({ payload, signal, workerId, wake }: WorkContext): Promise<{ more: boolean }> => {
  await uncount(payload, [])
  const waiting = await waitingMailboxes(payload)
  const faults: unknown[] = []
  let more = false
  const next = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined && !signal.aborted; id = waiting.shift()) {
      try {
        const mailbox = await readMailbox(payload, id)
        if (mailbox && (await processMailbox({ payload, mailbox, workerId }))) more = true
      } catch (error) {
        faults.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  if (more) wake('mail.deliver')
  if (faults.length) throw faults[0]
  return { more }
}

/** Gives every mail of the journal its verdict, a batch of each mailbox at a time. */
export const processWork = (): Work => ({
  name: 'mail.process',
  everyMs: 5000,
  wakesOn: ['journal'],
  run,
  watch:
    async ({ payload }) =>
    () =>
      closeParsers(payload),
})
