import { createHash } from 'node:crypto'
import type { PayloadRequest } from 'payload'
import type { DocID } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { insertRows, sqlOf, tableOf } from '../core/database.js'

/** What a call is answered, the first time and each time it comes again. */
export type Answer = {
  result: 'created' | 'appended'
  ticket: { id: DocID; number: number }
  message: DocID
}

export type CallArgs = {
  req: PayloadRequest
  mailbox: DocID
  /** Names of this call, each of which makes it the same call. */
  keys: string[]
}

/** The names under which a call comes again; hashed, as the sender chose them. */
export const keysOf = ({ webhookId, externalId }: { webhookId: string; externalId: string }): string[] =>
  [webhookId && `id:${webhookId}`, externalId && `external:${externalId}`]
    .filter((key) => key !== '')
    .map((key) => createHash('sha256').update(key).digest('hex'))

const table = (req: PayloadRequest): string =>
  tableOf(req.payload, getHelpdesk(req.payload).slugs.webhookCalls)

/** The answer that one of these names got before; null where none did. */
export const earlierAnswer = async ({ req, mailbox, keys }: CallArgs): Promise<Answer | null> => {
  if (!keys.length) return null
  const { rows } = await sqlOf(req).query<{ answer: Answer }>(
    `select answer from ${table(req)} where mailbox_id = $1 and key = any($2) and answer is not null order by id limit 1`,
    [mailbox, keys],
  )
  return rows[0]?.answer ?? null
}

/**
 * Takes the names of a call, in the transaction that stores what it brings; false where one is taken. The same call in
 * another process waits here for the COMMIT of the first, which is why the webhook's id, that each call has of its own,
 * comes first.
 */
export const claimCall = async ({ req, mailbox, keys }: CallArgs): Promise<boolean> => {
  for (const key of keys) {
    const written = await insertRows({
      req,
      slug: getHelpdesk(req.payload).slugs.webhookCalls,
      onConflict: 'nothing',
      rows: [{ mailbox, key, answer: null, createdAt: now().toISOString() }],
    })
    if (!written.length) return false
  }
  return true
}

/** Keeps what the call is answered, under all its names, of which some may be new. */
export const storeAnswer = async ({ req, mailbox, keys }: CallArgs, answer: Answer): Promise<void> => {
  if (!keys.length) return
  await insertRows({
    req,
    slug: getHelpdesk(req.payload).slugs.webhookCalls,
    onConflict: 'nothing',
    rows: keys.map((key) => ({ mailbox, key, answer, createdAt: now().toISOString() })),
  })
  await sqlOf(req).query(
    `update ${table(req)} set answer = $3 where mailbox_id = $1 and key = any($2) and answer is null`,
    [mailbox, keys, JSON.stringify(answer)],
  )
}
