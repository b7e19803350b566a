import type { Payload } from 'payload'
import { HelpdeskError } from '../../core/errors.js'
import { encrypt } from '../../core/secret.js'
import type { MailboxConfig, MailLogin } from '../mailboxes.js'

/** What stands in the mailbox's form; whatever is left out is as it was saved. */
export type LoginValues = {
  kind?: string | null
  host?: string | null
  port?: number | null
  security?: string | null
  user?: string | null
  /** Typed just now; nothing means the stored one. */
  password?: string | null
  folder?: string | null
}

export type MailboxValues = { address?: string | null; receive?: LoginValues; send?: LoginValues }

const unset: MailLogin = { kind: 'none', host: '', port: null, security: 'tls', user: '', secret: '' }

const securityOf = (value: string | null | undefined, saved: MailLogin['security']): MailLogin['security'] =>
  value === 'tls' || value === 'starttls' || value === 'none' ? value : saved

type MergeArgs = { payload: Payload; side: 'receive' | 'send'; saved: MailLogin; values: LoginValues }

/** A stored password goes only where it was stored for: whoever points the form at another server types it again. */
const mergeLogin = ({ payload, side, saved, values }: MergeArgs): MailLogin => {
  const merged: MailLogin = {
    kind: values.kind ?? saved.kind,
    host: (values.host ?? saved.host).trim(),
    port: values.port === undefined ? saved.port : values.port,
    security: securityOf(values.security, saved.security),
    user: values.user ?? saved.user,
    secret: saved.secret,
  }
  if (values.password)
    return { ...merged, secret: encrypt({ payload, purpose: 'mailbox-password', value: values.password }) }
  // Without a user nobody signs in, so no password is needed.
  if (!merged.user) return { ...merged, secret: '' }
  const identity = ['host', 'port', 'security', 'user'] as const
  if (saved.secret && identity.some((key) => merged[key] !== saved[key])) {
    throw new HelpdeskError('passwordAgain', {
      fields: { [`${side}.password`]: 'Type the password again.' },
    })
  }
  return merged
}

export type TestedMailbox = {
  address: string
  receive: MailLogin & { folder: string }
  send: MailLogin
}

export type MergeValuesArgs = { payload: Payload; saved: MailboxConfig | null; values: MailboxValues }

/** The mailbox as it would be if the form were saved. Throws `passwordAgain`. */
export const mergeValues = ({ payload, saved, values }: MergeValuesArgs): TestedMailbox => {
  const receive = values.receive ?? {}
  return {
    address: (values.address ?? saved?.address ?? '').trim().toLowerCase(),
    receive: {
      ...mergeLogin({ payload, side: 'receive', saved: saved?.receive ?? unset, values: receive }),
      folder: receive.folder || saved?.receive.folder || 'INBOX',
    },
    send: mergeLogin({ payload, side: 'send', saved: saved?.send ?? unset, values: values.send ?? {} }),
  }
}
