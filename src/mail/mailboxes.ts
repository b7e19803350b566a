import { createLocalReq, type Payload } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { MailError } from '../core/errors.js'
import { decrypt } from '../core/secret.js'
import type { MailboxTemplates } from '../rules/notifications.js'

/** How a mailbox signs in to one of its servers. */
export type MailLogin = {
  kind: string
  host: string
  port: number | null
  security: 'tls' | 'starttls' | 'none'
  user: string
  /** Encrypted; `passwordOf` opens it. */
  secret: string
}

export type MailboxSettings = {
  showAgentName: boolean
  acknowledge: boolean
  signature: string
  replyAddress: 'auto' | 'plain' | 'plus'
  subjectTag: boolean
  trustedAuthservId: string
}

/** A mailbox as the worker needs it, secrets included: never hand it to an endpoint. */
export type MailboxConfig = {
  id: DocID
  name: string
  address: string
  fromName: string
  /** Only one of type `email` receives mail; another may still know how it did. */
  type: 'email' | 'web'
  archived: boolean
  updatedAt: string
  receive: MailLogin & { folder: string; afterwards: 'leave' | 'seen' | 'move'; moveTo: string }
  send: MailLogin & { saveSent: boolean; sentFolder: string }
  settings: MailboxSettings
  templates: MailboxTemplates
}

type Row = Record<string, unknown>

const word = (value: unknown): string => (typeof value === 'string' ? value : '')

const loginOf = (row: Row): MailLogin => ({
  kind: word(row['kind']) || 'none',
  host: word(row['host']),
  port: typeof row['port'] === 'number' ? row['port'] : null,
  security: row['security'] === 'none' || row['security'] === 'starttls' ? row['security'] : 'tls',
  user: word(row['user']),
  secret: word(row['secret']),
})

const configOf = (doc: Row): MailboxConfig => {
  const receive = (doc['receive'] ?? {}) as Row
  const send = (doc['send'] ?? {}) as Row
  const settings = (doc['settings'] ?? {}) as Row
  const afterwards = receive['afterwards']
  const replyAddress = settings['replyAddress']
  return {
    id: doc['id'] as DocID,
    name: word(doc['name']),
    address: word(doc['address']),
    fromName: word(doc['fromName']),
    type: doc['type'] === 'web' ? 'web' : 'email',
    archived: doc['archived'] === true,
    updatedAt: word(doc['updatedAt']),
    receive: {
      ...loginOf(receive),
      folder: word(receive['folder']) || 'INBOX',
      afterwards: afterwards === 'seen' || afterwards === 'move' ? afterwards : 'leave',
      moveTo: word(receive['moveTo']),
    },
    send: { ...loginOf(send), saveSent: send['saveSent'] === true, sentFolder: word(send['sentFolder']) },
    settings: {
      showAgentName: settings['showAgentName'] !== false,
      acknowledge: settings['acknowledge'] === true,
      signature: word(settings['signature']),
      replyAddress: replyAddress === 'plain' || replyAddress === 'plus' ? replyAddress : 'auto',
      subjectTag: settings['subjectTag'] === true,
      trustedAuthservId: word(settings['trustedAuthservId']),
    },
    templates: (doc['templates'] ?? {}) as MailboxTemplates,
  }
}

/** Every mailbox, the archived ones included. */
export const readMailboxes = async (payload: Payload): Promise<MailboxConfig[]> => {
  const { docs } = await payload.find({
    collection: getHelpdesk(payload).slugs.mailboxes as never,
    depth: 0,
    overrideAccess: true,
    pagination: false,
    showHiddenFields: true,
    req: await createLocalReq({}, payload),
  })
  return (docs as unknown as Row[]).map(configOf)
}

/** One mailbox; null when it is gone. */
export const readMailbox = async (payload: Payload, id: DocID): Promise<MailboxConfig | null> => {
  const doc = await payload.findByID({
    collection: getHelpdesk(payload).slugs.mailboxes as never,
    id,
    depth: 0,
    disableErrors: true,
    overrideAccess: true,
    showHiddenFields: true,
    req: await createLocalReq({}, payload),
  })
  return doc ? configOf(doc as unknown as Row) : null
}

/** The password of a login. Throws `MailError` `needsPassword` where none is stored or no key opens it. */
export const passwordOf = (payload: Payload, login: MailLogin): string => {
  const password = login.secret
    ? decrypt({ payload, purpose: 'mailbox-password', value: login.secret })
    : null
  if (password === null) {
    throw new MailError('The password has to be typed again.', { retry: false, code: 'needsPassword' })
  }
  return password
}
