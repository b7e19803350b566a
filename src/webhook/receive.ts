import { type PayloadRequest, ValidationError } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { missingRelation } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { forEachAlone } from '../core/forEachAlone.js'
import { snakeCase } from '../core/slugs.js'
import { inTransaction } from '../core/transaction.js'
import { checkMailbox } from '../operations/checkMailbox.js'
import { ensureContact, Taken } from '../operations/contact.js'
import { discardPending, storePending } from '../operations/pendingFile.js'
import { submitTicket } from '../operations/submitTicket.js'
import { nextTicketNumber } from '../operations/ticketNumber.js'
import { htmlTooDeep } from '../rules/html/depth.js'
import { defuseLookAlikes } from '../rules/html/lookAlike.js'
import { sanitizeHtml } from '../rules/html/sanitize.js'
import type { WebhookCall } from './body.js'
import { type Answer, claimCall, earlierAnswer, namesOf, storeAnswer } from './calls.js'

export type ReceiveArgs = {
  req: PayloadRequest
  mailbox: DocID
  /** '' where the call is not signed and names none. */
  webhookId: string
  /** How it says who it is. */
  kind: 'signature' | 'token'
  call: WebhookCall
}

/** Another process makes the same contact: then it is there at the next try. */
const mostTries = 5

/**
 * What a call brings: a ticket, or a message in the sender's active ticket of the same subject. Once for one webhook id
 * and for one `externalId`, however often and from however many connections it comes; the others get the first answer.
 * A call that is refused leaves nothing behind. Throws what `submitTicket` throws, and `badInput` for what the site's
 * own checks refuse.
 */
export const receiveCall = async (args: ReceiveArgs): Promise<Answer> => {
  const { req, mailbox, webhookId, kind, call } = args
  const names = namesOf({ caller: kind, webhookId, externalId: call.externalId })
  const earlier = await earlierAnswer({ req, mailbox, names })
  if (earlier) return earlier
  await checkMailbox({ req, mailbox, overrideAccess: true })
  const number = await nextTicketNumber(req)
  const attachments: DocID[] = []
  let isLinked = false
  try {
    for (const [index, file] of call.attachments.entries())
      attachments.push(await storePending({ req, file, source: 'webhook', field: `attachments.${index}` }))
    for (let tries = 1; ; tries++) {
      try {
        const { answer, isNew } = await write({ ...args, names, number, attachments })
        isLinked = isNew
        return answer
      } catch (error) {
        if (!(error instanceof Taken) || tries === mostTries) throw refusedFields(error, req)
      }
    }
  } finally {
    // What stays behind all the same is swept.
    if (!isLinked) await forEachAlone(attachments, (id) => discardPending(req, id)).catch(() => undefined)
  }
}

type WriteArgs = ReceiveArgs & {
  names: ReturnType<typeof namesOf>
  number: number
  attachments: DocID[]
}

/** All of it in one transaction, the contact too: a call that is refused has made none. */
const write = ({ req, mailbox, call, names, number, attachments }: WriteArgs) =>
  inTransaction(req, async (own): Promise<{ answer: Answer; isNew: boolean }> => {
    const inside = { req: own, mailbox, names }
    if (!(await claimCall(inside))) {
      const answer = await earlierAnswer(inside)
      if (answer) return { answer, isNew: false }
    }
    const from = { name: call.name, address: call.email }
    const { contact } = await ensureContact({ req: own, ...from, locale: call.language })
    const answer = await submitTicket({
      req: own,
      overrideAccess: true,
      mailbox,
      from,
      contact,
      verified: false,
      source: 'webhook',
      subject: call.subject,
      ...shown(call),
      text: call.message,
      attachments,
      priority: call.priority,
      fields: call.fields,
      append: getHelpdesk(req.payload).webhook.appendToActive,
      number,
    })
    await storeAnswer(inside, answer)
    return { answer, isNew: true }
  })

/** Nested too deeply to be shown, its text is. */
const shown = ({ html }: WebhookCall): { html: string; remoteImages: number } => {
  if (!html || htmlTooDeep(html)) return { html: '', remoteImages: 0 }
  const safe = sanitizeHtml(html)
  return { html: defuseLookAlikes(safe.html), remoteImages: safe.remoteImages }
}

/** The site's own checks on its own fields, by the name that the sender gave them. */
const refusedFields = (error: unknown, req: PayloadRequest): unknown => {
  const { extraFields, fillableFields } = getHelpdesk(req.payload).tickets
  const constraint = missingRelation(error)
  if (constraint !== null) {
    const name = fillableFields.find((field) => constraint.includes(`_${snakeCase(field)}_`))
    return new HelpdeskError('badInput', {
      message: 'One of the fields names a document that does not exist.',
      fields: { [name ? `fields.${name}` : 'fields']: 'There is no such document.' },
    })
  }
  if (!(error instanceof ValidationError)) return error
  const fields = Object.fromEntries(
    error.data.errors.map(({ path, message }) => [
      extraFields.includes(path.split('.')[0]!) ? `fields.${path}` : path,
      message,
    ]),
  )
  return new HelpdeskError('badInput', {
    message: 'The ticket was not accepted by the checks of this site.',
    fields,
  })
}
