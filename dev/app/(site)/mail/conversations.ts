import type { ShownMail } from './types.js'

/** Mails that answer each other, oldest first. */
export type Conversation = { key: string; mails: ShownMail[] }

/** Puts mails together by what they refer to; the conversation with the newest mail comes first. */
export const conversationsOf = (mails: ShownMail[]): Conversation[] => {
  const rootOf = new Map<string, string>()
  const found = new Map<string, Conversation>()
  for (const mail of mails) {
    const ids = [...mail.references, mail.messageId].filter(Boolean)
    const root = ids.map((id) => rootOf.get(id)).find(Boolean) ?? mail.messageId ?? mail.key
    for (const id of ids) if (!rootOf.has(id)) rootOf.set(id, root)
    const conversation = found.get(root) ?? { key: root || mail.key, mails: [] }
    conversation.mails.push(mail)
    // The newest one last.
    found.delete(root)
    found.set(root, conversation)
  }
  return [...found.values()].reverse()
}
