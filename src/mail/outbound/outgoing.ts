import type { PayloadRequest } from 'payload'
import type { OutboundEmail, RenderedMail } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import { HelpdeskError, MailError } from '../../core/errors.js'
import { readAttachment, type StoredFile } from '../../operations/readAttachment.js'
import type { OutgoingFile, OutgoingMail } from '../transports/transport.js'
import { shownRecipients, wireAddress } from './compose.js'

const openFile = async (
  req: PayloadRequest,
  file: RenderedMail['attachments'][number],
): Promise<OutgoingFile> => {
  const attachment = await req.payload.findByID({
    collection: getHelpdesk(req.payload).slugs.attachments as never,
    id: file.attachment,
    depth: 0,
    disableErrors: true,
    overrideAccess: true,
    req,
  })
  try {
    const content = await readAttachment({
      req,
      attachment: (attachment ?? { id: file.attachment }) as StoredFile,
    })
    const { filename, contentType, contentId } = file
    return { filename, contentType, content, ...(contentId && { contentId }) }
  } catch (error) {
    if (error instanceof HelpdeskError)
      throw new MailError(`The attached file "${file.filename}" is no longer in storage.`, {
        code: 'attachmentGone',
        retry: false,
        cause: error,
      })
    throw new MailError(`The attached file "${file.filename}" could not be read from storage.`, {
      code: 'attachmentUnread',
      retry: true,
      response: (error as Error).message,
      cause: error,
    })
  }
}

export type OutgoingArgs = {
  req: PayloadRequest
  row: OutboundEmail
  rendered: RenderedMail
  /** Those who have not got it yet. */
  to: string[]
}

/** The mail that a stored rendering stands for; the same bytes each time. */
export const outgoingMail = async ({ req, row, rendered, to }: OutgoingArgs): Promise<OutgoingMail> => {
  const attachments: OutgoingFile[] = []
  for (const file of rendered.attachments) attachments.push(await openFile(req, file))
  return {
    envelope: {
      from: row.automatic ? '' : rendered.from.address,
      sender: rendered.from.address,
      to: to.map(wireAddress),
    },
    from: rendered.from,
    to: shownRecipients(row, 'to'),
    cc: shownRecipients(row, 'cc'),
    headers: rendered.headers,
    date: rendered.date,
    html: rendered.html,
    text: rendered.text,
    boundary: rendered.boundary,
    attachments,
  }
}
