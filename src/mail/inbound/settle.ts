import { createLocalReq, type Payload, type PayloadRequest } from 'payload'
import type { DocID, Mailbox } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { insertRows, sqlOf, tableOf } from '../../core/database.js'
import { isOurs } from '../../core/documents.js'
import { failpoint } from '../../core/failpoint.js'
import { reserveIds } from '../../core/insert.js'
import type { Lease } from '../../core/lease.js'
import { inTransaction } from '../../core/transaction.js'
import { endBounces, ensureContacts, markVerified, type Written } from '../../operations/contact.js'
import { nextTicketNumbers } from '../../operations/ticketNumber.js'
import { addressKey, isValidAddress } from '../../rules/address.js'
import { isBounce } from './bounced.js'
import { endingOf } from './ending.js'
import { endEntries } from './journal.js'
import { type LookupMail, lookUp } from './lookups.js'
import { oldest } from './oldest.js'
import { defaultSteps } from './process.js'
import { keepRawUntil } from './raw.js'
import type { Carrier, InboundMailbox, Step } from './step.js'
import { storeAttachments } from './storeAttachments.js'

const dayMs = 24 * 60 * 60_000

/** A mail that was read and waits for its verdict. */
export type ReadMail = LookupMail & Pick<Carrier, 'journal'>

export type SettleArgs = {
  payload: Payload
  mailbox: InboundMailbox
  lease: Lease
  mails: readonly ReadMail[]
  /** Whether the server's copies are to be marked or moved. */
  files: boolean
}

/** The steps of this site. */
export const stepsOf = (payload: Payload): Step[] => getHelpdesk(payload).mail.steps({ defaultSteps })

const runSteps = async (steps: readonly Step[], carrier: Carrier): Promise<void> => {
  for (const step of steps) {
    if (carrier.decision.verdict) return
    await step.run(carrier)
  }
}

/**
 * Gives some mails their verdicts: sifts them, makes what has to be there before the transaction (contacts, files,
 * ticket numbers), and does the rest in one transaction fenced by the lease. Nothing of the transaction is written
 * where it throws.
 */
export const settle = async (args: SettleArgs): Promise<void> => {
  const { payload, mailbox, mails } = args
  const req = await createLocalReq({}, payload)
  const lookups = await lookUp(req, mails)
  const steps = stepsOf(payload)
  const phase = (when: Step['when']) => steps.filter((step) => (step.when ?? 'within') === when)
  const before = phase('before')
  const carriers: Carrier[] = []
  for (const { journal, mail, contentHash } of mails) {
    const carrier: Carrier = {
      req,
      journal,
      mailbox,
      mail,
      contentHash,
      lookups,
      attachments: [],
      decision: { automatic: false, verified: false },
    }
    await runSteps(before, carrier)
    carriers.push(carrier)
  }
  const prepared = await prepare({ payload, req, carriers })
  await inTransaction(req, async (own) => {
    await args.lease.fence(own)
    await reserveFor(own, prepared)
    await decide({ args, req: own, carriers: prepared, within: phase('within'), after: phase('after') })
    failpoint('before-verb-commit')
  })
  failpoint('after-verb-commit')
}

/** Ids for the tickets and first messages that these mails may become. For one or two it is no gain. */
const reserveFor = async (req: PayloadRequest, carriers: readonly Carrier[]): Promise<void> => {
  const { tickets, messages } = getHelpdesk(req.payload).slugs
  const count = carriers.filter(({ decision }) => decision.number !== undefined).length
  if (count < 3) return
  if (isOurs(req.payload, tickets)) await reserveIds({ req, slug: tickets, count })
  await reserveIds({ req, slug: messages, count })
}

/** Whose mail proves that there is somebody at an address: proven where the mailbox's server can tell. */
const writtenBy = ({ decision, mailbox, mail, journal }: Carrier): Written[] => {
  const { sender, automatic, verified } = decision
  const at = oldest(journal.internalDate, mail.date)
  if (!sender || sender.byForm || automatic || (mailbox.trustedAuthservId && !verified)) return []
  return at && Date.parse(at) > 0 ? [{ address: addressKey(sender.address), at }] : []
}

type PrepareArgs = { payload: Payload; req: PayloadRequest; carriers: readonly Carrier[] }

const prepare = async ({ payload, req, carriers }: PrepareArgs): Promise<Carrier[]> => {
  const going = carriers.filter((carrier) => !carrier.decision.verdict && !isBounce(carrier))
  const people = going.flatMap(({ decision }): Mailbox[] =>
    decision.sender && isValidAddress(decision.sender.address) ? [decision.sender] : [],
  )
  const contacts = people.length ? await ensureContacts(req, people) : new Map<string, DocID>()
  await markVerified(
    req,
    going.flatMap(({ decision: { sender, verified } }) =>
      verified && sender && !sender.byForm ? [addressKey(sender.address)] : [],
    ),
  )
  await endBounces(req, going.flatMap(writtenBy))
  const numbers = going.length ? await nextTicketNumbers(req, going.length) : []
  const prepared: Carrier[] = []
  for (const carrier of carriers) {
    const at = going.indexOf(carrier)
    if (at < 0) {
      prepared.push(carrier)
      continue
    }
    const { decision, journal, mail } = carrier
    const contact = contacts.get(addressKey(decision.sender?.address ?? ''))
    if (contact !== undefined) decision.contact = contact
    decision.number = numbers[at]!
    const attachments = await storeAttachments({
      payload,
      journal,
      files: mail.attachments,
      canWait: true,
    })
    if (attachments.length) failpoint('after-attachments')
    prepared.push({ ...carrier, attachments })
  }
  return prepared
}

type DecideArgs = {
  args: SettleArgs
  req: PayloadRequest
  carriers: readonly Carrier[]
  within: readonly Step[]
  after: readonly Step[]
}

const decide = async ({ args, req, carriers, within, after }: DecideArgs): Promise<void> => {
  const { slugs, mail } = getHelpdesk(req.payload)
  const isFinal = ({ decision }: Carrier) =>
    decision.verdict !== 'quarantined' && decision.verdict !== 'tooLarge' && decision.verdict !== 'duplicate'
  const own = carriers.map((carrier) => ({ ...carrier, req }))
  const keyed = own.filter(isFinal)
  await own[0]?.lookups.recheckCopies(req)
  const taken = new Set(await takeKeys({ req, mailbox: args.mailbox.id, carriers: keyed }))
  for (const carrier of own) {
    const { decision } = carrier
    if (!decision.verdict && !taken.delete(carrier.contentHash)) {
      // The same mail twice in this batch, or another process was faster.
      const first = own.find((other) => other !== carrier && other.contentHash === carrier.contentHash)
      decision.verdict = 'duplicate'
      decision.reason = 'duplicate'
      if (first?.decision.ticket !== undefined) decision.ticket = first.decision.ticket
      if (first?.decision.message !== undefined) decision.message = first.decision.message
    }
    await runSteps(within, carrier)
    if (!decision.verdict) {
      decision.verdict = 'quarantined'
      decision.reason = 'failed'
      decision.detail = 'No step gave this mail a verdict.'
    }
    for (const step of after) await step.run(carrier)
  }
  const endings = own.map((carrier) => endingOf(carrier, args.files))
  await endEntries(req, endings)
  const done = endings.filter(({ state }) => state === 'done')
  await pointKeys(req, own)
  const released = own.filter(
    (carrier) => keyed.includes(carrier) && !isFinal(carrier) && carrier.decision.verdict !== 'duplicate',
  )
  if (released.length) {
    await sqlOf(req).query(
      `delete from ${tableOf(req.payload, slugs.mailKeys)} where mailbox_id = $1 and hash = any($2)`,
      [args.mailbox.id, released.map(({ contentHash }) => contentHash)],
    )
  }
  const until = new Date(now().getTime() + mail.keepRawDays * dayMs)
  if (done.length) {
    await keepRawUntil({ req, inboundEmails: done.map(({ id }) => id), until })
  }
}

type KeyArgs = { req: PayloadRequest; mailbox: DocID; carriers: readonly Carrier[] }

/** Takes the mails' keys; those that are taken already are left out. */
const takeKeys = async ({ req, mailbox, carriers }: KeyArgs): Promise<string[]> => {
  if (!carriers.length) return []
  const { slugs } = getHelpdesk(req.payload)
  const hashes = [...new Set(carriers.map(({ contentHash }) => contentHash))].sort()
  const createdAt = now().toISOString()
  const ids = await insertRows({
    req,
    slug: slugs.mailKeys,
    rows: hashes.map((hash) => ({ mailbox, hash, message: null, createdAt })),
    onConflict: 'nothing',
  })
  const { rows } = await sqlOf(req).query<{ hash: string }>(
    `select hash from ${tableOf(req.payload, slugs.mailKeys)} where id = any($1)`,
    [ids],
  )
  return rows.map(({ hash }) => hash)
}

const pointKeys = async (req: PayloadRequest, carriers: readonly Carrier[]): Promise<void> => {
  const pairs = carriers.filter(
    ({ decision }) =>
      decision.message !== undefined && (decision.verdict === 'opened' || decision.verdict === 'appended'),
  )
  if (!pairs.length) return
  const cast = typeof pairs[0]!.decision.message === 'number' ? 'int' : 'uuid'
  await sqlOf(req).query(
    `update ${tableOf(req.payload, getHelpdesk(req.payload).slugs.mailKeys)} k set message_id = p.message
     from unnest($2::text[], $3::${cast}[]) p (hash, message) where k.mailbox_id = $1 and k.hash = p.hash`,
    [
      pairs[0]!.mailbox.id,
      pairs.map(({ contentHash }) => contentHash),
      pairs.map(({ decision }) => decision.message),
    ],
  )
}
