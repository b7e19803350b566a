import type { Payload } from 'payload'
import type { DocID } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import { MailError } from '../../core/errors.js'
import { addressDomain } from '../../rules/address.js'
import { type MailboxConfig, type MailLogin, passwordOf } from '../mailboxes.js'
import { payloadTransport } from './payload.js'
import { smtpTransport } from './smtp.js'
import type { SmtpLogin } from './smtpConnection.js'
import type { MailTransport } from './transport.js'

type Kept = { version: string; transport: MailTransport }

const kept = new WeakMap<Payload, Map<DocID, Kept>>()

const mapOf = (payload: Payload): Map<DocID, Kept> => {
  const found = kept.get(payload) ?? new Map<DocID, Kept>()
  kept.set(payload, found)
  return found
}

/** What a mailbox's SMTP account needs. */
export const smtpLoginOf = (payload: Payload, mailbox: { address: string; send: MailLogin }): SmtpLogin => ({
  host: mailbox.send.host,
  port: mailbox.send.port,
  security: mailbox.send.security,
  user: mailbox.send.user,
  password: () => passwordOf(payload, mailbox.send),
  ehlo: addressDomain(mailbox.address) || 'localhost',
  allowPrivate: getHelpdesk(payload).mailboxes.allowPrivateHosts,
})

/**
 * The way out of a mailbox: its own SMTP account or the site's email adapter. Kept, with its open connections,
 * until the mailbox's settings change.
 */
export const transportOf = (payload: Payload, mailbox: MailboxConfig): MailTransport => {
  if (mailbox.send.kind === 'site') return payloadTransport(payload)
  if (mailbox.send.kind !== 'smtp' || !mailbox.send.host)
    throw new MailError('This mailbox has nothing to send by.', { code: 'cannotSend', retry: false })
  const map = mapOf(payload)
  const version = JSON.stringify([mailbox.address, mailbox.send])
  const known = map.get(mailbox.id)
  if (known?.version === version) return known.transport
  known?.transport.close()
  map.delete(mailbox.id)
  const transport = smtpTransport(smtpLoginOf(payload, mailbox))
  map.set(mailbox.id, { version, transport })
  return transport
}

/** Ends the connections of all mailboxes; the next mail opens them again. */
export const closeTransports = (payload: Payload): void => {
  for (const { transport } of mapOf(payload).values()) transport.close()
  mapOf(payload).clear()
}
