import type { PayloadRequest } from 'payload'
import type { TicketScope } from '../../collections/access/scope.js'
import type { LiveEvent } from '../api.js'

/** One open stream. */
export type Subscriber = {
  /** Payload and the user as last read; the user is renewed while the stream is open. */
  req: PayloadRequest
  scope: TicketScope
  /** The session that opened the stream, where the site keeps sessions. */
  session: string | undefined
  /** Tickets told of, so that their going can be told too. */
  told: Set<string>
  /** The last counters sent, as JSON. */
  counts: string
  /** Something is still to be told before what is told now: no event says that the stream has come so far. */
  isBehind: boolean
  /** `at` is the moment, in milliseconds, up to which the stream has been told by then, unless it is behind. */
  send: (event: LiveEvent, at?: number) => void
  close: () => void
}

const maxTold = 5000

/** Remembers that a ticket was shown; the oldest are forgotten. */
export const remember = (subscriber: Subscriber, ticket: string): void => {
  subscriber.told.delete(ticket)
  subscriber.told.add(ticket)
  if (subscriber.told.size > maxTold) subscriber.told.delete(subscriber.told.values().next().value!)
}
