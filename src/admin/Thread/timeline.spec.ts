import { describe, expect, it } from 'vitest'
import type { EventView, MessageView, ThreadView } from '../api.js'
import { refreshThread } from './timeline.js'

const at = (id: number): string => new Date(Date.UTC(2026, 0, 1, 0, id)).toISOString()

const messages = (from: number, to: number, text = ''): MessageView[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    ...({} as MessageView),
    id: from + index,
    createdAt: at(from + index),
    text,
  }))

const event = (id: number): EventView => ({ ...({} as EventView), id, createdAt: at(id) })

/** Messages 1 to `to` are there; from `from` on they were read. */
const thread = (from: number, to: number, text = ''): ThreadView => ({
  ...({} as ThreadView),
  messages: messages(from, to, text),
  events: [event(from)],
  earlier: from - 1,
})

const ids = (view: ThreadView) => view.messages.map(({ id }) => id)

describe('a thread that is read again', () => {
  it('keeps the past that was loaded, and takes the new words for what it knew', () => {
    const found = refreshThread(thread(5, 30, 'old'), thread(13, 32, 'new'))
    expect(ids(found)).toEqual(messages(5, 32).map(({ id }) => id))
    expect(found.messages.filter(({ text }) => text === 'old')).toHaveLength(8)
    expect(found.earlier).toBe(4)
    expect(found.events.map(({ id }) => id)).toEqual([5, 13])
  })

  it('gives up a past that the new page does not reach', () => {
    const fresh = thread(34, 53)
    expect(refreshThread(thread(5, 30), fresh)).toEqual(fresh)
    expect(refreshThread(thread(5, 33), fresh)).toEqual(fresh)
    expect(ids(refreshThread(thread(5, 34), fresh))).toHaveLength(49)
  })

  it('forgets what was taken back', () => {
    expect(ids(refreshThread(thread(1, 3), thread(1, 2)))).toEqual([1, 2])
    // The page reaches further back for it.
    const found = refreshThread(thread(13, 32), thread(12, 31))
    expect([ids(found).length, found.earlier]).toEqual([20, 11])
  })

  it('takes a thread without messages as it is', () => {
    const empty = { ...thread(1, 1), messages: [] }
    expect(ids(refreshThread(thread(1, 1), empty))).toEqual([])
    expect(ids(refreshThread(empty, thread(1, 1)))).toEqual([1])
  })
})
