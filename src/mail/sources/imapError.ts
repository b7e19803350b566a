import type { ImapFlowError } from 'imapflow'
import { MailError } from '../../core/errors.js'

const tlsCodes =
  /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO|STARTTLS|UPGRADE_TIMEOUT)/
const timeoutCodes = /^(ETIMEOUT|ETIMEDOUT|CONNECT_TIMEOUT|GREETING_TIMEOUT|LockTimeout)$/
const limitCodes = /^(LineTooLarge|LiteralTooLarge|ResponseTooLarge|TooManyTokens|TooManyResponses)$/
const throttleCodes = /^(ETHROTTLE|OVERQUOTA|LIMIT|INUSE|UNAVAILABLE)$/

const codeOf = (error: ImapFlowError): string => {
  const code = String(error.code ?? '')
  const said = `${error.serverResponseCode ?? ''} ${error.responseText ?? ''} ${error.reason ?? ''}`
  if (throttleCodes.test(code) || throttleCodes.test(error.serverResponseCode ?? '')) return 'throttled'
  if (/too many|rate limit|throttl|try again later/i.test(said)) return 'throttled'
  if (error.authenticationFailed) return 'auth'
  if (error.tlsFailed || tlsCodes.test(code) || /STARTTLS/.test(error.message)) return 'tls'
  if (timeoutCodes.test(code)) return 'timeout'
  if (limitCodes.test(code)) return 'tooLarge'
  if (error.mailboxMissing || error.serverResponseCode === 'TRYCREATE') return 'folder'
  if (error.serverResponseCode === 'NONEXISTENT') return 'folder'
  if (error.responseStatus === 'NO' || error.responseStatus === 'BAD') return 'refused'
  return 'connect'
}

const sentences: Record<string, string> = {
  auth: 'The server refused the user name or the password.',
  tls: 'No secure connection could be made.',
  timeout: 'The server did not answer in time.',
  throttled: 'The server asks us to come back later.',
  tooLarge: 'The server sent more than was asked for.',
  folder: 'The folder does not exist or cannot be opened.',
  refused: 'The server refused a command.',
  connect: 'The connection could not be made, or was lost.',
}

/** What a fault of the IMAP client means for the mailbox. Never carries a command, which may hold the password. */
export const mailErrorOf = (error: unknown): MailError => {
  if (error instanceof MailError) return error
  const fault = error as ImapFlowError
  const code = codeOf(fault)
  const response =
    fault.responseText ?? fault.reason ?? (typeof fault.response === 'string' ? fault.response : '')
  const detail = response || fault.message || ''
  return new MailError(`${sentences[code]}${detail ? ` (${detail.slice(0, 500)})` : ''}`, {
    retry: code !== 'auth',
    code,
    ...(response ? { response: response.slice(0, 500) } : {}),
  })
}
