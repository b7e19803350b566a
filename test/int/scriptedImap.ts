import { createServer as createPlain, type Server, type Socket } from 'node:net'
import { createServer as createSecure, type SecureContextOptions, TLSSocket } from 'node:tls'

/** A command that a client has given. */
export type Command = {
  tag: string
  /** In small letters, with what comes after UID: `uid fetch`. */
  verb: string
  line: string
  socket: Socket
  /** Says lines. */
  say: (...lines: string[]) => void
}

export type Script = {
  /** Instead of a friendly greeting. */
  greet?: (socket: Socket) => void
  /** Instead of the ordinary answer to a command; what gives false is answered as usual. */
  answers?: Record<string, (command: Command) => unknown>
  capabilities?: string
  /** For TLS from the first byte, or after STARTTLS. */
  certificate?: SecureContextOptions
  tls?: 'implicit' | 'starttls'
}

/** An IMAP server that answers as it is told, with an INBOX of mails that are all the same. */
export type ScriptedImap = {
  port: number
  /** What clients have said, without the tags. */
  told: string[]
  /** Connections that are open now, that were at most at a time, and all there ever were. */
  connections: { open: number; most: number; all: number }
  /** Puts a mail into the INBOX, and tells so whoever listens. */
  arrive: () => void
  /** Says something to everybody, and ends their connections. */
  dismiss: (line: string) => void
  close: () => Promise<void>
}

const ordinary = (capabilities: string, mails: () => number): Script['answers'] & object => ({
  capability: ({ tag, say }) => say(`* CAPABILITY ${capabilities}`, `${tag} OK`),
  select: ({ tag, say }) =>
    say(
      `* ${mails()} EXISTS`,
      '* FLAGS (\\Seen)',
      '* OK [UIDVALIDITY 7] here',
      `* OK [UIDNEXT ${mails() + 1}] next`,
      `${tag} OK [READ-WRITE] open`,
    ),
  'uid search': ({ tag, say }) =>
    say(
      `* SEARCH${Array.from({ length: mails() }, (_, index) => ` ${index + 1}`).join('')}`,
      `${tag} OK found`,
    ),
  'uid fetch': ({ tag, say }) =>
    say('* 1 FETCH (UID 1 RFC822.SIZE 100 INTERNALDATE "01-Jan-2026 10:00:00 +0000")', `${tag} OK`),
  idle: ({ say }) => say('+ waiting'),
  logout: ({ tag, say, socket }) => {
    say('* BYE', `${tag} OK`)
    socket.end()
  },
})

/** Starts one on a free port. */
export const startScriptedImap = async (script: Script = {}): Promise<ScriptedImap> => {
  let mails = 0
  const capabilities = script.capabilities ?? 'IMAP4rev1 IDLE'
  const usual = ordinary(capabilities, () => mails)
  const told: string[] = []
  const sockets = new Set<Socket>()
  const connections = { open: 0, most: 0, all: 0 }
  const hear = (socket: Socket): void => {
    let rest = ''
    let idling = ''
    const say: Command['say'] = (...lines) => void socket.write(lines.map((line) => `${line}\r\n`).join(''))
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString('latin1')).split('\r\n')
      rest = lines.pop()!
      for (const line of lines) {
        if (line === 'DONE') {
          say(`${idling} OK`)
          continue
        }
        const [tag = '', first = '', second = ''] = line.split(' ')
        const verb = (first === 'UID' ? `uid ${second}` : first).toLowerCase()
        told.push(line.slice(tag.length + 1))
        if (verb === 'idle') idling = tag
        const command = { tag, verb, line, socket, say }
        const own = script.answers?.[verb]
        if (own && own(command) !== false) continue
        const answer = usual[verb]
        if (answer) answer(command)
        else say(`${tag} OK`)
      }
    })
  }
  const welcome = (socket: Socket): void => {
    sockets.add(socket)
    connections.all += 1
    connections.open += 1
    connections.most = Math.max(connections.most, connections.open)
    socket.on('close', () => {
      sockets.delete(socket)
      connections.open -= 1
    })
    hear(socket)
    if (script.greet) script.greet(socket)
    else socket.write('* OK ready\r\n')
  }
  if (script.tls === 'starttls') {
    script.answers = {
      starttls: ({ tag, say, socket }) => {
        say(`${tag} OK go on`)
        hear(upgrade(socket, script.certificate!))
      },
      ...script.answers,
    }
  }
  const server: Server =
    script.tls === 'implicit' ? createSecure(script.certificate!, welcome) : createPlain(welcome)
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    told,
    connections,
    arrive: () => {
      mails += 1
      for (const socket of sockets) socket.write(`* ${mails} EXISTS\r\n`)
    },
    dismiss: (line) => {
      for (const socket of sockets) socket.end(`${line}\r\n`)
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The server's side of STARTTLS. */
export const upgrade = (socket: Socket, certificate: SecureContextOptions): TLSSocket => {
  socket.removeAllListeners('data')
  const secure = new TLSSocket(socket, { isServer: true, ...certificate })
  secure.on('error', () => undefined)
  return secure
}

/** Bytes without an end, as fast as they are taken, up to a bound in case nobody puts a stop to them. */
export const pour = (socket: Socket, piece: Buffer): void => {
  let left = 600 * 1024 * 1024
  const more = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= piece.length
      if (!socket.write(piece)) return void socket.once('drain', more)
    }
  }
  more()
}
