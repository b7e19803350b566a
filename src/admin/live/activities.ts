import type { Payload } from 'payload'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { sqlOf } from '../../core/database.js'
import { tablesOf } from '../queries/tables.js'

/** A line of history as the stream needs it. */
export type Happening = {
  id: DocID
  kind: string
  ticket: DocID | null
  actor: DocID | null
  mailboxBefore: DocID | null
  assigneeBefore: DocID | null
  data: { id?: DocID; followers?: DocID[] } | null
  /** Whose reply did not reach somebody, by this line. */
  undelivered: DocID | null
  at: Date
}

/**
 * Transactions commit in another order than their rows were numbered and dated in: what was read is read again for
 * this long, and told apart by its id.
 */
const overlapMs = 5000

const pageRows = 1000

/** A process that fell further behind goes on with its next look. */
const maxPages = 20

/** Who was away for longer reads everything anew. Longer than a stream lives: its last news may be from its beginning. */
const maxGapMs = 2 * 60 * 60_000

const columnsOf = (messages: string): string =>
  `a.id, a.kind, a.ticket_id ticket, a.actor_id actor, a.mailbox_before_id "mailboxBefore",
   a.assignee_before_id "assigneeBefore", case when a.kind = 'ticketDeleted' then a.data end data, a.created_at at,
   case when a.kind = 'deliveryFailed' or (a.kind = 'mailBounced' and (a.data ->> 'permanent')::boolean)
     then (select m.author_id from ${messages} m where m.id = a.message_id) end undelivered`

type ReadArgs = { payload: Payload; where: string; values: unknown[] }

/** All lines of a condition, page by page: a burst must not hide what came after it. */
const readPages = async ({ payload, where, values }: ReadArgs): Promise<Happening[]> => {
  const { activities, messages } = tablesOf(payload)
  const all: Happening[] = []
  for (let page = 0; page < maxPages; page++) {
    const last = all.at(-1)
    const after = last ? `and (a.created_at, a.id) > ($${values.length + 1}, $${values.length + 2})` : ''
    const { rows } = await sqlOf({ payload }).query<Happening>(
      `select ${columnsOf(messages)} from ${activities} a where (${where}) ${after}
       order by a.created_at, a.id limit ${pageRows}`,
      last ? [...values, last.at, last.id] : values,
    )
    all.push(...rows)
    if (rows.length < pageRows) break
  }
  return all
}

/** What was written since a moment (milliseconds), for somebody who was away; nothing where that is too long ago. */
export const readSince = async (payload: Payload, since: number): Promise<Happening[]> => {
  if (!Number.isFinite(since) || since < now().getTime() - maxGapMs) return []
  return readPages({
    payload,
    where: 'a.created_at > to_timestamp($1::float8 / 1000)',
    values: [since - overlapMs],
  })
}

/** Returns, at each call, what was written since the call before. The first call only marks the place. */
export const activityReader = (payload: Payload): (() => Promise<Happening[]>) => {
  const { activities, idType } = tablesOf(payload)
  let known: Map<DocID, number> | undefined
  let newest = 0
  let highest = 0

  return async () => {
    const isFirst = known === undefined
    const since = isFirst
      ? `(select coalesce(max(created_at), 'epoch') from ${activities}) - $1 * interval '1 ms'`
      : `to_timestamp($2::float8 / 1000) - $1 * interval '1 ms'`
    // A server whose clock is behind dates its rows before the overlap; where ids are numbers, theirs are higher.
    const higher = idType === 'int' && !isFirst ? `or a.id > ${highest}` : ''
    const rows = await readPages({
      payload,
      where: `a.created_at > ${since} ${higher}`,
      values: isFirst ? [overlapMs] : [overlapMs, newest],
    })
    const before = known ?? new Map<DocID, number>()
    const fresh = rows.filter((row) => !before.has(row.id))
    for (const row of rows) before.set(row.id, row.at.getTime())
    // One whose clock is ahead must not move the place past what the others write.
    newest = Math.min(now().getTime(), Math.max(newest, rows.at(-1)?.at.getTime() ?? 0))
    if (idType === 'int') for (const row of rows) highest = Math.max(highest, Number(row.id))
    for (const [id, at] of before) if (at < newest - 2 * overlapMs) before.delete(id)
    known = before
    return isFirst ? [] : fresh
  }
}
