import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { MailError } from '../../core/errors.js'
import { resolveHost } from '../host.js'
import { type SmtpFault, toMailError } from './smtpError.js'

/** Where and how a mailbox sends. */
export type SmtpLogin = {
  host: string
  port: number | null
  security: 'tls' | 'starttls' | 'none'
  user: string
  /** Opens the password when it is used, so that none is kept in the clear. Throws a `MailError`. */
  password: () => string
  /** What we call ourselves: the mailbox's domain, never the name of this machine. */
  ehlo: string
  allowPrivate: boolean
}

export type SmtpStep = 'resolve' | 'connect' | 'login'

const ports = { tls: 465, starttls: 587, none: 25 }

/** A server that is up answers each of these within a second or two. */
const timeouts = { connectionTimeout: 15_000, greetingTimeout: 15_000, dnsTimeout: 10_000 }

/** RFC 5321 §4.5.3.2 lets a server think for minutes after the last dot. */
const socketTimeout = 3 * 60_000

const connect = (connection: SMTPConnection): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.once('error', reject)
    connection.connect((error?: Error | null) => {
      connection.off('error', reject)
      if (error) reject(error)
      else resolve()
    })
  })

type Credentials = { user: string; pass: string }

const logIn = (connection: SMTPConnection, credentials: Credentials): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.once('error', reject)
    connection.login(credentials, (error: Error | null) => {
      connection.off('error', reject)
      if (error) reject(error)
      else resolve()
    })
  })

/**
 * Connects and signs in. Encryption is what was chosen: with `tls` and `starttls` nothing is said in the clear to
 * a server that offers none. Throws a `MailError`.
 */
export const openSmtp = async (
  login: SmtpLogin,
  onStep: (step: SmtpStep) => void = () => {},
): Promise<SMTPConnection> => {
  const { default: Connection } = await import('nodemailer/lib/smtp-connection')
  const password = login.user ? login.password() : ''
  // The address that was looked at is the one connected to: a name may mean another one a moment later.
  const { address, servername } = await resolveHost({ host: login.host, allowPrivate: login.allowPrivate })
  onStep('resolve')
  const connection = new Connection({
    host: address,
    servername,
    port: login.port ?? ports[login.security],
    secure: login.security === 'tls',
    requireTLS: login.security === 'starttls',
    ignoreTLS: login.security === 'none',
    tls: { servername },
    name: login.ehlo,
    ...timeouts,
    socketTimeout,
  })
  // Errors of a connection that nobody is waiting on: it is found closed when it is used next.
  connection.on('error', () => {})
  try {
    await connect(connection)
    onStep('connect')
    if (login.user) {
      if (!connection.allowsAuth && login.security === 'none')
        throw new MailError('The mail server offers no sign-in.', { code: 'auth', retry: true })
      await logIn(connection, { user: login.user, pass: password })
      onStep('login')
    }
    return connection
  } catch (error) {
    connection.close()
    throw toMailError(error as SmtpFault)
  }
}
