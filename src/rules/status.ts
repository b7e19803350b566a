/** Whose move it is: `open` ours, `pending` the customer's, `resolved` we think it is done, `closed` finished. */
export const statuses = ['open', 'pending', 'resolved', 'closed'] as const
export type Status = (typeof statuses)[number]

/** Those of a ticket that somebody may still have to do something about. */
export const activeStatuses = ['open', 'pending', 'resolved'] as const satisfies readonly Status[]

/** Nobody has anything to do about it any more, as far as we know. */
export const isFinished = (status: Status): boolean => status === 'resolved' || status === 'closed'

/** What a change of status may tell the customer. */
export const toldOfStatus = ['ticketResolved', 'ticketClosed', 'ticketReopened'] as const
export type ToldOfStatus = (typeof toldOfStatus)[number]

/** What a change of status tells; null where nothing. */
export const eventOfStatus = (before: Status, after: Status): ToldOfStatus | null => {
  if (before === after) return null
  if (after === 'resolved') return 'ticketResolved'
  if (after === 'closed') return 'ticketClosed'
  return isFinished(before) ? 'ticketReopened' : null
}

export type StatusEvent =
  /** A message of a known participant of the ticket. */
  | { kind: 'customerMessage'; automatic: boolean; sinceClosedMs: number | null; reopenWithinMs: number }
  /** A message of somebody whom no agent has accepted yet. */
  | { kind: 'unverifiedMessage' }
  /** An agent's reply, with the status the agent picked in the same act, if any. */
  | { kind: 'reply'; picked?: Status }
  | { kind: 'note' }
  | { kind: 'deliveryFailed' }

/** `followUp`: the ticket stays as it is and the message opens a new one, linked to it. */
export type StatusOutcome = Status | 'followUp'

/**
 * What an event makes of a ticket's status.
 *
 * | event | open | pending | resolved | closed |
 * |---|---|---|---|---|
 * | customer message | open | open | open | open within the reopen time, else a follow-up ticket |
 * | automatic or unverified message, note | no change | | | |
 * | reply | as picked, else pending | | | |
 * | delivery failed | open | open | open | open |
 */
export const nextStatus = (status: Status, event: StatusEvent): StatusOutcome => {
  switch (event.kind) {
    case 'note':
    case 'unverifiedMessage':
      return status
    case 'reply':
      return event.picked ?? 'pending'
    case 'deliveryFailed':
      return 'open'
    case 'customerMessage':
      if (event.automatic) return status
      if (status === 'closed' && (event.sinceClosedMs ?? 0) > event.reopenWithinMs) return 'followUp'
      return 'open'
  }
}

export const isStatus = (value: unknown): value is Status => statuses.includes(value as Status)
