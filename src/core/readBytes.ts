import type { PayloadRequest } from 'payload'
import { HelpdeskError } from './errors.js'

/** Bytes of bodies that this process holds of calls nobody has answered for yet: two of the largest, or many small. */
const mostHeld = 64 * 1024 * 1024

let held = 0

export type BytesArgs = {
  /** Bytes of one body. */
  max: number
  /** Sees each piece as it comes. */
  onPiece: (piece: Uint8Array) => void
}

/**
 * The bytes of the body as they were sent, and no more of them than are allowed. Throws `callTooLarge`, and `busy` where
 * those who send at once would have the process hold too much.
 */
export const readBytes = async (req: PayloadRequest, { max, onPiece }: BytesArgs): Promise<Buffer> => {
  const tooLarge = () =>
    new HelpdeskError('callTooLarge', { message: `The body of a call may have ${max} bytes at most.` })
  if (Number(req.headers.get('content-length') ?? 0) > max) throw tooLarge()
  const pieces: Uint8Array[] = []
  let size = 0
  try {
    // Leaving the loop cancels the stream.
    for await (const piece of (req.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
      size += piece.length
      held += piece.length
      if (size > max) throw tooLarge()
      if (held > mostHeld) throw new HelpdeskError('busy')
      onPiece(piece)
      pieces.push(piece)
    }
    return Buffer.concat(pieces)
  } finally {
    held -= size
  }
}
