import { connect, createServer, type Socket } from 'node:net'
import { type ChooseCut, cutterOf } from './literals.js'

export type Direction = 'toServer' | 'toClient'

/** What a connection suffers from now on. */
export type Fault =
  /** Both sides are ended after so many bytes of one direction; the last ones still arrive. */
  | { kind: 'cut'; direction: Direction; after: number }
  /** Each piece comes so much later. */
  | { kind: 'delay'; ms: number }
  /** Both sides are ended within a mail that an IMAP server hands over. */
  | { kind: 'cutMail'; choose: ChooseCut }
  /** The bytes of one direction vanish, and nobody is told. */
  | { kind: 'drop'; direction: Direction }
  /** What the client says here still arrives, but it never hears the answer: the connection ends. */
  | { kind: 'swallow'; when: RegExp }
  /** Nobody is let in. */
  | { kind: 'refuse' }
  /** What the client says here waits until something has been done. */
  | { kind: 'before'; when: RegExp; act: () => Promise<void> }
  /** So many bytes a second go to the client. */
  | { kind: 'trickle'; bytes: number }

/** A wire between a client and a server that a test may harm. */
export type FaultProxy = {
  host: string
  port: number
  /** Harms the connections that are open and those that come; null lets them be. */
  harm: (fault: Fault | null) => void
  /** How often a fault has ended a connection or kept bytes back. */
  hits: () => number
  /** From now on nothing comes through the connections that are open, without a word; new ones are well. */
  silence: () => void
  /** Ends all connections that are open. */
  breakAll: () => void
  open: () => number
  close: () => Promise<void>
}

const host = '127.0.0.1'

/** What was heard at the end of the piece before, for words that come in two. */
const overlap = 16

type Wire = {
  client: Socket
  server: Socket
  passed: Record<Direction, number>
  heard: string
  isSilent: boolean
  /** Where in the next piece the connection is to end, while mails are cut. */
  cutter: ReturnType<typeof cutterOf> | undefined
  end: () => void
}

/** Starts one on a free port. */
export const startProxy = async (target: { host: string; port: number }): Promise<FaultProxy> => {
  const wires = new Set<Wire>()
  let fault: Fault | null = null
  let hits = 0

  const hit = (wire: Wire): void => {
    hits++
    wire.end()
  }

  /** What becomes of a piece: how much of it goes on, and when. */
  const pass = (wire: Wire, direction: Direction, piece: Buffer): void => {
    const [from, to] = direction === 'toServer' ? [wire.client, wire.server] : [wire.server, wire.client]
    const now = fault
    const go = (bytes: Buffer): void => {
      if (to.writable && !to.write(bytes)) {
        from.pause()
        to.once('drain', () => from.resume())
      }
    }
    if (wire.isSilent) return
    if (now?.kind === 'before' && direction === 'toServer') {
      wire.heard = wire.heard.slice(-overlap) + piece.toString('latin1')
      if (now.when.test(wire.heard)) {
        hits++
        wire.heard = ''
        from.pause()
        void now.act().then(() => {
          go(piece)
          from.resume()
        })
        return
      }
    }
    if (now?.kind === 'drop' && now.direction === direction) {
      hits++
      return
    }
    if (now?.kind === 'cut' && now.direction === direction) {
      const left = now.after - wire.passed[direction]
      wire.passed[direction] += piece.length
      if (left > 0) go(piece.subarray(0, left))
      if (left <= piece.length) setTimeout(() => hit(wire), 5)
      return
    }
    if (now?.kind === 'cutMail' && direction === 'toClient') {
      wire.cutter ??= cutterOf(now.choose)
      const at = wire.cutter(piece)
      go(at === null ? piece : piece.subarray(0, at))
      if (at === null) return
      // What was passed on still arrives; nothing more does.
      wire.isSilent = true
      setTimeout(() => hit(wire), 5)
      return
    }
    if (now?.kind === 'swallow' && direction === 'toServer') {
      wire.heard = wire.heard.slice(-overlap) + piece.toString('latin1')
      go(piece)
      if (!now.when.test(wire.heard)) return
      wire.server.removeAllListeners('data')
      wire.server.resume()
      setTimeout(() => hit(wire), 50)
      return
    }
    if (now?.kind === 'delay') {
      setTimeout(() => go(piece), now.ms)
      return
    }
    if (now?.kind === 'trickle' && direction === 'toClient') {
      hits++
      from.pause()
      to.write(piece.subarray(0, 1))
      const rest = piece.subarray(1)
      setTimeout(() => {
        from.resume()
        if (rest.length) pass(wire, direction, rest)
      }, 1000 / now.bytes)
      return
    }
    go(piece)
  }

  const server = createServer((client) => {
    if (fault?.kind === 'refuse') {
      hits++
      client.resetAndDestroy()
      return
    }
    const upstream = connect(target.port, target.host)
    const wire: Wire = {
      client,
      server: upstream,
      passed: { toServer: 0, toClient: 0 },
      heard: '',
      isSilent: false,
      cutter: undefined,
      end: () => {
        wires.delete(wire)
        client.destroy()
        upstream.destroy()
      },
    }
    wires.add(wire)
    client.setNoDelay(true)
    upstream.setNoDelay(true)
    client.on('data', (piece: Buffer) => pass(wire, 'toServer', piece))
    upstream.on('data', (piece: Buffer) => pass(wire, 'toClient', piece))
    for (const socket of [client, upstream]) {
      socket.on('error', () => undefined)
      // Silence stays silence: what has been dropped is not followed by a goodbye.
      socket.on('close', () => fault?.kind === 'drop' || wire.isSilent || wire.end())
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, resolve)
  })

  const breakAll = (): void => {
    for (const wire of [...wires]) wire.end()
  }
  return {
    host,
    port: (server.address() as { port: number }).port,
    harm: (next) => {
      const before = fault
      fault = next
      if (next?.kind === 'refuse') breakAll()
      // What has lost bytes makes no sense any more.
      if (before?.kind === 'drop' || before?.kind === 'trickle') breakAll()
      for (const wire of wires) {
        wire.passed = { toServer: 0, toClient: 0 }
        wire.cutter = undefined
      }
    },
    hits: () => hits,
    silence: () => {
      for (const wire of wires) wire.isSilent = true
    },
    breakAll,
    open: () => wires.size,
    close: async () => {
      fault = null
      breakAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
