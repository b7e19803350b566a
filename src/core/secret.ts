import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import type { Payload } from 'payload'
import { getHelpdesk } from './config.js'

/** What a key is for; a ciphertext or signature of one purpose is worthless for another. */
export type Purpose = 'mailbox-password' | 'webhook-secret' | 'guest-link' | 'portal-form' | 'portal-link'

const secretsOf = (payload: Payload): string[] => {
  const { secrets } = getHelpdesk(payload)
  return secrets.length ? secrets : [payload.secret]
}

const keyOf = (secret: string, purpose: Purpose): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'payload-helpdesk', purpose, 32))

const idOf = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 8)

export type SecretArgs = { payload: Payload; purpose: Purpose; value: string }

/** AES-256-GCM with the newest key. The result names its key and the scheme: `v1.<key>.<nonce>.<tag>.<text>`. */
export const encrypt = ({ payload, purpose, value }: SecretArgs): string => {
  const key = keyOf(secretsOf(payload)[0]!, purpose)
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
  return [
    'v1',
    idOf(key),
    ...[nonce, cipher.getAuthTag(), text].map((part) => part.toString('base64url')),
  ].join('.')
}

/** The plain text, or null when no key of this site opens it: its owner then has to type the password again. */
export const decrypt = ({ payload, purpose, value }: SecretArgs): string | null => {
  const [version, id, nonce, tag, text] = value.split('.')
  if (version !== 'v1' || !id || !nonce || !tag || text === undefined) return null
  const key = secretsOf(payload)
    .map((secret) => keyOf(secret, purpose))
    .find((candidate) => idOf(candidate) === id)
  if (!key) return null
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'))
    decipher.setAuthTag(Buffer.from(tag, 'base64url'))
    return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

/** HMAC-SHA256 of a value under the newest key of a purpose. */
export const sign = ({ payload, purpose, value }: SecretArgs): string =>
  createHmac('sha256', keyOf(secretsOf(payload)[0]!, purpose))
    .update(value)
    .digest('base64url')

/** Whether any key of this site made the signature; in constant time. */
export const verify = ({ payload, purpose, value, signature }: SecretArgs & { signature: string }): boolean =>
  secretsOf(payload).some((secret) => {
    const made = createHmac('sha256', keyOf(secret, purpose)).update(value).digest()
    const given = Buffer.from(signature, 'base64url')
    return given.length === made.length && timingSafeEqual(made, given)
  })

const base32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** Random bits as lower-case base32, which survives mail addresses and people who read it aloud. */
export const randomKey = (bits = 128): string => {
  const bytes = randomBytes(Math.ceil(bits / 8))
  let out = ''
  let buffer = 0
  let held = 0
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte
    held += 8
    while (held >= 5) {
      held -= 5
      out += base32[(buffer >> held) & 31]
    }
    buffer &= (1 << held) - 1
  }
  return held ? out + base32[(buffer << (5 - held)) & 31] : out
}
