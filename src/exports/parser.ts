import { contentHash } from '../mail/inbound/contentHash.js'
import { parseHeader, parseMail } from '../mail/inbound/parse.js'
import { serveParser } from '../mail/inbound/parserChild.js'
import { understandBody } from '../mail/inbound/understand.js'

export type {
  AuthResult,
  AutomaticReason,
  AutomaticVerdict,
  BounceAction,
  BounceRecipient,
  BounceVerdict,
  MailAddress,
  MailHeaders,
  ParsedAttachment,
  ParsedMail,
  ParseOptions,
} from '../mail/inbound/parsedMail.js'
export { contentHash, parseHeader, parseMail, understandBody }

// Forked by the pool, this module is the child; imported, it is the library.
serveParser()
