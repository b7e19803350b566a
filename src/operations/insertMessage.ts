import type { PayloadRequest } from 'payload'
import type { DocID, Message } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { insertRows } from '../core/database.js'
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

/** Writes a message's row. Only verbs call it, so no message exists that a verb did not decide. */
export const insertMessage = async (req: PayloadRequest, message: NewMessage): Promise<DocID> => {
  const [id] = await insertRows({
    req,
    slug: getHelpdesk(req.payload).slugs.messages,
    rows: [
      {
        ...message,
        preview: previewOf(message.text),
        messageIdHash: messageIdHash(message.messageId) || null,
        hasAttachments: message.hasAttachments ?? false,
      },
    ],
  })
  return id!
}
