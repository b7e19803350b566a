'use client'
import type { EventView } from '../api.js'
import { useDesk } from '../desk/Desk.js'
import type { Text } from '../desk/useText.js'
import { Moment } from '../elements/Moment.js'

type Worded = { section: 'status' | 'priority'; of: string }

const word = (text: Text, { section, of }: Worded): string => (of ? text(`${section}:${of}` as never) : '')

const value = (data: Record<string, unknown>, name: string): string => {
  const found = data?.[name]
  if (found === null || found === undefined) return ''
  return typeof found === 'object' ? JSON.stringify(found) : String(found)
}

type Bounced = { address?: string; response?: string }

const bounceWords = (data: Record<string, unknown>): string =>
  ((data['recipients'] ?? []) as Bounced[])
    .map(({ address, response }) => [address, response].filter(Boolean).join(': '))
    .join('; ')

type SentenceArgs = { event: EventView; text: Text; meId: unknown }

/** One sentence for one line of history. */
const sentence = ({ event, text, meId }: SentenceArgs): string => {
  const { kind, data } = event
  const who = event.actor
    ? event.actor.id === meId
      ? text('event:you')
      : event.actor.name
    : text(event.actorKind === 'customer' ? 'event:customer' : 'event:system')
  switch (kind) {
    case 'statusChanged':
      return text('event:statusChanged', { who, to: word(text, { section: 'status', of: event.status }) })
    case 'assigned':
      if (!event.assignee) return text('event:unassigned', { who })
      if (event.assignee.id === event.actor?.id) return text('event:taken', { who })
      return text('event:assigned', {
        who,
        to: event.assignee.id === meId ? text('event:toYou') : event.assignee.name,
      })
    case 'priorityChanged':
      return text('event:priorityChanged', {
        who,
        to: word(text, { section: 'priority', of: value(data, 'priority') || value(data, 'to') }),
      })
    case 'subjectChanged':
      return text('event:subjectChanged', { who, to: value(data, 'subject') || value(data, 'to') })
    case 'requesterChanged':
      return text('event:requesterChanged', { who, to: value(data, 'address') || value(data, 'to') })
    case 'mailboxChanged':
      return value(data, 'name')
        ? text('event:mailboxChanged', { who, to: value(data, 'name') })
        : text('event:mailboxChangedAway', { who })
    case 'participantAdded':
    case 'participantRemoved':
      return text(`event:${kind}`, { who, address: value(data, 'address') })
    case 'mailBounced':
      return text('event:mailBounced', { error: bounceWords(data) })
    case 'replyKeyRenewed':
    case 'guestLinksRevoked':
    case 'messageAccepted':
    case 'markedSpam':
    case 'unmarkedSpam':
    case 'replyUndone':
    case 'fieldsChanged':
      return text(`event:${kind}`, { who })
    case 'addressDeliverable':
      return text('event:addressDeliverable', { who, address: String(data['address'] ?? '') })
    case 'senderBlocked':
      return text(data['blocked'] === false ? 'event:senderUnblocked' : 'event:senderBlocked', { who })
    default:
      return text('event:other', { who, kind })
  }
}

/** A line of history between the messages. */
export const EventLine = ({ event }: { event: EventView }) => {
  const { text, me } = useDesk()
  return (
    <li className="hd-event">
      <span className="hd-event__words">{sentence({ event, text, meId: me.id })}</span>
      <Moment at={event.createdAt} />
    </li>
  )
}
