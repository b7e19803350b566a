import { describe, expect, it } from 'vitest'
import { type Act, eventsOf, webhookEventsOf } from './events.js'

const act = (change: Partial<Act>): Act => ({
  kind: 'priorityChanged',
  status: 'open',
  statusBefore: 'open',
  assignee: 1,
  assigneeBefore: 1,
  ...change,
})

describe('eventsOf', () => {
  it.each([
    ['a ticket that is opened', { kind: 'ticketOpened' }, ['ticketOpened']],
    [
      'a message that reopens',
      { kind: 'customerReplied', statusBefore: 'pending' },
      ['customerReplied', 'statusChanged'],
    ],
    ['a status', { kind: 'statusChanged', status: 'closed' }, ['statusChanged']],
    ['somebody who takes it', { kind: 'assigned', assigneeBefore: null }, ['assigned']],
    ['the same person, as a text', { kind: 'assigned', assigneeBefore: '1' as never }, []],
    ['a reply that may still be taken back', { kind: 'replyHeld', status: 'pending' }, []],
    ['one that was', { kind: 'replyUndone', statusBefore: 'pending' }, []],
    ['one that has left', { kind: 'agentReplied' }, ['agentReplied']],
    ['a note', { kind: 'noteAdded' }, []],
    ['a move that takes it from its agent', { kind: 'mailboxChanged', assignee: null }, ['assigned']],
    ['a ticket that is deleted', { kind: 'ticketDeleted' }, []],
  ] satisfies [string, Partial<Act>, string[]][])('%s', (_name, change, names) => {
    expect(eventsOf(act(change))).toEqual(names)
  })
})

describe('webhookEventsOf', () => {
  it('has notes too, and what was taken back as little', () => {
    expect(webhookEventsOf(act({ kind: 'noteAdded' }))).toEqual(['noteAdded'])
    expect(webhookEventsOf(act({ kind: 'replyHeld', status: 'pending' }))).toEqual([])
    expect(webhookEventsOf(act({ kind: 'agentReplied', statusBefore: 'pending' }))).toEqual([
      'agentReplied',
      'statusChanged',
    ])
  })
})
