import type { Status } from './status.js'

/** What a site and other systems can hear of. */
export const eventNames = [
  'ticketOpened',
  'customerReplied',
  'agentReplied',
  'statusChanged',
  'assigned',
] as const
export type EventName = (typeof eventNames)[number]

/** What other systems can hear of: notes too, where that is chosen. */
export const webhookEventNames = [...eventNames, 'noteAdded'] as const
export type WebhookEventName = (typeof webhookEventNames)[number]

type ID = number | string

/** What an act made of a ticket, as its line of history tells. */
export type Act = {
  kind: string
  status: Status
  statusBefore: Status
  assignee: ID | null
  assigneeBefore: ID | null
}

/**
 * The events of an act. A reply is none before it has left its undo window, and so is the status it brings: whoever
 * hears of it could not be told to forget it.
 */
export const eventsOf = ({ kind, status, statusBefore, assignee, assigneeBefore }: Act): EventName[] => {
  if (kind === 'replyHeld' || kind === 'replyUndone' || kind === 'ticketDeleted') return []
  const names: EventName[] = []
  // It was told before without its words, while its sender was a stranger.
  if (kind === 'messageAccepted') names.push('customerReplied')
  if (kind === 'ticketOpened' || kind === 'customerReplied' || kind === 'agentReplied') names.push(kind)
  if (status !== statusBefore) names.push('statusChanged')
  if (String(assignee ?? '') !== String(assigneeBefore ?? '')) names.push('assigned')
  return names
}

/** What other systems may hear of an act: its events, and that a note was written. */
export const webhookEventsOf = (act: Act): WebhookEventName[] => [
  ...(act.kind === 'noteAdded' ? (['noteAdded'] as const) : []),
  ...eventsOf(act),
]

/** Consequences of consequences beyond this are a circle. */
export const deepestConsequence = 5
