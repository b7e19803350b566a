import type { PayloadRequest } from 'payload'
import { Webhook } from 'standardwebhooks'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { keyOfToken, signingSecrets } from './keys.js'
import { Problem } from './problem.js'

/** Standard Webhooks: how far the timestamp may be from our clock, either way. */
const toleranceMs = 5 * 60_000

/** Standard Webhooks asks for ids without dots and of sane length. */
const plainID = /^[\w-]{1,128}$/

const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const

type Headers = Record<(typeof names)[number], string>

/** How a call says who it is, before its body has been read. */
export type Credential =
  | { kind: 'signature'; headers: Headers; secrets: { id: DocID; secret: string }[] }
  | { kind: 'token'; key: DocID }

const noKey = () =>
  new Problem('noKey', {
    detail:
      'Sign the call by Standard Webhooks (headers webhook-id, webhook-timestamp and webhook-signature) with the secret of this mailbox, or use the address with its token.',
  })

const refuseOld = (timestamp: string): void => {
  const at = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN
  if (Number.isNaN(at))
    throw new Problem('tooOld', {
      detail: 'webhook-timestamp must be the seconds since 1970, in whole numbers.',
    })
  if (Math.abs(now().getTime() - at) > toleranceMs)
    throw new Problem('tooOld', {
      detail:
        'webhook-timestamp may be five minutes old at most. Sign each try anew, with the same webhook-id.',
    })
}

/**
 * What can be said before the body is read, so that nobody without a key has us hold a large one: the headers are
 * there and recent, the mailbox has a key. An unknown mailbox answers as one without this key.
 */
export const readCredential = async (req: PayloadRequest, mailbox: DocID | null): Promise<Credential> => {
  const given = names.map((name) => req.headers.get(name) ?? '')
  if (given.some(Boolean)) {
    const headers = Object.fromEntries(names.map((name, index) => [name, given[index]!])) as Headers
    const missing = names.filter((name) => !headers[name])
    if (missing.length) throw new Problem('noKey', { detail: `The header ${missing.join(', ')} is missing.` })
    if (!plainID.test(headers['webhook-id']))
      throw new Problem('badInput', {
        detail: 'webhook-id must be 1 to 128 letters, digits, dashes and underscores.',
        errors: [{ field: 'webhook-id', detail: 'Not a plain id.' }],
      })
    refuseOld(headers['webhook-timestamp'])
    const secrets = mailbox === null ? [] : await signingSecrets({ req, mailbox })
    if (!secrets.length) throw badSignature()
    return { kind: 'signature', headers, secrets }
  }
  const token = req.searchParams.get('token')
  if (!token) throw noKey()
  const key = mailbox === null ? null : await keyOfToken({ req, mailbox, token })
  if (key === null) throw badSignature()
  return { kind: 'token', key }
}

const badSignature = () =>
  new Problem('badSignature', {
    detail:
      'No key of this mailbox made this signature or token. Sign the bytes of the body as they are sent, with a secret that is still listed in the mailbox.',
  })

/** The key that signed the body, where one did. */
export const verifyBody = (credential: Credential, body: Buffer): DocID => {
  if (credential.kind === 'token') return credential.key
  for (const { id, secret } of credential.secrets) {
    try {
      new Webhook(secret).verify(body, credential.headers, { jsonParse: false })
      return id
    } catch {
      // The other secret may be the one.
    }
  }
  throw badSignature()
}
