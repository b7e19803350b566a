import { createHash, randomUUID } from 'node:crypto'
import { type PayloadRequest, ValidationError } from 'payload'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { inTransaction } from '../core/transaction.js'
import { keepUnusedMs } from '../operations/attachments.js'
import { isBlockedSender } from '../operations/blockSender.js'
import { ensureContact } from '../operations/contact.js'
import { ownAddresses } from '../operations/recipients.js'
import { FileRefused, storedType, storeFile } from '../operations/storeFile.js'
import { submitTicket } from '../operations/submitTicket.js'
import { nextTicketNumber } from '../operations/ticketNumber.js'
import { isAmong } from '../rules/address.js'
import { htmlTooDeep } from '../rules/html/depth.js'
import { defuseLookAlikes } from '../rules/html/lookAlike.js'
import { sanitizeHtml } from '../rules/html/sanitize.js'
import type { WebhookCall } from './body.js'
import { type Answer, claimCall, earlierAnswer, keysOf, storeAnswer } from './calls.js'
import { Problem } from './problem.js'

export type ReceiveArgs = {
  req: PayloadRequest
  mailbox: DocID
  /** '' where the call is not signed and names none. */
  webhookId: string
  call: WebhookCall
}

/**
 * What a call brings: a ticket, or a message in the sender's active ticket of the same subject. Once for one webhook id
 * and for one `externalId`, however often and from however many connections it comes; the others get the first answer.
 */
export const receiveCall = async ({ req, mailbox, webhookId, call }: ReceiveArgs): Promise<Answer> => {
  const names = { req, mailbox, keys: keysOf({ webhookId, externalId: call.externalId }) }
  const earlier = await earlierAnswer(names)
  if (earlier) {
    await storeAnswer(names, earlier)
    return earlier
  }
  await refuseSender(req, call.email)
  const from = { name: call.name, address: call.email }
  const { contact } = await ensureContact({ req, ...from })
  const number = await nextTicketNumber(req)
  const attachments = await storeFiles(req, call.attachments)
  const { html, remoteImages } = shown(call)
  try {
    return await inTransaction(req, async (own) => {
      const inside = { ...names, req: own }
      const isFirst = await claimCall(inside)
      const answer =
        (isFirst ? null : await earlierAnswer(inside)) ??
        (await submitTicket({
          req: own,
          overrideAccess: true,
          mailbox,
          from,
          contact,
          verified: false,
          source: 'webhook',
          subject: call.subject,
          html,
          text: call.message,
          remoteImages,
          attachments,
          priority: call.priority,
          fields: call.fields,
          append: getHelpdesk(req.payload).webhook.appendToActive,
          number,
        }))
      await storeAnswer(inside, answer)
      return answer
    })
  } catch (error) {
    if (error instanceof ValidationError) throw refusedFields(error)
    throw error
  }
}

/** Nested too deeply to be shown, its text is. */
const shown = ({ html }: WebhookCall): { html: string; remoteImages: number } => {
  if (!html || htmlTooDeep(html)) return { html: '', remoteImages: 0 }
  const safe = sanitizeHtml(html)
  return { html: defuseLookAlikes(safe.html), remoteImages: safe.remoteImages }
}

const refuseSender = async (req: PayloadRequest, address: string): Promise<void> => {
  if (isAmong(await ownAddresses(req), address))
    throw new Problem('ownAddress', {
      detail: 'A ticket cannot be opened for an address that is a mailbox of this help desk.',
      errors: [{ field: 'email', detail: 'A mailbox of this help desk.' }],
    })
  if (await isBlockedSender(req, address))
    throw new Problem('blockedSender', {
      detail: 'An agent has blocked this sender. Nothing was stored.',
      errors: [{ field: 'email', detail: 'Blocked.' }],
    })
}

/** The site's own checks on its own fields. */
const refusedFields = ({ data }: ValidationError): Problem =>
  new Problem('badInput', {
    detail: 'The ticket was not accepted by the checks of this site.',
    errors: data.errors.map(({ path, message }) => ({ field: `fields.${path}`, detail: message })),
  })

/** Each in a transaction of its own, before the verb that links them; what is not linked is swept. */
const storeFiles = async (req: PayloadRequest, files: WebhookCall['attachments']): Promise<DocID[]> => {
  const ids: DocID[] = []
  for (const [index, file] of files.entries()) {
    const key = `webhook-${randomUUID()}`
    const data = {
      key,
      originalName: file.filename,
      contentId: file.contentId,
      inline: file.contentId !== '',
      state: 'pending',
      bytes: file.content.length,
      sha256: createHash('sha256').update(file.content).digest('hex'),
      sweepAfter: new Date(now().getTime() + keepUnusedMs).toISOString(),
    }
    try {
      const stored = { name: `${key}.bin`, type: storedType(file.contentType), data: file.content }
      ids.push(await inTransaction(req, (own) => storeFile({ req: own, data, file: stored })))
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error
      throw new Problem('badInput', {
        detail: 'A file was refused. Nothing was stored.',
        errors: [{ field: `attachments.${index}`, detail: error.message }],
      })
    }
  }
  return ids
}
