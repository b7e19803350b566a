import type { Payload } from 'payload'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { loggable, MailError } from '../../core/errors.js'
import { type Lease, LeaseLost, takeLease } from '../../core/lease.js'
import type { MailboxConfig } from '../mailboxes.js'
import { withSource } from '../sources/connections.js'
import { acceptMail } from './accept.js'
import { wordsOf } from './failing.js'
import { fetchWhole } from './fetchAnyway.js'
import { fileMail } from './filing.js'
import { type MailboxState, readState, recordFailure, recordSuccess } from './mailboxState.js'

// A worker that was killed keeps its mailboxes waiting for so long.
const leaseMs = 30_000
const sliceMs = 25_000

export type FetchMailboxArgs = {
  payload: Payload
  mailbox: MailboxConfig
  signal: AbortSignal
  workerId: string
  /** Called when mails have come to lie in the journal, while others are still fetched. */
  onStored?: () => void
  onNews?: (news: 'mail' | 'lost') => void
}

export type Fetched = {
  /** False where another process was at it. */
  done: boolean
  stored: number
  more: boolean
}

/** The lease under which a mailbox is read. */
export const fetchLease = (mailbox: DocID): string => `mailbox:${mailbox}:fetch`

/** The lease of the process that hears of its news. */
export const watchLease = (mailbox: DocID | string): string => `mailbox:${mailbox}:watch`

/**
 * Reads what is new in one mailbox: one bounded piece, alone by a lease. What the server did wrong is stored as the
 * mailbox's health with the time of the next try; other mailboxes never notice.
 */
export const fetchMailbox = async (args: FetchMailboxArgs): Promise<Fetched> => {
  const { payload, mailbox, workerId } = args
  const lease = await takeLease({ payload, key: fetchLease(mailbox.id), holder: workerId, ttlMs: leaseMs })
  if (!lease) return { done: false, stored: 0, more: false }
  const keeping = setInterval(() => void lease.renew().catch(() => undefined), leaseMs / 3)
  try {
    return { done: true, ...(await read(args, lease)) }
  } catch (error) {
    if (error instanceof LeaseLost) return { done: false, stored: 0, more: false }
    throw error
  } finally {
    clearInterval(keeping)
    await lease.release()
  }
}

const read = async (args: FetchMailboxArgs, lease: Lease): Promise<{ stored: number; more: boolean }> => {
  const { payload, mailbox, signal, onStored, onNews } = args
  const state = await readState(payload, mailbox.id)
  // A server that asked for patience gets it, whatever its news was and whoever tried it last. One that was lost is
  // asked again as soon as it is there.
  const isLost = state.errorCode === 'connect' || state.errorCode === 'timeout'
  if (state.failures && !isLost && !isDue({ payload, mailbox, state, at: now().getTime() }))
    return { stored: 0, more: false }
  const attempt = { payload, mailbox: mailbox.id, lease, settingsAt: mailbox.updatedAt }
  let stored = 0
  try {
    const more = await withSource({
      payload,
      mailbox,
      ...(onNews && { onNews }),
      work: async (source) => {
        const until = Date.now() + sliceMs
        const accepted = await acceptMail({ payload, mailbox, source, lease, state, until, signal, onStored })
        stored = accepted.stored
        await recordSuccess(attempt)
        await fileMail({ payload, mailbox, lease, source, place: accepted.place })
        return accepted.more
      },
    })
    await fetchWhole({ payload, mailbox, lease })
    return { stored, more }
  } catch (error) {
    if (error instanceof LeaseLost) throw error
    const known = error instanceof MailError ? error : ourFault({ payload, mailbox, error })
    await recordFailure({ ...attempt, failuresBefore: state.failures, error: known })
    return { stored, more: false }
  }
}

type FaultArgs = { payload: Payload; mailbox: MailboxConfig; error: unknown }

/** Not the mail server's doing: told to those who run the site, and shown at this mailbox, while the others go on. */
const ourFault = ({ payload, mailbox, error }: FaultArgs): MailError => {
  payload.logger.error({ err: loggable(error), msg: `helpdesk: mailbox ${mailbox.id} could not be read` })
  return new MailError(`Something went wrong on this site: ${wordsOf(error)}`, {
    code: 'internal',
    retry: true,
    cause: error,
  })
}

/** Whether a mailbox is read at all. */
export const isFetched = (mailbox: MailboxConfig): boolean =>
  mailbox.type === 'email' &&
  !mailbox.archived &&
  mailbox.receive.kind === 'imap' &&
  mailbox.receive.host !== ''

/** Whether it is this mailbox's turn. */
export const isDue = (args: {
  payload: Payload
  mailbox: MailboxConfig
  state: Pick<MailboxState, 'nextTryAt' | 'settingsAt'> | undefined
  at: number
}): boolean => {
  const { mailbox, state, at } = args
  if (!state?.settingsAt || !state.nextTryAt) return true
  // Somebody changed its settings since: what failed may work now. By which clock it was saved says nothing of when.
  if (new Date(mailbox.updatedAt).getTime() !== new Date(state.settingsAt).getTime()) return true
  // Triggers come about as often as mailboxes are due; a little early is better than a whole round late.
  const early = Math.min(1000, getHelpdesk(args.payload).mail.pollIntervalMs / 10)
  return new Date(state.nextTryAt).getTime() <= at + early
}
