import { createHmac, type Hmac, timingSafeEqual } from 'node:crypto'
import type { PayloadRequest } from 'payload'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { HelpdeskError } from '../core/errors.js'
import { keyOfToken, signingSecrets } from './keys.js'

/** Standard Webhooks: how far the timestamp may be from our clock, either way. */
const toleranceMs = 5 * 60_000

/** Standard Webhooks asks for ids without dots and of sane length. */
const plainID = /^[\w-]{1,128}$/

/** HMAC-SHA256 in base64, of scheme version 1. */
const oneSignature = /^v1,[A-Za-z0-9+/]{43}=$/
const mostSignatures = 10

const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const

type Headers = Record<(typeof names)[number], string>

/** A call that says who it is: what its body is checked against as it comes in. */
export type Caller = {
  /** '' where it is not signed and names none. */
  webhookId: string
  /** How it says who it is: what one kind has named, another cannot name again. */
  kind: 'signature' | 'token'
  onPiece: (piece: Uint8Array) => void
  /** The key that made it. Throws `badSignature`, `timestampOff`. */
  keyOf: (body: Buffer) => DocID
}

const refuseOld = (timestamp: string): void => {
  const at = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN
  if (!(Math.abs(now().getTime() - at) <= toleranceMs)) throw new HelpdeskError('timestampOff')
}

/**
 * What can be said of a call before its body is read. An unknown mailbox answers as one without this key. Throws
 * `callNotSigned`, `badSignature`, `badInput`, `timestampOff`.
 */
export const readCaller = async (req: PayloadRequest, mailbox: DocID | null): Promise<Caller> => {
  const given = names.map((name) => req.headers.get(name) ?? '')
  if (!given.some(Boolean)) return tokenCaller(req, mailbox)
  const headers = Object.fromEntries(names.map((name, index) => [name, given[index]!])) as Headers
  const missing = names.filter((name) => !headers[name])
  if (missing.length)
    throw new HelpdeskError('callNotSigned', { message: `The header ${missing.join(', ')} is missing.` })
  if (!plainID.test(headers['webhook-id']))
    throw new HelpdeskError('badInput', {
      message: 'webhook-id must be 1 to 128 letters, digits, dashes and underscores.',
      fields: { 'webhook-id': 'Not a plain id.' },
    })
  refuseOld(headers['webhook-timestamp'])
  const signatures = headers['webhook-signature'].split(' ').slice(0, mostSignatures)
  const known = signatures.filter((signature) => oneSignature.test(signature))
  const secrets = mailbox === null || !known.length ? [] : await signingSecrets({ req, mailbox })
  if (!secrets.length) throw new HelpdeskError('badSignature')
  return signedCaller({ headers, secrets, signatures: known })
}

const tokenCaller = async (req: PayloadRequest, mailbox: DocID | null): Promise<Caller> => {
  const token = req.searchParams.get('token')
  if (!token) throw new HelpdeskError('callNotSigned')
  const key = mailbox === null ? null : await keyOfToken({ req, mailbox, token })
  if (key === null) throw new HelpdeskError('badSignature')
  return { webhookId: '', kind: 'token', onPiece: () => undefined, keyOf: () => key }
}

type SignedArgs = { headers: Headers; signatures: string[]; secrets: { id: DocID; secret: string }[] }

/**
 * The digest is made while the body comes in, natively: the library's own, which has the last word, would hold up the
 * whole site for whoever sends large bodies with a made-up signature.
 */
const signedCaller = ({ headers, signatures, secrets }: SignedArgs): Caller => {
  const beginning = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`
  const digests = secrets.map(({ id, secret }): { id: DocID; secret: string; hmac: Hmac } => ({
    id,
    secret,
    hmac: createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).update(beginning),
  }))
  return {
    webhookId: headers['webhook-id'],
    kind: 'signature',
    onPiece: (piece) => {
      for (const { hmac } of digests) hmac.update(piece)
    },
    keyOf: (body) => {
      for (const { id, secret, hmac } of digests) {
        const made = hmac.digest()
        if (!signatures.some((signature) => timingSafeEqual(Buffer.from(signature.slice(3), 'base64'), made)))
          continue
        try {
          new Webhook(secret).verify(body, headers, { jsonParse: false })
          return id
        } catch (error) {
          if (!(error instanceof WebhookVerificationError)) throw error
          // The signature is right: it came in too slowly, or it is no UTF-8, which is what the library signs.
          refuseOld(headers['webhook-timestamp'])
          throw new HelpdeskError('malformedJSON')
        }
      }
      throw new HelpdeskError('badSignature')
    },
  }
}
