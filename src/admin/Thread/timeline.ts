import type { EventView, MessageView, ThreadView } from '../api.js'

export type TimelineItem = { type: 'message'; message: MessageView } | { type: 'event'; event: EventView }

/** What stands in the thread as a message already needs no line of history. */
const toldByMessages = new Set([
  'ticketOpened',
  'customerReplied',
  'agentReplied',
  'replyHeld',
  'noteAdded',
  'deliveryChanged',
])

const at = (item: TimelineItem): number =>
  Date.parse(item.type === 'message' ? item.message.createdAt : item.event.createdAt)

/** How many messages are open below the fold. */
export const unfolded = 4

type TimelineArgs = { messages: MessageView[]; events: EventView[]; isUnfolded: boolean }

/** Messages and history in one line, oldest first, and how many messages are folded away before them. */
export const makeTimeline = ({ messages, events, isUnfolded }: TimelineArgs) => {
  const hidden = isUnfolded ? 0 : Math.max(0, messages.length - unfolded)
  // One message behind a fold would take as much room as the fold.
  const folded = hidden > 1 ? hidden : 0
  const shown = messages.slice(folded)
  const from = folded ? Date.parse(shown[0]!.createdAt) : Number.NEGATIVE_INFINITY
  const items: TimelineItem[] = [
    ...shown.map((message) => ({ type: 'message' as const, message })),
    ...events
      .filter((event) => !toldByMessages.has(event.kind) && Date.parse(event.createdAt) >= from)
      .map((event) => ({ type: 'event' as const, event })),
  ]
  return { items: items.sort((one, other) => at(one) - at(other)), folded }
}

const byTime = <T extends { id: unknown; createdAt: string }>(items: T[]): T[] =>
  [...new Map(items.map((item) => [item.id, item])).values()].sort(
    (one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt),
  )

/**
 * A thread read again: what was loaded of its past stays, what is new replaces what was known. A past that ends before
 * the new page begins is given up, since what stands between the two is not there.
 */
export const refreshThread = <T extends ThreadView>(before: ThreadView, fresh: T): T => {
  const first = fresh.messages[0]
  const at = before.messages.findIndex(({ id }) => id === first?.id)
  if (at < 0 && fresh.earlier) return fresh
  const past = before.messages.slice(0, Math.max(0, at))
  return {
    ...fresh,
    messages: byTime([...past, ...fresh.messages]),
    events: byTime([...before.events, ...fresh.events]),
    earlier: past.length ? before.earlier : fresh.earlier,
  }
}

/** A thread with a piece of its past put before it. */
export const prependPast = <T extends ThreadView>(thread: T, past: ThreadView): T => ({
  ...thread,
  messages: byTime([...past.messages, ...thread.messages]),
  events: byTime([...past.events, ...thread.events]),
  earlier: past.earlier,
})
