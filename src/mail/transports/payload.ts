import type { Payload } from 'payload'
import { MailError } from '../../core/errors.js'
import { hasSiteEmail } from '../../operations/checkMailbox.js'
import type { MailTransport, OutgoingMail } from './transport.js'

type SiteError = Error & {
  code?: string
  /** What nodemailer was doing, such as `MAIL FROM`; `CONN` for whatever befalls the connection at any time. */
  command?: string
  /** What Node was doing. */
  syscall?: string
  status?: number
  responseCode?: number
  response?: unknown
  rejected?: string[]
}

/** Codes of nodemailer, Node and undici for what goes wrong before a mail is handed over. */
const earlyCodes = new Set(
  `EDNS EAUTH ENOAUTH EOAUTH2 ETLS EREQUIRETLS EPROXY EENVELOPE ECONFIG EFILEACCESS EURLACCESS ECONNREFUSED ENOTFOUND
  EAI_AGAIN EHOSTUNREACH ENETUNREACH ENETDOWN UND_ERR_CONNECT_TIMEOUT`.split(/\s+/),
)
const earlyCalls = new Set(['connect', 'getaddrinfo'])
const earlyCommands = /^(?:EHLO|HELO|LHLO|STARTTLS|AUTH\b|MAIL FROM|RCPT TO|RSET|API$)/
// Of nodemailer, which gives a lost answer the same code and command.
const earlyWords = /^(?:Connection timeout|Greeting never received)$/

/** Whether the mail was certainly not handed over. An adapter says no more than its error does, so doubt is no. */
const isEarly = (error: SiteError | undefined, depth = 0): boolean =>
  error instanceof Error &&
  (earlyCodes.has(error.code ?? '') ||
    earlyCalls.has(error.syscall ?? '') ||
    earlyCommands.test(error.command ?? '') ||
    earlyWords.test(error.message) ||
    (depth < 4 && isEarly(error.cause as SiteError | undefined, depth + 1)))

// A gateway says these of a service that may have done its work all the same.
const unsureStatuses = new Set([500, 502, 504])

const toMailError = (error: SiteError): MailError => {
  const code = error.responseCode ?? error.status ?? 0
  const response = typeof error.response === 'string' ? error.response : error.message
  const details = { response, cause: error }
  if (error.code === 'EAUTH' || code === 401 || code === 403)
    return new MailError("The site's email service refused its sign-in.", {
      ...details,
      retry: true,
      code: 'auth',
    })
  // HTTP services say 4xx for what is wrong with the mail, SMTP says 5xx.
  const permanent = error.status
    ? code >= 400 && code < 500 && code !== 408 && code !== 429
    : code >= 500 && code < 600
  if (permanent)
    return new MailError("The site's email service refused the mail.", {
      ...details,
      retry: false,
      code: 'refused',
    })
  const isAnswered = code > 0 && !(error.status && unsureStatuses.has(code))
  if (!isAnswered && !isEarly(error))
    return new MailError("The site's email service did not say whether it took the mail.", {
      ...details,
      retry: true,
      code: 'maybeDelivered',
    })
  return new MailError("The site's email service did not take the mail.", {
    ...details,
    retry: true,
    code: code ? 'deferred' : 'connect',
  })
}

const messageOf = (mail: OutgoingMail) => {
  const replyTo = mail.headers.find(({ key }) => key === 'Reply-To')?.value
  const subject = mail.headers.find(({ key }) => key === 'Subject')?.value ?? ''
  const headers = mail.headers.filter(({ key }) => key !== 'Reply-To' && key !== 'Subject')
  const shown = new Set([...mail.to, ...mail.cc].map(({ address }) => address))
  const hidden = mail.envelope.to.filter((address) => !shown.has(address))
  return {
    from: mail.from,
    to: mail.to,
    ...(mail.cc.length && { cc: mail.cc }),
    ...(hidden.length && { bcc: hidden }),
    ...(replyTo && { replyTo }),
    subject,
    date: mail.date,
    html: mail.html,
    text: mail.text,
    // Adapters of web services know no `messageId` or `references`, but all of them pass headers on.
    headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
    // And those that speak SMTP would send to whom the headers name, also those who have the mail already.
    envelope: { from: mail.envelope.from, to: mail.envelope.to },
    attachments: mail.attachments.map(({ filename, contentType, contentId, content }) => ({
      filename,
      contentType,
      content,
      ...(contentId && { cid: contentId }),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** The site's own email adapter. */
export const payloadTransport = (payload: Payload): MailTransport => ({
  send: async (mail) => {
    if (!hasSiteEmail(payload))
      throw new MailError('This site sends no email: its config has no `email` adapter.', {
        retry: true,
        code: 'cannotSend',
      })
    try {
      const info = ((await payload.sendEmail(messageOf(mail) as never)) ?? {}) as {
        response?: string
        rejected?: string[]
        rejectedErrors?: SiteError[]
      }
      const rejected = (info.rejected ?? []).map((address, i) => {
        const code = info.rejectedErrors?.[i]?.responseCode ?? 550
        const response = String(info.rejectedErrors?.[i]?.response ?? 'Refused')
        return { address, code, response, retry: code < 500 }
      })
      const refused = new Set(rejected.map(({ address }) => address))
      const accepted = mail.envelope.to.filter((address) => !refused.has(address))
      return { accepted, rejected, response: info.response ?? '' }
    } catch (error) {
      throw toMailError(error as SiteError)
    }
  },
  close: () => {},
})
