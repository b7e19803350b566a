import type { PayloadRequest } from 'payload'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { readBytes } from './readBytes.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A request whose body brings these pieces and then nothing more; it ends only where it is told to. */
const sending = (pieces: string[], { ends = false } = {}) => {
  const left = [...pieces]
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const piece = left.shift()
      if (piece !== undefined) controller.enqueue(Buffer.from(piece))
      else if (ends) controller.close()
      else return new Promise(() => undefined)
    },
  })
  return { body, headers: new Headers() } as unknown as PayloadRequest
}

const read = (req: PayloadRequest, max = 100) =>
  readBytes(req, { from: 'test', max, onPiece: () => undefined })

it('a body that stops coming is given up after 20 seconds, and what it held is free again', async () => {
  const piece = 'x'.repeat(40 * 1024 * 1024)
  const large = 50 * 1024 * 1024
  const stalled = read(sending([piece]), large)
  const outcome = stalled.catch((error: { key: string }) => error.key)
  await vi.advanceTimersByTimeAsync(0)
  const held = read(sending([piece]), large)
  const both = read(sending([piece, piece]), large).catch((error: { key: string }) => error.key)
  await vi.advanceTimersByTimeAsync(19_000)
  // A third one is more than a process holds at once, as long as they may still go on.
  expect(await both).toBe('busy')
  const last = held.catch((error: { key: string }) => error.key)
  await vi.advanceTimersByTimeAsync(2000)
  expect(await outcome).toBe('callTooSlow')
  expect(await last).toBe('callTooSlow')
  expect((await read(sending([piece], { ends: true }), large)).length).toBe(piece.length)
})

it('a body that comes slowly is read to its end, and not a byte more than is allowed', async () => {
  const slow = read(sending(['a', 'b', 'c'], { ends: true }))
  await vi.advanceTimersByTimeAsync(0)
  expect((await slow).toString()).toBe('abc')
  await expect(read(sending(['x'.repeat(101)]))).rejects.toMatchObject({ key: 'callTooLarge' })
})
