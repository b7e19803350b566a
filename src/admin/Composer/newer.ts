import type { DocID } from '../../collections/types.js'
import type { MessageView } from '../api.js'

type NewerArgs = {
  messages: MessageView[]
  /** The newest message when the writing began; undefined = nothing is being written. */
  seen: DocID | undefined
  me: DocID
}

/** What others wrote since the writing began. */
export const newerMessages = ({ messages, seen, me }: NewerArgs): MessageView[] => {
  const index = messages.findIndex(({ id }) => id === seen)
  if (seen === undefined || index < 0) return []
  return messages.slice(index + 1).filter(({ from }) => from.agent?.id !== me)
}

/** The newest message that was there when a draft was last saved; the newest of all where nothing was saved. */
export const seenBefore = (messages: MessageView[], savedAt: string | null): DocID | undefined => {
  if (!savedAt) return messages.at(-1)?.id
  const saved = Date.parse(savedAt)
  return messages.findLast(({ createdAt }) => Date.parse(createdAt) <= saved)?.id ?? messages.at(-1)?.id
}

/** The newest message the agent has looked at: what they wrote themselves needs no second look. */
export const seenMessage = (args: NewerArgs): DocID | undefined =>
  newerMessages(args).length ? args.seen : args.messages.at(-1)?.id
