import { describe, expect, it } from 'vitest'
import { nextStatus, type Status, type StatusEvent, statuses } from './status.js'

const day = 86_400_000
const message = (sinceClosedMs: number | null = null): StatusEvent => ({
  kind: 'customerMessage',
  automatic: false,
  sinceClosedMs,
  reopenWithinMs: 30 * day,
})

const table: [string, StatusEvent, Record<Status, string>][] = [
  ['customer message', message(day), { open: 'open', pending: 'open', resolved: 'open', closed: 'open' }],
  [
    'late customer message',
    message(31 * day),
    { open: 'open', pending: 'open', resolved: 'open', closed: 'followUp' },
  ],
  [
    'F04 automatic message',
    { kind: 'customerMessage', automatic: true, sinceClosedMs: day, reopenWithinMs: 30 * day },
    { open: 'open', pending: 'pending', resolved: 'resolved', closed: 'closed' },
  ],
  [
    'F04 late automatic message',
    { kind: 'customerMessage', automatic: true, sinceClosedMs: 31 * day, reopenWithinMs: 30 * day },
    { open: 'open', pending: 'pending', resolved: 'resolved', closed: 'closed' },
  ],
  [
    'unverified message',
    { kind: 'unverifiedMessage' },
    { open: 'open', pending: 'pending', resolved: 'resolved', closed: 'closed' },
  ],
  ['note', { kind: 'note' }, { open: 'open', pending: 'pending', resolved: 'resolved', closed: 'closed' }],
  [
    'reply',
    { kind: 'reply' },
    { open: 'pending', pending: 'pending', resolved: 'pending', closed: 'pending' },
  ],
  [
    'reply with a status',
    { kind: 'reply', picked: 'resolved' },
    { open: 'resolved', pending: 'resolved', resolved: 'resolved', closed: 'resolved' },
  ],
  [
    'failed delivery',
    { kind: 'deliveryFailed' },
    { open: 'open', pending: 'open', resolved: 'open', closed: 'open' },
  ],
]

describe('what an event makes of a status', () => {
  for (const [name, event, expected] of table) {
    for (const status of statuses) {
      it(`${name} on ${status} → ${expected[status]}`, () =>
        expect(nextStatus(status, event)).toBe(expected[status]))
    }
  }
})
