import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { insertRows, sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { decrypt, encrypt, randomKey } from '../core/secret.js'
import { inTransaction } from '../core/transaction.js'
import { mostKeysOfAKind, type WebhookKeyKind } from '../rules/webhookKeys.js'

/** A key as managers see it; the secret itself is shown once, when it is made. */
export type WebhookKey = {
  id: DocID
  kind: WebhookKeyKind
  /** The last four characters of the secret. */
  hint: string
  createdAt: string
  lastUsedAt: string | null
  /** False where no secret of this site opens it any more: nothing can be signed with it, and it takes no place. */
  isReadable: boolean
}

/** How finely the last use is noted, so that not each call writes. */
const usedEveryMs = 60_000

const table = (req: PayloadRequest): string =>
  tableOf(req.payload, getHelpdesk(req.payload).slugs.webhookKeys)

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** The keys of a mailbox's webhook, the oldest first. */
export const listKeys = async (req: PayloadRequest, mailbox: DocID): Promise<WebhookKey[]> => {
  const { rows } = await sqlOf(req).query<WebhookKey & { secret: string }>(
    `select id, kind, hint, created_at "createdAt", last_used_at "lastUsedAt", secret from ${table(req)}
     where mailbox_id = $1 order by kind, id`,
    [mailbox],
  )
  return rows.map(({ secret, ...key }) => ({
    ...key,
    isReadable: key.kind === 'url' || opened(req, secret) !== null,
  }))
}

const opened = (req: PayloadRequest, value: string): string | null =>
  decrypt({ payload: req.payload, purpose: 'webhook-secret', value })

type KeyArgs = { req: PayloadRequest; mailbox: DocID }

/**
 * Makes another key and gives its secret back, once: of a signing key it is stored encrypted, of a URL's token the
 * hash alone. Two of a kind are valid at once, so that senders can be moved from one to the other without a gap.
 * Throws `notFound`, `tooManyKeys`.
 */
export const createKey = ({
  req,
  mailbox,
  kind,
}: KeyArgs & { kind: WebhookKeyKind }): Promise<{ key: WebhookKey; secret: string }> =>
  inTransaction(req, async (own) => {
    const mailboxes = tableOf(req.payload, getHelpdesk(req.payload).slugs.mailboxes)
    const { rows } = await sqlOf(own).query(`select 1 from ${mailboxes} where id = $1 for update`, [mailbox])
    if (!rows.length) throw new HelpdeskError('notFound')
    const present = (await listKeys(own, mailbox)).filter((key) => key.kind === kind && key.isReadable)
    if (present.length >= mostKeysOfAKind) throw new HelpdeskError('tooManyKeys')
    // Standard Webhooks: 24 to 64 random bytes, base64 behind `whsec_`.
    const secret = kind === 'signing' ? `whsec_${randomBytes(32).toString('base64')}` : randomKey(160)
    const key = {
      kind,
      hint: secret.replace(/=+$/, '').slice(-4),
      createdAt: now().toISOString(),
      lastUsedAt: null,
    }
    const [id] = await insertRows({
      req: own,
      slug: getHelpdesk(req.payload).slugs.webhookKeys,
      rows: [
        {
          ...key,
          mailbox,
          secret:
            kind === 'signing'
              ? encrypt({ payload: req.payload, purpose: 'webhook-secret', value: secret })
              : hashOf(secret),
        },
      ],
    })
    return { key: { id: id!, ...key, isReadable: true }, secret }
  })

/** Makes a key worthless at once. Throws `notFound`. */
export const revokeKey = async (req: PayloadRequest, key: DocID): Promise<void> => {
  const { rowCount } = await sqlOf(req).query(`delete from ${table(req)} where id = $1`, [key])
  if (!rowCount) throw new HelpdeskError('notFound')
}

/** Secrets that sign calls of a mailbox; one that no key of this site opens is as good as none. */
export const signingSecrets = async ({ req, mailbox }: KeyArgs): Promise<{ id: DocID; secret: string }[]> => {
  const { rows } = await sqlOf(req).query<{ id: DocID; secret: string }>(
    `select id, secret from ${table(req)} where mailbox_id = $1 and kind = 'signing' order by id desc`,
    [mailbox],
  )
  return rows.flatMap(({ id, secret }) => {
    const value = opened(req, secret)
    return value === null ? [] : [{ id, secret: value }]
  })
}

/** The URL token that was given, if the mailbox has it. Compared in constant time. */
export const keyOfToken = async ({
  req,
  mailbox,
  token,
}: KeyArgs & { token: string }): Promise<DocID | null> => {
  const { rows } = await sqlOf(req).query<{ id: DocID; secret: string }>(
    `select id, secret from ${table(req)} where mailbox_id = $1 and kind = 'url'`,
    [mailbox],
  )
  const given = Buffer.from(hashOf(token), 'hex')
  return rows.find(({ secret }) => timingSafeEqual(given, Buffer.from(secret, 'hex')))?.id ?? null
}

/** Notes that a key is in use, so that one that nobody uses any more can be revoked. */
export const noteUse = async (req: PayloadRequest, key: DocID): Promise<void> => {
  const at = now()
  await sqlOf(req).query(
    `update ${table(req)} set last_used_at = $2
     where id = $1 and coalesce(last_used_at, '-infinity') < $3`,
    [key, at.toISOString(), new Date(at.getTime() - usedEveryMs).toISOString()],
  )
}
