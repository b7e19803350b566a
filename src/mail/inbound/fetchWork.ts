import type { Payload } from 'payload'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import type { Helpdesk } from '../../core/config.js'
import { loggable } from '../../core/errors.js'
import { type Lease, takeLease } from '../../core/lease.js'
import type { Work, WorkContext } from '../../core/part.js'
import { type MailboxConfig, readMailboxes } from '../mailboxes.js'
import { dropConnection } from '../sources/connections.js'
import { putBackUnread } from './fetchAnyway.js'
import { fetchMailbox, isDue, isFetched, watchLease } from './fetchMailbox.js'
import { readStates } from './mailboxState.js'

const sliceName = 'mail.fetch'
const processName = 'mail.process'

// How often new, changed and archived mailboxes are looked for.
const lookMs = 5000
const watchLeaseMs = 45_000
const atOnce = 10
// A slow mailbox goes on alone after this; the others must not wait for it.
const patienceMs = 1000
// After a lost connection, so that a server that hangs up on everybody is not stormed; and where another process was
// at it, which may have looked just before the news.
const againMs = 2000
const graceMs = 10_000

/** What this process knows of its mailboxes between two runs. */
type Attention = {
  /** Mailboxes whose server has news. */
  news: Set<string>
  running: Map<string, Promise<void>>
  /** Mailboxes that are asked again in a moment; their news wait for that. */
  later: Map<string, NodeJS.Timeout>
  /** Mailboxes whose connection this process keeps open. */
  watched: Map<string, Lease>
  watching: boolean
  /** Why the last look at the mailboxes came to nothing; the slice says it. */
  lookFault?: unknown
}

const attentions = new WeakMap<Payload, Attention>()

const attentionOf = (payload: Payload): Attention => {
  let found = attentions.get(payload)
  if (!found) {
    found = { news: new Set(), running: new Map(), later: new Map(), watched: new Map(), watching: false }
    attentions.set(payload, found)
  }
  return found
}

/** Not to be asked again in a moment: it is being asked now, or is others'. */
const forget = ({ later }: Attention, key: string): void => {
  clearTimeout(later.get(key))
  later.delete(key)
}

const fetchOne = async (context: WorkContext, mailbox: MailboxConfig): Promise<boolean> => {
  const { payload, signal, workerId, wake } = context
  const attention = attentionOf(payload)
  const key = String(mailbox.id)
  attention.news.delete(key)
  forget(attention, key)
  const tell = () => {
    const { news, running, later } = attention
    // Where there were news before, its turn is on the way; while it is being read it has none, and one afterwards.
    const hasTurn = news.has(key) || running.has(key) || later.has(key)
    news.add(key)
    if (!hasTurn) wake(sliceName)
  }
  const tellLater = () => {
    if (!attention.watching || attention.later.has(key)) return
    const timer = setTimeout(() => {
      attention.later.delete(key)
      attention.news.add(key)
      wake(sliceName)
    }, againMs)
    attention.later.set(key, timer.unref())
  }
  const askAgain = () => {
    if (attention.watched.has(key)) tellLater()
  }
  const fetched = await fetchMailbox({
    payload,
    mailbox,
    signal,
    workerId,
    onStored: () => wake(processName),
    ...(attention.watched.has(key) && {
      onNews: (news: 'mail' | 'lost') => (news === 'mail' ? tell() : tellLater()),
    }),
  }).catch((error: unknown) => {
    // The database is away, and with it what the news were.
    askAgain()
    throw error
  })
  if (!fetched.done) askAgain()
  if (fetched.more) attention.news.add(key)
  return fetched.more
}

const dueMailboxes = async (payload: Payload): Promise<MailboxConfig[]> => {
  const { news, running, later, watched, watching } = attentionOf(payload)
  const states = await readStates(payload)
  const at = now().getTime()
  const mailboxes = (await readMailboxes(payload)).filter(isFetched)
  const ids = mailboxes.map(({ id }) => id)
  await putBackUnread(payload, ids)
  return mailboxes.filter((mailbox) => {
    const key = String(mailbox.id)
    if (running.has(key)) return false
    // Whoever keeps the connection open goes first.
    const grace = watching && !watched.has(key) ? graceMs : 0
    return (
      (news.has(key) && !later.has(key)) ||
      isDue({ payload, mailbox, state: states.get(key), at: at - grace })
    )
  })
}

const run = async (context: WorkContext): Promise<{ more: boolean }> => {
  const { payload, signal } = context
  const attention = attentionOf(payload)
  const due = await dueMailboxes(payload)
  const faults: unknown[] = []
  let more = due.length > atOnce
  const started = due.slice(0, atOnce).map((mailbox) => {
    const key = String(mailbox.id)
    const work = fetchOne(context, mailbox)
      .then((again) => {
        more ||= again
      })
      .catch((error: unknown) => {
        faults.push(error)
        payload.logger.error({ err: loggable(error), msg: `helpdesk: mailbox ${key} could not be read` })
      })
      .finally(() => {
        attention.running.delete(key)
        // It had no turn while it was being read.
        if (attention.watching && attention.news.has(key) && !attention.later.has(key))
          context.wake(sliceName)
      })
    attention.running.set(key, work)
    return work
  })
  const all = Promise.all(started)
  if (attention.watching) await Promise.race([all, waitFor(patienceMs)])
  else await all
  if (attention.lookFault !== undefined) faults.push(attention.lookFault)
  if (faults.length) throw faults[0]
  return { more: more && !signal.aborted }
}

const waitFor = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref())

/**
 * Keeps one connection a mailbox open over all processes: whoever holds the mailbox's watch lease. New, changed and
 * archived mailboxes are noticed by looking. Where another process watches some, the rest is left to it until the next
 * look: processes that start together would share the mailboxes out, and each need its own warm code for a part.
 */
const watch = async (context: WorkContext): Promise<() => Promise<void>> => {
  const { payload, workerId, wake } = context
  const attention = attentionOf(payload)
  attention.watching = true
  const changes = new Map<string, string>()
  /** Mailboxes that the last look left to another process. */
  const left = new Set<string>()

  const leave = async (key: string, id: DocID) => {
    const lease = attention.watched.get(key)
    attention.watched.delete(key)
    forget(attention, key)
    await dropConnection(payload, id)
    await lease?.release()
  }

  const look = async () => {
    const mailboxes = await readMailboxes(payload)
    const present = new Set(mailboxes.filter(isFetched).map(({ id }) => String(id)))
    for (const key of [...attention.watched.keys()]) {
      if (!present.has(key)) await leave(key, key)
    }
    let isShared = false
    for (const mailbox of mailboxes.filter(isFetched)) {
      const key = String(mailbox.id)
      const lease = attention.watched.get(key)
      if (lease && !(await lease.renew())) await leave(key, mailbox.id)
      if (!attention.watched.has(key) && isShared && !left.has(key)) {
        left.add(key)
      } else if (!attention.watched.has(key)) {
        left.delete(key)
        const taken = await takeLease({
          payload,
          key: watchLease(key),
          holder: workerId,
          ttlMs: watchLeaseMs,
        })
        isShared ||= !taken
        if (taken) {
          attention.watched.set(key, taken)
          attention.news.add(key)
          wake(sliceName)
        }
      }
      if (changes.get(key) !== mailbox.updatedAt) {
        changes.set(key, mailbox.updatedAt)
        wake(sliceName)
      }
    }
  }

  try {
    await look()
  } catch (error) {
    attention.watching = false
    // A lease that cannot be given back runs out by itself.
    await Promise.allSettled([...attention.watched.keys()].map((key) => leave(key, key)))
    throw error
  }
  const lookAgain = async () => {
    try {
      await look()
      delete attention.lookFault
    } catch (error) {
      attention.lookFault = error
      wake(sliceName)
    }
  }
  let looking: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    looking = looking.then(lookAgain)
  }, lookMs)
  return async () => {
    clearInterval(timer)
    attention.watching = false
    await looking
    delete attention.lookFault
    await Promise.all(attention.running.values())
    for (const key of [...attention.watched.keys()]) await leave(key, key)
  }
}

/** Fetches new mail of every mailbox that is due, several at once. */
export const fetchWork = (helpdesk: Helpdesk): Work => ({
  name: sliceName,
  everyMs: Math.min(lookMs, helpdesk.mail.pollIntervalMs),
  wakesOn: { mailbox: 0 },
  run,
  watch,
})
