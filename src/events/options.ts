import type { Payload, PayloadRequest } from 'payload'
import type { DocID, Message, Ticket } from '../collections/types.js'
import { type EventName, eventNames } from '../rules/events.js'
import type { Status } from '../rules/status.js'

type Happened = {
  /** The same each time the event is told: it may be told again where a worker dies while it tells. */
  id: string
  /** When it happened, ISO. */
  at: string
  /** The ticket as it is when the event is told. */
  ticket: Ticket
  /** Whose act it was; `user` is an agent. */
  actor: { kind: 'agent' | 'customer' | 'system'; user: DocID | null }
}

/** What is told of each event. */
export type HelpdeskEvents = {
  /** A ticket was opened; `message` is the customer's first one, null where there is none yet. */
  ticketOpened: Happened & { message: Message | null }
  /**
   * A customer wrote in a ticket; `message.visibility` is `team` for somebody whom no agent has accepted yet. Once one has,
   * their last message is told again, as the customer's.
   */
  customerReplied: Happened & { message: Message }
  /** A reply has left its undo window. */
  agentReplied: Happened & { message: Message }
  /** The status changed, by whatever act. */
  statusChanged: Happened & { from: Status; to: Status }
  /** The ticket went to another agent, or to none. */
  assigned: Happened & { from: DocID | null; to: DocID | null }
}

export type EventArgs<Name extends EventName = EventName> = {
  event: HelpdeskEvents[Name]
  payload: Payload
  /** A request of nobody, outside of any transaction: pass it to verbs with `overrideAccess: true`. */
  req: PayloadRequest
}

/** Your own code, told of what happens in the help desk. */
export type EventSubscribers = {
  [Name in EventName]?: (args: EventArgs<Name>) => Promise<void> | void
}

export type EventsOptions = {
  /** Other systems that managers name in the admin panel, and that are told by HTTP. */
  webhooks?: {
    /**
     * Lets webhooks call private networks (loopback, 10.x, 192.168.x, …), and by plain http: all of them, or these
     * hosts alone. Off, so that nobody with access to webhooks can reach into the server's own network.
     * @default false
     * @example allowPrivateHosts: ['hooks.intranet.example', '10.0.0.7']
     */
    allowPrivateHosts?: boolean | string[]
    /**
     * Milliseconds within which a receiver has to answer, redirects and all.
     * @default 15000
     */
    timeoutMs?: number
    /**
     * Days for which the log of deliveries is kept, and what was sent can be sent again.
     * @default 30
     */
    keepDays?: number
  }
}

declare module '../core/config.js' {
  interface Helpdesk {
    events: {
      subscribers: EventSubscribers
      heard: ReadonlySet<EventName>
      webhooks: { allowPrivateHosts: boolean | readonly string[]; timeoutMs: number; keepDays: number }
    }
  }
}

/** Completes the subscribers and the options of webhooks; a subscriber of an event that there is not is refused. */
export const sanitizeEvents = (subscribers: EventSubscribers, { webhooks = {} }: EventsOptions) => {
  const unknown = Object.keys(subscribers).find((name) => !eventNames.includes(name as EventName))
  if (unknown)
    throw new Error(`payload-helpdesk: the option on has no "${unknown}"; it has ${eventNames.join(', ')}.`)
  return {
    subscribers,
    heard: new Set(eventNames.filter((name) => subscribers[name] !== undefined)),
    webhooks: {
      allowPrivateHosts: webhooks.allowPrivateHosts ?? false,
      timeoutMs: webhooks.timeoutMs ?? 15_000,
      keepDays: webhooks.keepDays ?? 30,
    },
  }
}
