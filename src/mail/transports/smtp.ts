import { Readable } from 'node:stream'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { MailError } from '../../core/errors.js'
import { toRaw } from './mime.js'
import { openSmtp, type SmtpLogin, type SmtpStep } from './smtpConnection.js'
import { type SmtpFault, toMailError } from './smtpError.js'
import type { MailTransport, Rejection, SendResult } from './transport.js'

/** Connections kept open for the next mail, and for how long. Many servers end idle ones after a minute. */
const idleMs = 20_000

/** Mails over one connection: some servers count them. */
const mailsPerConnection = 50

const pieceSize = 64 * 1024

type Open = { connection: SMTPConnection; sent: number; timer?: NodeJS.Timeout }

type Envelope = { from: string; to: string[] }

type Packed = { envelope: Envelope; raw: Buffer }

const pieces = function* (raw: Buffer): Generator<Buffer> {
  for (let at = 0; at < raw.length; at += pieceSize) yield raw.subarray(at, at + pieceSize)
}

const rejectionOf = (fault: SmtpFault): Rejection => {
  const code = fault.responseCode ?? 0
  return {
    address: fault.recipient ?? '',
    code,
    response: fault.response ?? fault.message,
    retry: code < 500 || code === 503,
  }
}

/** Sends over an open connection. Whether the mail was handed over whole is known from reading its stream. */
const sendOver = (connection: SMTPConnection, { envelope, raw }: Packed): Promise<SendResult> =>
  new Promise((resolve, reject) => {
    let isHandedOver = false
    const stream = Readable.from(pieces(raw), { objectMode: false })
    stream.once('end', () => {
      isHandedOver = true
    })
    connection.send({ ...envelope, size: raw.length }, stream, (error, info) => {
      if (!error) {
        const rejected = (info.rejectedErrors ?? []).map((fault) => rejectionOf(fault as SmtpFault))
        return resolve({ accepted: info.accepted, rejected, response: info.response, raw })
      }
      const fault = error as SmtpFault
      if (fault.rejectedErrors?.length)
        return resolve({
          accepted: [],
          rejected: fault.rejectedErrors.map(rejectionOf),
          response: fault.response ?? '',
        })
      if (isHandedOver && !fault.responseCode)
        return reject(
          new MailError('The connection ended before the mail server had answered.', {
            code: 'maybeDelivered',
            retry: true,
            response: fault.message,
            cause: fault,
          }),
        )
      reject(Object.assign(toMailError(fault), { command: fault.command }))
    })
  })

/**
 * A mailbox's own SMTP account. Connections are opened as they are needed, used again, and closed when nothing was
 * sent for a while.
 */
export const smtpTransport = (login: SmtpLogin, onStep?: (step: SmtpStep) => void): MailTransport => {
  const idle: Open[] = []
  let isClosed = false

  const end = (open: Open): void => {
    clearTimeout(open.timer)
    const at = idle.indexOf(open)
    if (at >= 0) idle.splice(at, 1)
    open.connection.close()
  }
  const keep = (open: Open): void => {
    open.sent += 1
    if (isClosed || open.sent >= mailsPerConnection) {
      open.connection.quit()
      return
    }
    open.timer = setTimeout(() => end(open), idleMs)
    open.timer.unref()
    idle.push(open)
  }
  const take = (): Open | undefined => {
    let open = idle.pop()
    while (open?.connection.destroyed) {
      end(open)
      open = idle.pop()
    }
    clearTimeout(open?.timer)
    return open
  }
  const sendBy = async (open: Open, mail: Packed): Promise<SendResult> => {
    try {
      const result = await sendOver(open.connection, mail)
      // A talk that ended before DATA is still in the middle of a mail.
      if (result.accepted.length) keep(open)
      else open.connection.close()
      return result
    } catch (error) {
      open.connection.close()
      throw error
    }
  }
  const fresh = async (): Promise<Open> => ({ connection: await openSmtp(login, onStep), sent: 0 })

  const send = async (mail: Packed): Promise<SendResult> => {
    const used = take()
    if (!used) return sendBy(await fresh(), mail)
    try {
      return await sendBy(used, mail)
    } catch (error) {
      // The server has ended a connection that lay idle: nothing was said about this mail.
      const code = (error as MailError).code
      if (code !== 'connect' && code !== 'throttled') throw error
      return sendBy(await fresh(), mail)
    }
  }

  return {
    send: async (mail) => {
      const raw = await toRaw(mail)
      const { from, sender, to } = mail.envelope
      try {
        return await send({ envelope: { from, to }, raw })
      } catch (error) {
        // Some submission servers take no null sender (RFC 5321 §4.5.5) from their users.
        const refusedSender =
          from === '' &&
          (error as { command?: string }).command === 'MAIL FROM' &&
          !(error as MailError).retry
        if (!refusedSender) throw error
        return send({ envelope: { from: sender, to }, raw })
      }
    },
    close: () => {
      isClosed = true
      for (const open of [...idle]) end(open)
    },
  }
}
