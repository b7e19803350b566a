import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'

/** Who a mail is from and for, as the sending program said. */
export type Envelope = { from: string; to: string[]; user: string | undefined }

/**
 * What the server does instead of accepting: answer with a code, or end the connection before or after it has
 * taken the mail in (the sender then cannot know whether it was accepted).
 */
export type SmtpFault = { code: number; message: string } | 'drop' | 'acceptAndDrop'

/** Faults on demand; what answers undefined changes nothing. They may be set and changed at any time. */
export type SmtpHooks = {
  onConnect?: () => SmtpFault | undefined | Promise<SmtpFault | undefined>
  onRcpt?: (address: string, envelope: Envelope) => SmtpFault | undefined | Promise<SmtpFault | undefined>
  onData?: (raw: Buffer, envelope: Envelope) => SmtpFault | undefined | Promise<SmtpFault | undefined>
}

/** The SMTP side of the local mail server. */
export type SmtpSide = { port: number; hooks: SmtpHooks; close: () => Promise<void> }

/** Starts it; whoever gives a name and password must give the right ones, others may send without. */
export const startSmtp = async (args: {
  port?: number
  passwordOf: (address: string) => string | undefined
  accept: (raw: Buffer, envelope: Envelope) => void
}): Promise<SmtpSide> => {
  const { port = 0, passwordOf, accept } = args
  const hooks: SmtpHooks = {}

  const drop = (session: SMTPServerSession): void => {
    for (const connection of server.connections as unknown as Set<OpenConnection>)
      if (connection.session.id === session.id) connection._socket.destroy()
  }
  const envelopeOf = (session: SMTPServerSession): Envelope => ({
    from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
    to: session.envelope.rcptTo.map(({ address }) => address),
    user: typeof session.user === 'string' ? session.user : undefined,
  })
  const faulty = (fault: SmtpFault | undefined, session: SMTPServerSession): Error | undefined => {
    if (!fault) return undefined
    if (typeof fault === 'object')
      return Object.assign(new Error(fault.message), { responseCode: fault.code })
    drop(session)
    return new Error('dropped')
  }

  const server: SMTPServer = new SMTPServer({
    name: 'mail.acme.test',
    banner: 'local mail',
    logger: false,
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    size: 60 * 1024 * 1024,
    closeTimeout: 500,
    onConnect: async (session, callback) => callback(faulty(await hooks.onConnect?.(), session)),
    onAuth: ({ username, password }, _session, callback) => {
      if (username && passwordOf(username) === password) callback(null, { user: username })
      else callback(Object.assign(new Error('Wrong name or password'), { responseCode: 535 }))
    },
    onRcptTo: async ({ address }, session, callback) =>
      callback(faulty(await hooks.onRcpt?.(address, envelopeOf(session)), session)),
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks)
        const envelope = envelopeOf(session)
        const fault = await hooks.onData?.(raw, envelope)
        if (!fault || fault === 'acceptAndDrop') accept(raw, envelope)
        callback(faulty(fault, session))
      })
    },
  })
  server.on('error', () => undefined)

  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port: (server.server.address() as AddressInfo).port,
    hooks,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

type OpenConnection = { session: SMTPServerSession; _socket: { destroy: () => void } }
