import { createHmac, randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import type { Desk } from './mail-out.desk.js'

// Calls of other systems, through Payload's own REST handler.

export type Sent = {
  secret?: string
  id?: string | null
  timestamp?: number | string
  signature?: string
  mailbox?: DocID | string
  token?: string
  headers?: Record<string, string>
  /** What is sent, where it is not what was signed. */
  tampered?: string
}

export const secondsNow = () => Math.floor(Date.now() / 1000)

/** By the scheme itself, not by the library that checks it. */
const signatureOf = (key: string, [beginning, body]: [string, string | Buffer]) =>
  `v1,${createHmac('sha256', Buffer.from(key.slice('whsec_'.length), 'base64'))
    .update(beginning)
    .update(body)
    .digest('base64')}`

/** A sender that has a key of the desk's mailbox. */
export const callerOf =
  (desk: Desk, secret: string) =>
  async (body: unknown, sent: Sent = {}) => {
    const raw = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    const id = sent.id === undefined ? randomUUID() : sent.id
    const timestamp = String(sent.timestamp ?? secondsNow())
    const signed: Record<string, string> = sent.token
      ? {}
      : {
          ...(id !== null && { 'webhook-id': id }),
          'webhook-timestamp': timestamp,
          'webhook-signature':
            sent.signature ?? signatureOf(sent.secret ?? secret, [`${id}.${timestamp}.`, raw]),
        }
    const query = sent.token ? `?token=${sent.token}` : ''
    const result = await desk.site.rest<Record<string, unknown>>(
      'POST',
      `/helpdesk/webhook/${sent.mailbox ?? desk.mailbox}${query}`,
      {
        raw: sent.tampered ?? raw,
        headers: {
          'content-type': 'application/json',
          // A server's call carries no word of a site.
          'sec-fetch-site': '',
          ...signed,
          ...sent.headers,
        },
      },
    )
    return { status: result.status, body: result.body, type: result.headers.get('content-type') }
  }

let count = 0
/** A body of which each has a subject of its own. */
export const request = (change: object = {}) => ({
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  subject: `The kettle ${++count}`,
  message: 'It leaks.',
  ...change,
})

export const keysPath = (mailbox: DocID) => `/helpdesk/mailboxes/${mailbox}/webhook-keys`

/** Made by a manager, as in the mailbox's form. */
export const newKey = async (
  desk: Desk,
  { kind = 'signing', mailbox = desk.mailbox }: { kind?: 'signing' | 'url'; mailbox?: DocID } = {},
) => {
  const { status, body } = await desk.site.rest<{ key: { id: DocID }; secret: string }>(
    'POST',
    keysPath(mailbox),
    { user: desk.site.users.manager, body: { kind } },
  )
  expect(status).toBe(200)
  return body
}

const left = [
  'tickets',
  'messages',
  'contacts',
  'contactAddresses',
  'attachments',
  'webhookCalls',
  'outboundEmails',
  'activities',
]

/** Everything that a call could leave behind, counted. */
export const stored = (desk: Desk): Promise<number[]> =>
  Promise.all(left.map(async (key) => (await desk.rows(key)).length))
