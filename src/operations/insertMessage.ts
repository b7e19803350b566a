import type { PayloadRequest } from 'payload'
import type { DocID, Message } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { insertRows } from '../core/database.js'
import { insertRow } from '../core/insert.js'
import { messageIdHash } from './messageId.js'

export type NewMessage = Omit<Message, 'id' | 'messageIdHash' | 'hasAttachments'> & {
  hasAttachments?: boolean
}

const previewLength = 200

/** The first words of a message, for lists. */
export const previewOf = (text: string): string => {
  const flat = text
    .slice(0, 4 * previewLength)
    .replace(/\s+/g, ' ')
    .trim()
  return flat.length > previewLength ? `${flat.slice(0, previewLength - 1)}…` : flat
}

const rowOf = (message: NewMessage) => ({
  ...message,
  preview: previewOf(message.text),
  messageIdHash: messageIdHash(message.messageId) || null,
  hasAttachments: message.hasAttachments ?? false,
})

/** Writes a message's row. Only verbs call it, so no message exists that a verb did not decide. */
export const insertMessage = async (req: PayloadRequest, message: NewMessage): Promise<DocID> => {
  const { slugs } = getHelpdesk(req.payload)
  const [id] = await insertRows({ req, slug: slugs.messages, rows: [rowOf(message)] })
  return id!
}

/**
 * Writes the first message of a new ticket, together with others where ids are reserved. Not for later ones: in a
 * ticket that others see, what came later has the higher id.
 */
export const insertFirstMessage = (req: PayloadRequest, message: NewMessage): Promise<DocID> =>
  insertRow({ req, slug: getHelpdesk(req.payload).slugs.messages, row: rowOf(message) })
