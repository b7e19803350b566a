import { describe, expect, it } from 'vitest'
import type { MessageView } from '../api.js'
import { newerMessages, seenBefore, seenMessage } from './newer.js'

const message = (id: number, createdAt: string, agent: number | null = null) =>
  ({
    id,
    createdAt,
    from: { name: '', address: '', agent: agent && { id: agent } },
  }) as unknown as MessageView

const messages = [
  message(1, '2026-01-01T10:00:00Z'),
  message(2, '2026-01-01T11:00:00Z', 7),
  message(3, '2026-01-01T12:00:00Z'),
]

describe('what came since the writing began', () => {
  it('is what others wrote after it', () => {
    expect(newerMessages({ messages, seen: 1, me: 7 }).map(({ id }) => id)).toEqual([3])
    expect(newerMessages({ messages, seen: 3, me: 7 })).toEqual([])
    expect(newerMessages({ messages, seen: undefined, me: 7 })).toEqual([])
  })

  it('is measured from what was seen until somebody looks', () => {
    expect(seenMessage({ messages, seen: 1, me: 7 })).toBe(1)
    expect(seenMessage({ messages: messages.slice(0, 2), seen: 1, me: 7 })).toBe(2)
  })

  it('is measured from the last save of a draft that is continued', () => {
    expect(seenBefore(messages, '2026-01-01T11:30:00Z')).toBe(2)
    expect(seenBefore(messages, null)).toBe(3)
    expect(seenBefore(messages, '2025-01-01T00:00:00Z')).toBe(3)
  })
})
