import type { PayloadRequest } from 'payload'
import { HelpdeskError } from './errors.js'

/** Bytes of bodies that this process holds of calls nobody has answered for yet: two of the largest, or many small. */
const mostHeld = (max: number): number => Math.max(64 * 1024 * 1024, 2 * max)

/** By kind of sender: what some of them hold is not taken from the others. */
const held = new Map<string, number>()

const hold = (sender: string, bytes: number): number => {
  const now = (held.get(sender) ?? 0) + bytes
  held.set(sender, now)
  return now
}

/** Whoever sends nothing for so long holds no memory any more. */
const stallMs = 20_000

export type BytesArgs = {
  /** The kind of sender, as its room calls it. */
  from: string
  /** Bytes of one body. */
  max: number
  /** Sees each piece as it comes. */
  onPiece: (piece: Uint8Array) => void
}

/**
 * The bytes of the body as they were sent, and no more of them than are allowed. Throws `callTooLarge`, `callTooSlow`, and
 * `busy` where those who send at once would have the process hold too much.
 */
export const readBytes = async (req: PayloadRequest, { from, max, onPiece }: BytesArgs): Promise<Buffer> => {
  const tooLarge = () =>
    new HelpdeskError('callTooLarge', { message: `The body of a call may have ${max} bytes at most.` })
  if (Number(req.headers.get('content-length') ?? 0) > max) throw tooLarge()
  const pieces: Uint8Array[] = []
  let size = 0
  try {
    // Leaving the loop cancels the stream.
    for await (const piece of withoutStalls((req.body ?? []) as unknown as AsyncIterable<Uint8Array>)) {
      size += piece.length
      const all = hold(from, piece.length)
      if (size > max) throw tooLarge()
      if (all > mostHeld(max)) throw new HelpdeskError('busy')
      onPiece(piece)
      pieces.push(piece)
    }
    return Buffer.concat(pieces)
  } finally {
    hold(from, -size)
  }
}

/** The pieces of a stream. Throws `callTooSlow` where none comes for too long. */
async function* withoutStalls(stream: AsyncIterable<Uint8Array> | Uint8Array[]): AsyncGenerator<Uint8Array> {
  const pieces = Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]()
  let timer: NodeJS.Timeout | undefined
  try {
    for (;;) {
      const stalled = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new HelpdeskError('callTooSlow')), stallMs)
      })
      const { done, value } = await Promise.race([pieces.next(), stalled])
      clearTimeout(timer)
      if (done) return
      yield value
    }
  } finally {
    clearTimeout(timer)
    // A stream that has stalled may not end when it is asked to.
    void Promise.resolve(pieces.return?.()).catch(() => undefined)
  }
}
