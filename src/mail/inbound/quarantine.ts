import { createHash } from 'node:crypto'
import { createLocalReq, type PayloadRequest } from 'payload'
import type { DocID, InboundEmail, Mailbox, Ticket } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { insertRows, sqlOf, tableOf } from '../../core/database.js'
import { HelpdeskError } from '../../core/errors.js'
import { inTransaction } from '../../core/transaction.js'
import { hint } from '../../operations/activity.js'
import type { VerbArgs } from '../../operations/args.js'
import { checkMailbox } from '../../operations/checkMailbox.js'
import { ensureContact } from '../../operations/contact.js'
import { openTicket } from '../../operations/openTicket.js'
import { isValidAddress } from '../../rules/address.js'
import { readMailbox } from '../mailboxes.js'
import { contentOf, type MailWords } from './content.js'
import { contentHash } from './contentHash.js'
import { sentenceOf } from './ending.js'
import { isFetched } from './fetchMailbox.js'
import { endEntries, readEntry, wantedAfter } from './journal.js'
import type { ParsedAttachment, ParsedMail } from './parsedMail.js'
import { parsersOf } from './parsers.js'
import { keepRawUntil, readRaw } from './raw.js'
import { storeAttachments } from './storeAttachments.js'

export type QuarantineArgs = VerbArgs & {
  /** The journal row. */
  inboundEmail: DocID
}

const dayMs = 24 * 60 * 60_000

/** The row, while it waits for a person and the caller works in its mailbox. */
const waiting = async (
  { req, overrideAccess, inboundEmail }: QuarantineArgs,
  { lock = false, isArchivedFine = true } = {},
): Promise<InboundEmail> => {
  const entry = await readEntry({ req, id: inboundEmail, lock })
  if (!entry) throw new HelpdeskError('notFound')
  await checkMailbox({
    req,
    mailbox: entry.mailbox,
    isArchivedFine,
    ...(overrideAccess && { overrideAccess }),
  })
  if (entry.state !== 'quarantined') throw new HelpdeskError('quarantineHandled')
  return entry
}

/** Only the worker that reads a mailbox gets at what is not here of its mails. */
const checkFetched = async ({ req }: QuarantineArgs, { mailbox }: InboundEmail): Promise<void> => {
  const config = await readMailbox(req.payload, mailbox)
  if (!config || !isFetched(config)) throw new HelpdeskError('mailboxNotFetched')
}

const again = async (args: QuarantineArgs, isWanted: (entry: InboundEmail) => boolean): Promise<void> => {
  const before = await waiting(args)
  if (isWanted(before)) await checkFetched(args, before)
  await inTransaction(args.req, async (req) => {
    const entry = await waiting({ ...args, req }, { lock: true })
    await sqlOf(req).query(
      `update ${tableOf(req.payload, getHelpdesk(req.payload).slugs.inboundEmails)}
       set state = 'received', verdict = null, reason = $2, attempts = 0, next_try_at = null, error = null where id = $1`,
      [entry.id, isWanted(entry) ? wantedAfter(entry.reason) : ''],
    )
    await hint(req, isWanted(entry) ? 'mailbox' : 'journal')
  })
}

/** Whether there is less than the whole mail here. */
const isPart = ({ reason }: InboundEmail): boolean => reason === 'tooLarge' || reason === 'missing'

/**
 * Tries a mail of the quarantine again, from the beginning; one that is not here whole is fetched. For those who
 * work in its mailbox. Throws `notFound`, `quarantineHandled`, and `mailboxNotFetched` where it is not here whole and
 * its mailbox is not read.
 */
export const retryMail = (args: QuarantineArgs): Promise<void> => again(args, isPart)

/**
 * Has a mail fetched whole in spite of its size; the worker does it. For those who work in its mailbox. Throws
 * `notFound`, `quarantineHandled`, `mailboxNotFetched`.
 */
export const fetchAnyway = (args: QuarantineArgs): Promise<void> => again(args, () => true)

/**
 * Sets a mail of the quarantine aside for good; its copies stay away too. For those who work in its mailbox. Throws
 * `notFound`, `quarantineHandled`.
 */
export const discardMail = async (args: QuarantineArgs): Promise<void> => {
  const hash = await hashOf(args)
  await inTransaction(args.req, async (req) => {
    const entry = await waiting({ ...args, req }, { lock: true })
    await finish({ req, entry, hash, verdict: 'ignored', reason: 'discarded', ticket: null, message: null })
  })
}

const hashOf = async (args: QuarantineArgs): Promise<string | null> => {
  const raw = await rawOf(args)
  return raw && contentHash(raw)
}

const rawOf = async ({ req, inboundEmail }: QuarantineArgs): Promise<Buffer | null> => {
  try {
    return await readRaw({ req, inboundEmail })
  } catch (error) {
    if (error instanceof HelpdeskError && error.key === 'rawGone') return null
    throw error
  }
}

const unreadable = (raw: Buffer): ParsedAttachment => ({
  filename: 'mail.eml',
  contentType: 'message/rfc822',
  size: raw.length,
  sha256: createHash('sha256').update(raw).digest('hex'),
  contentId: null,
  contentLocation: null,
  inline: false,
  partIndex: 0,
  content: raw,
})

const parse = async (req: PayloadRequest, raw: Buffer): Promise<ParsedMail | null> => {
  try {
    return await parsersOf(req.payload).parse(raw)
  } catch {
    // Why it cannot be read stands in the journal; the person in front of it wants a ticket all the same.
    return null
  }
}

/**
 * Makes a ticket of a mail of the quarantine, whatever the steps would have made of it. A mail that cannot be read
 * goes in as a file. For those who work in its mailbox. Throws `notFound`, `mailboxArchived`, `quarantineHandled`,
 * `rawGone`, and `badAddress` where the mail names no sender and none is given.
 */
export const ticketFromMail = async (
  args: QuarantineArgs & { requester?: Mailbox },
): Promise<{ ticket: Ticket }> => {
  const { req } = args
  const { payload } = req
  const entry = await waiting(args, { isArchivedFine: false })
  const raw = await readRaw({ req, inboundEmail: entry.id })
  const mail = await parse(req, raw)
  const known = { name: '', address: entry.fromAddress }
  const sender = args.requester ?? mail?.from ?? mail?.replyTo[0] ?? mail?.sender ?? known
  if (!isValidAddress(sender.address)) throw new HelpdeskError('badAddress')
  const { contact } = await ensureContact({ req: await createLocalReq({}, payload), ...sender })
  const files = mail ? mail.attachments : [unreadable(raw)]
  const attachments = await storeAttachments({ payload, journal: entry, files, canWait: false })
  return inTransaction(req, async (own) => {
    await waiting({ ...args, req: own }, { lock: true })
    const content = contentOf(mail ?? noWords(entry))
    const { ticket, message } = await openTicket({
      req: own,
      overrideAccess: true,
      mailbox: entry.mailbox,
      contact,
      requester: sender,
      requesterVerified: false,
      subject: content.subject,
      source: 'email',
      automatic: mail?.automatic.is ?? false,
      first: {
        content,
        from: sender,
        arrival: {
          reason: 'fromQuarantine',
          inboundEmail: entry.id,
          automatic: mail?.automatic.is ?? false,
          visibility: 'customer',
          unverified: false,
          attachments,
        },
      },
    })
    const hash = contentHash(raw)
    await finish({
      req: own,
      entry,
      hash,
      verdict: 'opened',
      reason: 'fromQuarantine',
      ticket: ticket.id,
      message,
    })
    return { ticket }
  })
}

const noWords = ({ subject, internetMessageId }: InboundEmail): MailWords => ({
  subject,
  messageId: internetMessageId || null,
  replyHtml: null,
  reply: 'This mail could not be read. Its source is attached.',
  quotedHtml: null,
  quoted: '',
  signature: '',
  references: [],
  from: null,
  to: [],
  cc: [],
  replyTo: [],
  remoteImages: 0,
  date: null,
})

type FinishArgs = {
  req: PayloadRequest
  entry: InboundEmail
  hash: string | null
  verdict: 'opened' | 'ignored'
  reason: string
  ticket: DocID | null
  message: DocID | null
}

const finish = async ({ req, entry, hash, verdict, reason, ticket, message }: FinishArgs): Promise<void> => {
  const { slugs, mail } = getHelpdesk(req.payload)
  if (hash) {
    await insertRows({
      req,
      slug: slugs.mailKeys,
      rows: [{ mailbox: entry.mailbox, hash, message, createdAt: now().toISOString() }],
      onConflict: 'nothing',
    })
  }
  await endEntries(req, [
    {
      id: entry.id,
      state: 'done',
      verdict,
      reason,
      explanation: sentenceOf(reason),
      error: entry.error,
      fromAddress: entry.fromAddress,
      subject: entry.subject,
      internetMessageId: entry.internetMessageId,
      ticket,
      message,
      toFile: true,
    },
  ])
  const until = new Date(now().getTime() + mail.keepRawDays * dayMs)
  await keepRawUntil({ req, inboundEmails: [entry.id], until })
}
