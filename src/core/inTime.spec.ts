import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { inTime } from './inTime.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('gives what comes in time, and says what did not', async () => {
  const late = inTime(new Promise(() => undefined), { ms: 10_000, what: 'token {order}' })
  const refused = expect(late).rejects.toThrow('The token {order} has not ended within 10 seconds.')
  await vi.advanceTimersByTimeAsync(9_999)
  await expect(inTime(Promise.resolve(7), { ms: 10, what: 'sum' })).resolves.toBe(7)
  await vi.advanceTimersByTimeAsync(1)
  await refused
  expect(vi.getTimerCount()).toBe(0)
})
