import { setTimeout as wait } from 'node:timers/promises'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { loggable } from '../../core/errors.js'
import { leasesHeld } from '../../core/lease.js'
import type { Work, WorkContext } from '../../core/part.js'
import { readMailbox } from '../mailboxes.js'
import { uncount } from './failing.js'
import { fetchLease, watchLease } from './fetchMailbox.js'
import { waitingMailboxes } from './journal.js'
import { closeParsers } from './parsers.js'
import { helpAfterMs, processLease, processMailbox } from './processMailbox.js'

const atOnce = 2

// A run says that it is alive about so often: it ends with the turns that are under way then.
const longestRunMs = 10_000

// What comes to wait while only one mailbox is worked on is found so soon.
const lookAgainMs = 250

// A mailbox whose mail met a fault, the database's mostly, is taken up again as late as by the next run.
const restMs = 5000

/**
 * Mailboxes with mail that nobody is at. What is new in a mailbox that only others fetch or watch is theirs for a
 * moment: of all workers that a mail wakes most find it in good hands.
 */
const freeMailboxes = async ({ payload, workerId }: WorkContext): Promise<DocID[]> => {
  const waiting = await waitingMailboxes(payload)
  const fetched = (id: DocID) => [fetchLease(id), watchLease(id)]
  const held = await leasesHeld(
    payload,
    waiting.flatMap(({ id }) => [processLease(id), ...fetched(id)]),
  )
  return waiting
    .filter(({ id, since }) => {
      const isNew = Math.abs(now().getTime() - new Date(since).getTime()) < helpAfterMs
      const holders = fetched(id).flatMap((key) => held.get(key) ?? [])
      const isTheirs = isNew && holders.length > 0 && !holders.includes(workerId)
      return !held.has(processLease(id)) && !isTheirs
    })
    .map(({ id }) => id)
}

/**
 * A worker stays with its mailboxes while no others wait: passed round among several, each mail would be met by code
 * and parsers that are cold. A run ends when there is nothing left, or after `longestRunMs`.
 */
const run = async (context: WorkContext): Promise<{ more: boolean }> => {
  const { payload, signal, workerId, wake } = context
  const until = performance.now() + longestRunMs
  const queue: DocID[] = []
  /** Lanes that began while the run had time. */
  const early = new Set<DocID>()
  const lanes = new Map<DocID, Promise<void>>()
  /** Mailboxes where something went wrong, and until when they are left alone. */
  const resting = new Map<DocID, number>()
  let fault: unknown
  let more = false

  const look = async (): Promise<void> => {
    for (const id of await freeMailboxes(context)) {
      // Beyond its time a run goes on only beside what does not end.
      const hadItsTime = performance.now() > until && !early.size
      const isResting = performance.now() < (resting.get(id) ?? 0)
      if (!lanes.has(id) && !queue.includes(id) && !hadItsTime && !isResting) queue.push(id)
    }
    fill()
  }
  const fill = (): void => {
    while (lanes.size < atOnce && queue.length && !signal.aborted) {
      const id = queue.shift()!
      if (performance.now() <= until) early.add(id)
      const lane = workOn(id).catch((error: unknown) => {
        // What a stop cuts off is no fault.
        if (signal.aborted) return
        fault ??= error
        if (!resting.has(id))
          payload.logger.error({ err: loggable(error), msg: `helpdesk: mail of mailbox ${id} waits` })
        resting.set(id, performance.now() + restMs)
      })
      lanes.set(
        id,
        lane.then(() => {
          lanes.delete(id)
          early.delete(id)
          fill()
        }),
      )
    }
  }
  const workOn = async (id: DocID): Promise<void> => {
    const mailbox = await readMailbox(payload, id)
    if (!mailbox) return
    const another = async () => {
      wake('mail.deliver')
      if (performance.now() > until) return null
      await look()
      return queue.length ? null : readMailbox(payload, id)
    }
    if (await processMailbox({ payload, mailbox, workerId, another, signal })) more = true
  }

  await uncount(payload, [])
  await look()
  while (lanes.size) {
    // A lane may end at once, where another worker was quicker: to look again then, and again, would be all that is done.
    await Promise.race([Promise.all(lanes.values()), wait(lookAgainMs, undefined, { ref: false })])
    // The end of a turn may be far, or never come.
    if (lanes.size && lanes.size < atOnce) await look().catch(() => undefined)
  }
  if (more) wake('mail.deliver')
  if (fault !== undefined) throw fault
  return { more }
}

/** Gives every mail of the journal its verdict: two mailboxes at a time, and in turns where more of them wait. */
export const processWork = (): Work => ({
  name: 'mail.process',
  everyMs: 5000,
  // Whoever has fetched mail works it off, with parsers that are warm; the others help with what it does not get to.
  wakesOn: { journal: 0, fetched: helpAfterMs },
  run,
  watch:
    async ({ payload }) =>
    () =>
      closeParsers(payload),
})
