import { createHash } from 'node:crypto'
import type { Payload, PayloadRequest } from 'payload'
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

/** What makes a call the same call. */
export type CallName = { kind: 'id' | 'external'; key: string }

export type CallArgs = {
  req: PayloadRequest
  mailbox: DocID
  /** The webhook's id first, which each call has of its own. */
  names: CallName[]
}

type NamesArgs = { caller: 'signature' | 'token'; webhookId: string; externalId: string }

/**
 * The names under which a call comes again; hashed, as the sender chose them. Whoever has only a token takes no name
 * from those who sign.
 */
export const namesOf = ({ caller, webhookId, externalId }: NamesArgs): CallName[] =>
  (
    [
      ['id', webhookId],
      ['external', externalId],
    ] as const
  )
    .filter(([, value]) => value !== '')
    .map(([kind, value]) => ({
      kind,
      key: createHash('sha256').update(`${caller}:${kind}:${value}`).digest('hex'),
    }))

const table = (req: PayloadRequest): string =>
  tableOf(req.payload, getHelpdesk(req.payload).slugs.webhookCalls)

type Row = CallName & { mailbox: DocID; answer: Answer | null; createdAt: string }

const write = (
  { req, mailbox }: Pick<CallArgs, 'req' | 'mailbox'>,
  { name, answer }: { name: CallName; answer: Answer | null },
): Promise<DocID[]> => {
  const row: Row = { ...name, mailbox, answer, createdAt: now().toISOString() }
  return insertRows({
    req,
    slug: getHelpdesk(req.payload).slugs.webhookCalls,
    onConflict: 'nothing',
    rows: [row],
  })
}

/**
 * The answer that the call got before, null where it is new. A try under a new webhook id is known by its external id,
 * and then by that id too; an external id is never taken over from a body that came under a used one.
 */
export const earlierAnswer = async (args: CallArgs): Promise<Answer | null> => {
  const { req, mailbox, names } = args
  for (const [index, { key }] of names.entries()) {
    const { rows } = await sqlOf(req).query<{ answer: Answer }>(
      `select answer from ${table(req)} where mailbox_id = $1 and key = $2 and answer is not null`,
      [mailbox, key],
    )
    if (!rows[0]) continue
    for (const name of names.slice(0, index)) {
      await write(args, { name, answer: rows[0].answer })
      await fill(args, { name, answer: rows[0].answer })
    }
    return rows[0].answer
  }
  return null
}

/**
 * Takes the names of a call, in the transaction that stores what it brings; false where one is taken. The same call in
 * another process waits here for the COMMIT of the first.
 */
export const claimCall = async (args: CallArgs): Promise<boolean> => {
  for (const name of args.names) if (!(await write(args, { name, answer: null })).length) return false
  return true
}

const fill = (
  { req, mailbox }: Pick<CallArgs, 'req' | 'mailbox'>,
  { name, answer }: { name: CallName; answer: Answer },
) =>
  sqlOf(req).query(
    `update ${table(req)} set answer = $3 where mailbox_id = $1 and key = $2 and answer is null`,
    [mailbox, name.key, JSON.stringify(answer)],
  )

/** Keeps what the call is answered, under all its names. */
export const storeAnswer = async (args: CallArgs, answer: Answer): Promise<void> => {
  for (const name of args.names) await fill(args, { name, answer })
}

/** Retries of a call end long before; a matter's external id is known for ever. */
const keepIdsMs = 30 * 24 * 60 * 60_000

/** Forgets webhook ids that nobody sends again, and what belongs to a mailbox that is gone. */
export const sweepCalls = async (payload: Payload): Promise<{ more: boolean }> => {
  const { slugs } = getHelpdesk(payload)
  const { rowCount } = await sqlOf({ payload }).query(
    `delete from ${tableOf(payload, slugs.webhookCalls)} where id in (
       select id from ${tableOf(payload, slugs.webhookCalls)}
       where mailbox_id is null or (kind = 'id' and created_at < $1) limit 1000
     )`,
    [new Date(now().getTime() - keepIdsMs).toISOString()],
  )
  await sqlOf({ payload }).query(
    `delete from ${tableOf(payload, slugs.webhookKeys)} where mailbox_id is null`,
  )
  return { more: rowCount === 1000 }
}
