import type { PayloadRequest } from 'payload'
import { Problem } from './problem.js'

const tooLarge = (max: number) =>
  new Problem('tooLarge', {
    detail: `A call may have ${max} bytes at most. Leave attachments out, or send them by mail.`,
  })

/** The bytes of the body as they were sent, and no more of them than are allowed. */
export const readRaw = async (req: PayloadRequest, max: number): Promise<Buffer> => {
  if (Number(req.headers.get('content-length') ?? 0) > max) throw tooLarge(max)
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of (req.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    size += piece.length
    // Leaving the loop cancels the stream.
    if (size > max) throw tooLarge(max)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
