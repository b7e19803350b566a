import { setTimeout as wait } from 'node:timers/promises'
import { createLocalReq, type Payload } from 'payload'
import type { DocID } from '../../collections/types.js'
import type { Helpdesk } from '../../core/config.js'
import { loggable, MailError } from '../../core/errors.js'
import { failpoint } from '../../core/failpoint.js'
import { forEachAlone } from '../../core/forEachAlone.js'
import type { Work, WorkContext } from '../../core/part.js'
import { type MailboxConfig, readMailbox } from '../mailboxes.js'
import type { SendResult } from '../transports/transport.js'
import { closeTransports, transportOf } from '../transports/transportOf.js'
import { type Claim, claimNext, dueMailboxes, keepLease, storeRendered } from './claim.js'
import { composeMail } from './compose.js'
import { clearOldLimits, wakeChanged } from './health.js'
import { refuseBadAddresses, waitingRecipients } from './outcome.js'
import { outgoingMail } from './outgoing.js'
import { recoverLost } from './recover.js'
import { releaseDue } from './release.js'
import { type SentCopies, sentCopies } from './sentCopy.js'
import { settleAnswer, settleError } from './settle.js'

/** Connections of one process to one mail server. */
const width = 3

/** Mails of one mailbox before the queue is looked at anew. */
const mailsPerLane = 60

/** A run lasts no longer, so that a server that does not answer keeps nobody else's mail. */
const runMs = 1000

/** The mailboxes that this process is sending for, and what ended that for one of them. */
type Lanes = { open: Map<string, Promise<void>>; faults: unknown[] }

const lanes = new WeakMap<Payload, Lanes>()

const lanesOf = (payload: Payload): Lanes => {
  const found = lanes.get(payload) ?? { open: new Map(), faults: [] }
  lanes.set(payload, found)
  return found
}

type PrepareArgs = { payload: Payload; mailbox: MailboxConfig; claim: Claim }

/** Renders at the first try, takes what was rendered at the others. */
const prepare = async ({ payload, mailbox, claim }: PrepareArgs) => {
  const req = await createLocalReq({}, payload)
  claim.row.recipients = refuseBadAddresses(claim.row)
  const waiting = waitingRecipients(claim.row)
  const rendered = claim.row.rendered ?? (await composeMail({ req, row: claim.row, mailbox }))
  if (!claim.row.rendered && !(await storeRendered({ payload, claim, rendered }))) return null
  const to = waiting.map(({ address }) => address)
  return outgoingMail({ req, row: { ...claim.row, rendered }, rendered, to })
}

type DeliverArgs = PrepareArgs & { copies: SentCopies }

/** One try of one mail. True when the mailbox is in trouble and its other mails had better wait. */
const deliver = async ({ payload, mailbox, claim, copies }: DeliverArgs): Promise<boolean> => {
  const isFirst = claim.row.recipients.every(({ state }) => state !== 'sent')
  const release = keepLease(payload, claim)
  try {
    let result: SendResult
    let mail: Awaited<ReturnType<typeof prepare>>
    try {
      mail = await prepare({ payload, mailbox, claim })
      if (!mail) return false
      if (!mail.envelope.to.length) {
        await settleAnswer({ payload, claim, result: { accepted: [], rejected: [], response: '' } })
        return false
      }
      failpoint('before-smtp')
      result = await transportOf(payload, mailbox).send(mail)
    } catch (error) {
      return await settleError({ payload, claim, error: known(payload, error) })
    }
    failpoint('after-smtp')
    await settleAnswer({ payload, claim, result })
    if (isFirst && result.accepted.length) await copies.save({ mail, raw: result.raw })
    return false
  } finally {
    release()
  }
}

/** A fault of our own is tried again like a server's, and told to those who run the site. */
const known = (payload: Payload, error: unknown): MailError => {
  if (error instanceof MailError) return error
  payload.logger.error({ err: loggable(error), msg: 'helpdesk: a mail could not be made ready for sending' })
  return new MailError('Something went wrong on the server while the mail was being made.', {
    code: 'internal',
    retry: true,
    cause: error,
  })
}

const gone = new MailError('The mailbox of this mail is gone.', { code: 'mailboxGone', retry: false })

const sendQueue = async ({ payload, signal }: WorkContext, id: DocID | null): Promise<void> => {
  const mailbox = id === null ? null : await readMailbox(payload, id)
  const copies = mailbox && sentCopies(payload, mailbox)
  let left = mailsPerLane
  /** False when there is nothing more to do here now. */
  const sendNext = async (): Promise<boolean> => {
    const claim = signal.aborted || left-- < 1 ? null : await claimNext(payload, id)
    if (!claim) return false
    if (mailbox && copies) return !(await deliver({ payload, mailbox, claim, copies }))
    await settleError({ payload, claim, error: gone })
    return true
  }
  let isOpen = true
  const sender = async (): Promise<void> => {
    while (isOpen) if (!(await sendNext())) isOpen = false
  }
  try {
    // One mail finds out whether the server is there and takes the password; only then do others go beside it.
    if (await sendNext()) await forAll(Array.from({ length: width }, sender))
  } finally {
    await copies?.close()
  }
}

/** Waits for all of them, also where one fails. */
const forAll = async (senders: Promise<void>[]): Promise<void> => {
  const failed = (await Promise.allSettled(senders)).find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}

const startLanes = async (context: WorkContext): Promise<void> => {
  const { open, faults } = lanesOf(context.payload)
  for (const id of await dueMailboxes(context.payload)) {
    const key = String(id)
    if (open.has(key)) continue
    const lane = sendQueue(context, id)
      // The rows it had are taken up again when their leases end; the slice says what it was.
      .catch((error: unknown) => {
        faults.push(error)
        context.payload.logger.error({
          err: loggable(error),
          msg: `helpdesk: sending for mailbox ${key} stopped`,
        })
      })
      .finally(() => open.delete(key))
    open.set(key, lane)
  }
}

const run = async (context: WorkContext): Promise<{ more: boolean }> => {
  const { payload, signal } = context
  let isMore = false
  // What one of them meets keeps the others from nothing.
  await forEachAlone(
    [
      async () => {
        isMore = (await releaseDue(payload)) || isMore
      },
      async () => {
        isMore = (await recoverLost(payload)) || isMore
      },
      async () => wakeChanged(await createLocalReq({}, payload)),
      async () => clearOldLimits(await createLocalReq({}, payload)),
      async () => (signal.aborted ? undefined : startLanes(context)),
    ],
    (work) => work(),
  )
  const { open, faults } = lanesOf(payload)
  const all = Promise.all(open.values())
  await Promise.race([all, wait(runMs, undefined, { ref: false })])
  // A clean stop leaves no mail in doubt.
  if (signal.aborted) await all
  const [fault] = faults.splice(0)
  if (fault !== undefined) throw fault
  return { more: isMore || open.size > 0 }
}

/** Sending: lets replies go, sends what is due, and takes up what a dead worker left. */
export const outboundWork = (_helpdesk: Helpdesk): Work[] => [
  {
    name: 'mail.deliver',
    everyMs: 1000,
    wakesOn: { outbox: 0 },
    run,
    watch:
      async ({ payload }) =>
      async () => {
        await Promise.all(lanesOf(payload).open.values())
        closeTransports(payload)
      },
  },
]
