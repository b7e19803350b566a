import { randomBytes } from 'node:crypto'
import type { PayloadRequest } from 'payload'
import type { DocID } from '../../collections/types.js'
import { forgetListening } from '../../collections/Webhooks/listening.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { insertRows, sqlOf, tableOf } from '../../core/database.js'
import { HelpdeskError } from '../../core/errors.js'
import { decrypt, encrypt } from '../../core/secret.js'
import { inTransaction } from '../../core/transaction.js'

/** A secret as managers see it; the secret itself is shown once, when it is made. */
export type WebhookSecret = {
  id: DocID
  /** The last four characters of the secret. */
  hint: string
  createdAt: string
  /** When the one before the newest stops to sign; null for the newest. */
  expiresAt: string | null
  /** False where no key of this site opens it any more. */
  isReadable: boolean
}

/** How long the secret before the newest signs beside it. */
const overlapMs = 24 * 60 * 60_000

type SecretArgs = { req: PayloadRequest; webhook: DocID }
type Row = Omit<WebhookSecret, 'isReadable'> & { secret: string }

const table = (req: PayloadRequest): string =>
  tableOf(req.payload, getHelpdesk(req.payload).slugs.webhookSecrets)

/** Those that sign now, the newest first. */
const valid = async ({ req, webhook }: SecretArgs): Promise<Row[]> => {
  const { rows } = await sqlOf(req).query<Row>(
    `select id, hint, created_at "createdAt", expires_at "expiresAt", secret from ${table(req)}
     where webhook_id = $1 and (expires_at is null or expires_at > $2) order by id desc`,
    [webhook, now().toISOString()],
  )
  return rows
}

const opened = (req: PayloadRequest, value: string): string | null =>
  decrypt({ payload: req.payload, purpose: 'webhook-secret', value })

/** The secrets of a webhook, without what they are. */
export const listSecrets = async (args: SecretArgs): Promise<WebhookSecret[]> =>
  (await valid(args)).map(({ secret, ...row }) => ({ ...row, isReadable: opened(args.req, secret) !== null }))

/** What a call is signed with; one that no key of this site opens is as good as none. */
export const signingSecrets = async (args: SecretArgs): Promise<string[]> =>
  (await valid(args)).flatMap(({ secret }) => opened(args.req, secret) ?? [])

/**
 * Makes a webhook another secret and gives it back, once. The one before it signs beside it for a day, so that the
 * receiver can be moved without a gap; one that was older signs no more. Throws `notFound`.
 */
export const rotateSecret = async ({
  req,
  webhook,
}: SecretArgs): Promise<{ secret: string; secrets: WebhookSecret[] }> => {
  const made = await inTransaction(req, async (own) => {
    const { slugs } = getHelpdesk(own.payload)
    const { rows } = await sqlOf(own).query(
      `select 1 from ${tableOf(own.payload, slugs.webhooks)} where id = $1 for update`,
      [webhook],
    )
    if (!rows.length) throw new HelpdeskError('notFound')
    const at = now()
    await sqlOf(own).query(`delete from ${table(own)} where webhook_id = $1 and expires_at is not null`, [
      webhook,
    ])
    await sqlOf(own).query(`update ${table(own)} set expires_at = $2 where webhook_id = $1`, [
      webhook,
      new Date(at.getTime() + overlapMs).toISOString(),
    ])
    // Standard Webhooks: 24 to 64 random bytes, base64 behind `whsec_`.
    const secret = `whsec_${randomBytes(32).toString('base64')}`
    await insertRows({
      req: own,
      slug: slugs.webhookSecrets,
      rows: [
        {
          webhook,
          secret: encrypt({ payload: own.payload, purpose: 'webhook-secret', value: secret }),
          hint: secret.replace(/=+$/, '').slice(-4),
          expiresAt: null,
          createdAt: at.toISOString(),
        },
      ],
    })
    return { secret, secrets: await listSecrets({ req: own, webhook }) }
  })
  forgetListening(req.payload)
  return made
}
