import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { HelpdeskError } from '../core/errors.js'
import { inTransaction } from '../core/transaction.js'
import type { MessageContent } from '../operations/args.js'
import { isBlockedSender } from '../operations/blockSender.js'
import { checkMailbox } from '../operations/checkMailbox.js'
import { ensureContact, Taken } from '../operations/contact.js'
import { openTicket } from '../operations/openTicket.js'
import { queueAcknowledgement } from '../operations/queueAcknowledgement.js'
import { readTicket } from '../operations/readTicket.js'
import { receiveMessage } from '../operations/receiveMessage.js'
import { solveTicket } from '../operations/solveTicket.js'
import { submitTicket } from '../operations/submitTicket.js'
import { nextTicketNumber } from '../operations/ticketNumber.js'
import { addressKey, isValidAddress } from '../rules/address.js'
import type { Priority } from '../rules/priority.js'
import type { Caller } from './caller.js'
import { checkFiles, type SentFile, withFiles } from './files.js'
import { addKey, fillKey, hashOf, readKey } from './keys.js'
import { countCaller, countStranger } from './limits.js'
import { typedFields } from './ticketFields.js'
import { readPortalTicket } from './tickets.js'

const dayMs = 24 * 60 * 60_000

/** What an act came to: where to go on. */
export type Done = {
  ticket: number
  /** Whether a mail leads to it, as far as the mailbox sends one. */
  mailed?: boolean
}

type OnceArgs = {
  req: PayloadRequest
  caller: Caller
  /** Names the try: a form that is sent twice does its work once. */
  requestKey: string
}

/** Does something once for one request key, in one transaction with it; the others get what the first has come to. */
const once = async (
  { req, caller, requestKey }: OnceArgs,
  act: (own: PayloadRequest) => Promise<Done>,
): Promise<Done> => {
  const key = hashOf(`${caller.key} ${requestKey}`)
  for (let tries = 1; ; tries++) {
    try {
      return await inTransaction(req, async (own) => {
        const isFirst = await addKey({ req: own, kind: 'request', key, address: '', ms: dayMs })
        if (!isFirst) {
          const held = await readKey({ req: own, kind: 'request', key })
          if (typeof held?.data['ticket'] === 'number') return held.data as Done
        }
        const done = await act(own)
        await fillKey({ req: own, kind: 'request', key, data: done })
        return done
      })
    } catch (error) {
      // Another process makes the same contact: then it is there at the next try.
      if (!(error instanceof Taken) || tries === 5) throw error
    }
  }
}

const contentOf = (subject: string, text: string): MessageContent => ({
  subject,
  html: '',
  text: text.replace(/\r\n?/g, '\n').trim(),
  quotedHtml: '',
  quotedText: '',
  signature: '',
  messageId: '',
  references: [],
  recipients: [],
  remoteImages: 0,
  sentDate: null,
})

export type SubmitArgs = OnceArgs & {
  mailbox: DocID
  /** Of somebody who has not signed in. */
  email?: string | undefined
  name?: string | undefined
  subject: string
  message: string
  /** Of the page that they write on. */
  language?: string | undefined
  priority?: Priority | undefined
  fields?: Record<string, unknown> | undefined
  files: SentFile[]
}

/**
 * Opens a ticket for whoever asks. An address that nobody has proven is taken as it is, within the limits of strangers:
 * they are answered there, and nobody learns by it whom an agent has blocked. Throws what `submitTicket` throws,
 * `badAddress`, `badInput`, `emptyMessage`, `notSignedIn`, `tooOften`.
 */
export const submitRequest = async (args: SubmitArgs): Promise<Done> => {
  const { req, caller, mailbox, message } = args
  if (caller.kind === 'guest') throw new HelpdeskError('notFound')
  const { priority: mayChoose, requests } = getHelpdesk(req.payload).portal
  const isProven = caller.kind === 'customer'
  if (!isProven && requests === 'signedIn') throw new HelpdeskError('notSignedIn')
  const address = caller.kind === 'nobody' ? addressKey(args.email ?? '') : caller.address
  if (!isValidAddress(address))
    throw new HelpdeskError('badAddress', { fields: { email: 'This is not an email address.' } })
  if (!message.trim()) throw new HelpdeskError('emptyMessage', { fields: { message: 'Write something.' } })
  const { acknowledge: mailed } = await checkMailbox({ req, mailbox, overrideAccess: true })
  const fields = await typedFields(req, args.fields ?? {})
  checkFiles(args)
  // What is refused as it stands has not been asked for.
  await (isProven ? countCaller(req, caller) : countStranger({ req, what: 'requests', address }))
  const number = await nextTicketNumber(req)
  const from = {
    name: caller.kind === 'nobody' ? (args.name ?? '') : caller.name || (args.name ?? ''),
    address,
  }
  return withFiles({ req, files: args.files }, (attachments) =>
    once(args, async (own) => {
      // Looked at and counted like any other; its files are swept.
      if (!isProven && (await isBlockedSender(own, address))) return { ticket: number, mailed }
      const { contact } = await ensureContact({
        req: own,
        ...from,
        locale: args.language,
        isNameKnown: caller.kind === 'customer' && caller.by === 'site',
      })
      const { ticket } = await submitTicket({
        req: own,
        overrideAccess: true,
        mailbox,
        from,
        contact,
        verified: isProven,
        source: 'portal',
        subject: args.subject,
        html: '',
        text: contentOf('', message).text,
        attachments,
        priority: mayChoose ? args.priority : undefined,
        fields,
        append: false,
        number,
      }).catch(refuseFields)
      // By the mailbox, never by the address: nobody learns here whose mail bounces or is blocked.
      return { ticket: ticket.number, mailed }
    }),
  )
}

/** What Payload says of the site's own fields, by the names that they have in the form. */
const refuseFields = (error: unknown): never => {
  const { errors } = ((error as { data?: unknown }).data ?? {}) as {
    errors?: { path: string; message: string }[]
  }
  // By its shape: where a bundler has Payload twice, the one's errors are not the other's, nor is their name kept.
  if (!Array.isArray(errors)) throw error
  const fields = Object.fromEntries(errors.map(({ path, message }) => [`fields[${path}]`, message]))
  throw new HelpdeskError('badInput', { fields })
}

export type ReplyArgs = OnceArgs & {
  number: number
  mailbox?: DocID | null
  message: string
  /** Of the page that they write on. */
  language?: string | undefined
  files: SentFile[]
}

/**
 * Adds what a customer or guest writes to their ticket. One that was closed too long ago stays closed: a new one is
 * opened, linked to it. Throws `ticketGone`, `emptyMessage`, `blockedSender`, `tooOften`.
 */
export const replyToRequest = async (args: ReplyArgs): Promise<Done> => {
  const { req, caller, number, message } = args
  const seen = await readPortalTicket({ req, caller, mailbox: args.mailbox ?? null, number })
  if (caller.kind !== 'guest' && caller.kind !== 'customer') throw new HelpdeskError('ticketGone')
  if (!message.trim() && !args.files.length)
    throw new HelpdeskError('emptyMessage', { fields: { message: 'Write something.' } })
  const from = { name: caller.name, address: caller.address }
  if (await isBlockedSender(req, from.address)) throw new HelpdeskError('blockedSender')
  checkFiles(args)
  await countCaller(req, caller)
  // Taken outside of the transaction, and only where one may be needed: whoever answers leaves no gap.
  const { status } = await readTicket({ req, ticket: seen.id, overrideAccess: true })
  const followUpNumber = status === 'closed' ? await nextTicketNumber(req) : undefined
  return withFiles({ req, files: args.files }, (attachments) =>
    once(args, async (own) => {
      const { contact } = await ensureContact({ req: own, ...from })
      const ticket = await readTicket({ req: own, ticket: seen.id, overrideAccess: true, lock: true })
      const content = contentOf(ticket.subject, message)
      const arrival = {
        reason: 'portal',
        inboundEmail: null,
        automatic: false,
        visibility: 'customer' as const,
        unverified: false,
        attachments,
      }
      const { outcome } = await receiveMessage({
        req: own,
        overrideAccess: true,
        ticket: ticket.id,
        contact,
        from,
        content,
        arrival,
      })
      if (outcome === 'appended') return { ticket: number }
      const { ticket: next } = await openTicket({
        req: own,
        overrideAccess: true,
        mailbox: ticket.mailbox,
        contact,
        requester: from,
        requesterVerified: true,
        subject: ticket.subject,
        source: 'portal',
        followUpOf: ticket.id,
        first: { content, arrival, from },
        ...(followUpNumber !== undefined && { number: followUpNumber }),
      })
      const mailed = await queueAcknowledgement({
        req: own,
        ticket: next,
        mailbox: await checkMailbox({ req: own, mailbox: ticket.mailbox, overrideAccess: true }),
        to: from,
        verified: true,
        automatic: false,
        messageId: '',
        arrivedAt: null,
      })
      return { ticket: next.number, mailed: mailed === 'queued' }
    }),
  )
}

export type SolveArgs = Omit<OnceArgs, 'requestKey'> & { number: number; mailbox?: DocID | null }

/** Their matter is done, says the customer or guest. Throws `ticketGone`, `tooOften`. */
export const solveRequest = async ({ req, caller, number, mailbox }: SolveArgs): Promise<Done> => {
  const { id } = await readPortalTicket({ req, caller, mailbox: mailbox ?? null, number })
  if (caller.kind !== 'guest' && caller.kind !== 'customer') throw new HelpdeskError('ticketGone')
  await countCaller(req, caller)
  const { contact } = await ensureContact({ req, name: caller.name, address: caller.address })
  await solveTicket({ req, overrideAccess: true, ticket: id, contact })
  return { ticket: number }
}
