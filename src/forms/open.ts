import { createLocalReq, type Payload, type PayloadRequest, ValidationError } from 'payload'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { causeOf, type ErrorKey, HelpdeskError, loggable } from '../core/errors.js'
import type { WorkContext } from '../core/part.js'
import { inTransaction } from '../core/transaction.js'
import { checkMailbox } from '../operations/checkMailbox.js'
import { ensureContact, Taken } from '../operations/contact.js'
import { submitTicket } from '../operations/submitTicket.js'
import { nextTicketNumber } from '../operations/ticketNumber.js'
import { addressKey, isValidAddress } from '../rules/address.js'
import { ticketField } from './collections.js'
import { bringFiles } from './files.js'
import {
  endSubmission,
  failSubmission,
  forgetSubmission,
  holdSubmission,
  readDue,
  readTroubles,
  takeUp,
  type Waiting,
} from './journal.js'
import { readMappedForms, readSubmission, type Submitted } from './read.js'
import type { FormRequest } from './request.js'

/** Opened in one run, before the worker looks at its other work. */
const batch = 20

/** A mailbox that is out of use, or an address that somebody has to mend, may take days to be looked at. */
const giveUpMs = 14 * 24 * 60 * 60_000
const longestWaitMs = 15 * 60_000

const waitMs = (attempts: number): number => Math.min(10_000 * 4 ** Math.min(attempts, 10), longestWaitMs)

/** No ticket is wanted of these: as of their mail. */
const unwanted: readonly ErrorKey[] = ['blockedSender', 'ownAddress']

/**
 * Opens a ticket for each submission of a mapped form. The visitor's request has nothing to do with it: what the form
 * builder has stored is read from there, and stays whatever becomes of it. What stands in a ticket's way is tried again
 * for two weeks, and for so long the worker says that this work fails.
 */
export const openFromForms = async ({ payload, signal }: WorkContext): Promise<{ more: boolean }> => {
  let more = false
  for (const { id } of await readMappedForms(payload)) more = (await takeUp(payload, id)) || more
  const due = await readDue(payload, batch)
  for (const waiting of due) {
    if (signal.aborted) return { more: false }
    await open(payload, waiting)
  }
  if (more || due.length === batch) return { more: true }
  const { count, error } = await readTroubles(payload)
  if (count) throw new Error(`${count} sent in by forms have opened no ticket. The last: ${error}`)
  return { more: false }
}

const open = async (payload: Payload, waiting: Waiting): Promise<void> => {
  try {
    const submitted = await readSubmission(payload, waiting)
    if (!submitted) return await forgetSubmission(payload, waiting)
    const { request } = submitted
    if (!request)
      return await endSubmission({ payload }, { waiting, state: 'ignored', why: 'The option opens none.' })
    await openTicketOf(payload, { waiting, submitted, request })
  } catch (error) {
    await noteFault(payload, { waiting, error })
  }
}

type OpenArgs = { waiting: Waiting; submitted: Submitted; request: FormRequest }

const openTicketOf = async (payload: Payload, { waiting, submitted, request }: OpenArgs): Promise<void> => {
  const req = await createLocalReq({}, payload)
  const mailbox = await mailboxOf(req, request.mailbox)
  // Before a number is taken and a file is copied, at every try.
  await checkMailbox({ req, mailbox, overrideAccess: true })
  if (!isValidAddress(request.email)) throw new HelpdeskError('badAddress')
  const { attachments, left } = await bringFiles({ req, waiting, submission: submitted.submission })
  const text = [
    request.message,
    ...left.map((field) => `${field}: the file stays with the form's submission.`),
  ]
  const write = { req, waiting, mailbox, attachments, request, number: await nextTicketNumber(req) }
  const message = text.filter(Boolean).join('\n\n')
  try {
    await writeTicket({ ...write, fields: request.fields, message })
  } catch (error) {
    const refused = refusedFields(error, request.fields)
    if (!refused.length) throw error
    // The visitor has gone and can mend nothing: what the site's checks refuse is for an agent to read.
    const fields = Object.entries(request.fields).filter(([name]) => !refused.includes(name))
    const lines = refused.map((name) => `${name}: ${request.fields[name]}`).join('\n')
    await writeTicket({
      ...write,
      fields: Object.fromEntries(fields),
      message: `${message}\n\n${lines}`.trim(),
    })
  }
}

const mailboxOf = async (req: PayloadRequest, mailbox: DocID): Promise<DocID> => {
  if (typeof mailbox === 'number' || !mailbox.includes('@')) return mailbox
  const { rows } = await sqlOf(req).query<{ id: DocID }>(
    `select id from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.mailboxes)}
     where lower(address) = any($1) order by id limit 1`,
    [[addressKey(mailbox), mailbox.trim().toLowerCase()]],
  )
  if (!rows[0]) throw new Error(`There is no mailbox ${mailbox}, which the option forms names.`)
  return rows[0].id
}

type WriteArgs = {
  req: PayloadRequest
  waiting: Waiting
  mailbox: DocID
  attachments: DocID[]
  request: FormRequest
  fields: Record<string, string>
  message: string
  number: number
}

/** Another process makes the same contact: then it is there at the next try. */
const mostTries = 5

/** All of it in one transaction, with the mark that the submission has its ticket. */
const writeTicket = async (args: WriteArgs): Promise<void> => {
  const { req, waiting, mailbox, request } = args
  const from = { name: request.name, address: request.email }
  for (let tries = 1; ; tries++) {
    try {
      return await inTransaction(req, async (own) => {
        if (!(await holdSubmission(own, waiting))) return
        const { contact } = await ensureContact({ req: own, ...from, locale: request.language })
        const { ticket } = await submitTicket({
          req: own,
          overrideAccess: true,
          mailbox,
          from,
          contact,
          // Anybody can write any address into a form.
          verified: false,
          source: 'form',
          subject: request.subject,
          html: '',
          text: args.message,
          attachments: args.attachments,
          priority: request.priority,
          fields: typed(own.payload, args.fields),
          append: false,
          arrivedAt: new Date(waiting.createdAt).toISOString(),
          number: args.number,
        })
        await endSubmission(own, { waiting, state: 'opened', ticket: ticket.id })
      })
    } catch (error) {
      if (!(error instanceof Taken) || tries === mostTries) throw error
    }
  }
}

/** Values as their fields want them: everything in a form is a text. */
const typed = (payload: Payload, fields: Record<string, string>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, text]) => {
      const field = ticketField(payload, name)
      if (field?.type === 'checkbox') return [name, /^(true|on|yes|1)$/i.test(text)]
      const value = field?.type === 'number' && Number.isFinite(Number(text)) ? Number(text) : text
      return [name, field?.hasMany ? [value] : value]
    }),
  )

/** The site's ticket fields whose own checks refuse what was filled in; none where something else is wrong too. */
const refusedFields = (error: unknown, fields: Record<string, string>): string[] => {
  if (!(error instanceof ValidationError)) return []
  const names = error.data.errors.map(({ path }) => path.split('.')[0]!)
  return names.every((name) => name in fields) ? [...new Set(names)] : []
}

const noteFault = async (
  payload: Payload,
  { waiting, error }: { waiting: Waiting; error: unknown },
): Promise<void> => {
  const cause = causeOf(error)
  const words = cause instanceof Error ? cause.message || cause.name : String(cause)
  if (error instanceof HelpdeskError && unwanted.includes(error.key))
    return endSubmission({ payload }, { waiting, state: 'ignored', why: words })
  const { attempts, createdAt, submission } = waiting
  const nextTryAt = new Date(now().getTime() + waitMs(attempts))
  const isLast = nextTryAt.getTime() - createdAt.getTime() > giveUpMs
  // Said once a submission, not at each try.
  if (!attempts || isLast)
    payload.logger.error({
      err: loggable(error),
      msg: `helpdesk: the form submission ${submission} has opened no ticket, ${isLast ? 'and is not tried again' : 'and is tried again'}`,
    })
  await failSubmission(payload, {
    waiting,
    error: `Submission ${submission}: ${words}`,
    nextTryAt: isLast ? null : nextTryAt,
  })
}
