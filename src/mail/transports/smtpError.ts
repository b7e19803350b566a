import { MailError } from '../../core/errors.js'

/** What nodemailer says about a fault. */
export type SmtpFault = Error & {
  code?: string
  originalCode?: string
  command?: string
  response?: string
  responseCode?: number
  rejectedErrors?: SmtpFault[]
  recipient?: string
}

type Told = { code: string; retry: boolean; words: string }

/** RFC 4954 §4 and §6: 530 sign-in wanted, 534 too weak, 535 wrong, 538 needs encryption. */
const signIn = new Set([530, 534, 535, 538])

const tell = (fault: SmtpFault): Told => {
  const { code, command = '', responseCode: reply = 0 } = fault
  if (signIn.has(reply) || (code === 'EAUTH' && (reply === 0 || reply >= 500)))
    return { code: 'auth', retry: true, words: 'The mail server refused the user name or password.' }
  if (code === 'ETLS')
    return reply >= 400
      ? { code: 'noEncryption', retry: true, words: 'The mail server offers no encryption.' }
      : { code: 'tls', retry: true, words: 'No encrypted connection to the mail server could be made.' }
  if (reply === 421 || code === 'EAUTH' || (reply >= 400 && reply < 500 && command !== 'DATA'))
    return { code: 'throttled', retry: true, words: 'The mail server asks to try again later.' }
  if (reply >= 500 && code === 'EPROTOCOL')
    return { code: 'connect', retry: true, words: 'The mail server does not want to talk to this site.' }
  if (code === 'EMESSAGE' && reply === 0)
    return { code: 'tooLarge', retry: false, words: 'The mail is larger than the mail server takes.' }
  if (reply >= 500 && reply !== 503)
    return { code: 'refused', retry: false, words: 'The mail server refused the mail.' }
  if (reply >= 400)
    return { code: 'deferred', retry: true, words: 'The mail server did not take the mail now.' }
  if (code === 'EDNS')
    return { code: 'dns', retry: true, words: "The mail server's name could not be found." }
  if (code === 'ETIMEDOUT')
    return { code: 'timeout', retry: true, words: 'The mail server did not answer in time.' }
  if (code === 'EENVELOPE')
    return { code: 'refused', retry: false, words: 'The mail has no address that can be sent to.' }
  if (/^ERR_(TLS|SSL)|CERT|SELF_SIGNED|ALTNAME/.test(fault.originalCode ?? code ?? ''))
    return { code: 'tls', retry: true, words: "The mail server's certificate is not valid." }
  return { code: 'connect', retry: true, words: 'No connection to the mail server.' }
}

/** A fault of an SMTP talk in our words, with the server's own beside them. */
export const toMailError = (fault: SmtpFault): MailError => {
  if (fault instanceof MailError) return fault
  const { code, retry, words } = tell(fault)
  return new MailError(words, { code, retry, response: fault.response ?? fault.message, cause: fault })
}
