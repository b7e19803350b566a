import type { CollectionBeforeChangeHook, CollectionBeforeReadHook, PayloadRequest } from 'payload'
import { getHelpdesk } from '../../core/config.js'
import { HelpdeskError } from '../../core/errors.js'
import { encrypt } from '../../core/secret.js'
import { isPrivateHost } from '../../rules/host.js'

type Login = {
  kind?: string
  host?: string | null
  port?: number | null
  security?: string | null
  user?: string | null
  password?: string | null
  secret?: string | null
  hasPassword?: boolean
}

const sides = ['receive', 'send'] as const
const identity = ['host', 'port', 'security', 'user'] as const

type RefusalArgs = { req: PayloadRequest; key: 'privateHost' | 'passwordAgain'; path: string }

type Words = { helpdesk?: { error?: Record<string, string> } }

/** In the words of whoever saves, where there are any: the form shows them at the field. */
const refusal = ({ req, key, path }: RefusalArgs): HelpdeskError => {
  const own = (req.i18n.translations as Words).helpdesk?.error?.[key]
  const message = own ?? new HelpdeskError(key).message
  const error = new HelpdeskError(key, { message, fields: { [path]: message } })
  // Where the admin's forms look for what belongs to a field.
  return Object.assign(error, { data: { ...error.data, errors: [{ path, message }] } })
}

/**
 * Encrypts a typed password, keeps the stored one otherwise, and asks for it again when it would go to another
 * host, port, user or by another security: a stored password must not be sent to a server its owner never saw.
 */
export const keepSecrets: CollectionBeforeChangeHook = ({ data, originalDoc, req }) => {
  const { allowPrivateHosts } = getHelpdesk(req.payload).mailboxes
  if (typeof data['address'] === 'string') data['address'] = data['address'].trim().toLowerCase()
  for (const side of sides) {
    const login = data[side] as Login | undefined
    if (!login) continue
    const before = (originalDoc?.[side] ?? {}) as Login
    const networked = login.kind === 'imap' || login.kind === 'smtp'
    if (networked && login.host && !allowPrivateHosts && isPrivateHost(login.host)) {
      throw refusal({ req, key: 'privateHost', path: `${side}.host` })
    }
    const password = login.password
    delete login.password
    delete login.hasPassword
    if (password) {
      login.secret = encrypt({ payload: req.payload, purpose: 'mailbox-password', value: password })
      continue
    }
    // Where nobody signs in no password is needed; the stored one would be for a user that is not named any more.
    if ('user' in login && !login.user) {
      login.secret = null
      continue
    }
    const changed = identity.filter((key) => key in login && (login[key] ?? null) !== (before[key] ?? null))
    if (before.secret && changed.length)
      throw refusal({ req, key: 'passwordAgain', path: `${side}.password` })
    if (before.secret) login.secret = before.secret
  }
  return data
}

/** Says whether a password is stored, before the field that holds it is taken out. */
export const markPasswords: CollectionBeforeReadHook = ({ doc }) => {
  for (const side of sides) if (doc[side]) doc[side].hasPassword = Boolean(doc[side].secret)
  return doc
}
