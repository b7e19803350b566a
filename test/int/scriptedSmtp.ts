import { createServer as createPlain, type Server, type Socket } from 'node:net'
import { createServer as createSecure, TLSSocket } from 'node:tls'
import type { Certificate } from './certificates.js'
import { upgrade } from './scriptedImap.js'

export type SmtpScript = {
  certificate: Certificate
  tls: 'implicit' | 'starttls' | 'none'
  /** Said in the clear in the same breath as the answer to STARTTLS. */
  injected?: string
}

/** An SMTP server that takes every sign-in and every mail. */
export type ScriptedSmtp = {
  port: number
  /** What clients have said before TLS, and within it. */
  told: { clear: string[]; secure: string[] }
  /** How much clients had said within TLS before the first answer there. */
  saidUnasked: () => number
  close: () => Promise<void>
}

const thoughtMs = 300

/** Starts one on a free port. */
export const startScriptedSmtp = async (script: SmtpScript): Promise<ScriptedSmtp> => {
  const sockets = new Set<Socket>()
  const told: ScriptedSmtp['told'] = { clear: [], secure: [] }
  let unasked = 0
  const answer = (socket: Socket, line: string): void => {
    const isSecure = socket instanceof TLSSocket
    const say = (...lines: string[]) => void socket.write(lines.map((said) => `${said}\r\n`).join(''))
    const verb = line.split(' ')[0]!.toUpperCase()
    if (verb === 'EHLO') {
      const offer = script.tls === 'starttls' && !isSecure ? 'STARTTLS' : 'AUTH PLAIN'
      const greet = () => {
        if (isSecure) unasked = told.secure.length
        say('250-mail.test', `250 ${offer}`)
      }
      if (isSecure && script.injected) setTimeout(greet, thoughtMs)
      else greet()
    } else if (verb === 'STARTTLS' && script.tls === 'starttls') {
      socket.write(`220 go on\r\n${script.injected ?? ''}`)
      hear(upgrade(socket, script.certificate))
    } else if (verb === 'STARTTLS') say('502 what is that')
    else if (verb === 'AUTH') say('235 welcome')
    else if (verb === 'DATA') say('354 go on')
    else if (verb === 'QUIT') socket.end('221 bye\r\n')
    else say('250 so be it')
  }
  const hear = (socket: Socket): void => {
    let rest = ''
    let isMail = false
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString('latin1')).split('\r\n')
      rest = lines.pop()!
      for (const line of lines) {
        told[socket instanceof TLSSocket ? 'secure' : 'clear'].push(line)
        if (isMail && line !== '.') continue
        isMail = line === 'DATA'
        answer(socket, line)
      }
    })
  }
  const welcome = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    hear(socket)
    socket.write('220 mail.test ESMTP\r\n')
  }
  const server: Server =
    script.tls === 'implicit' ? createSecure(script.certificate, welcome) : createPlain(welcome)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    told,
    saidUnasked: () => unasked,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
