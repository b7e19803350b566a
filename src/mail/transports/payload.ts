import type { Payload } from 'payload'
import { MailError } from '../../core/errors.js'
import type { MailTransport, OutgoingMail } from './transport.js'

type SiteError = Error & {
  code?: string
  status?: number
  responseCode?: number
  response?: unknown
  rejected?: string[]
}

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
