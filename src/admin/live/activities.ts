import type { Payload } from 'payload'
import type { DocID } from '../../collections/types.js'
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
  at: Date
}

/**
 * Transactions commit in another order than their rows were numbered and dated in: what was read is read again for
 * this long, and told apart by its id.
 */
const overlapMs = 5000

const maxRows = 1000

/** Who was away for longer reads everything anew. */
const maxGapMs = 60 * 60_000

const columns = `a.id, a.kind, a.ticket_id ticket, a.actor_id actor, a.mailbox_before_id "mailboxBefore",
  a.assignee_before_id "assigneeBefore", case when a.kind = 'ticketDeleted' then a.data end data, a.created_at at`

/** What was written since a moment (milliseconds), for somebody who was away; nothing where that is too long ago. */
export const readSince = async (payload: Payload, since: number): Promise<Happening[]> => {
  if (!Number.isFinite(since) || since < Date.now() - maxGapMs) return []
  const { rows } = await sqlOf({ payload }).query<Happening>(
    `select ${columns} from ${tablesOf(payload).activities} a
     where a.created_at > to_timestamp($1::float8 / 1000) order by a.created_at, a.id limit ${maxRows}`,
    [since - overlapMs],
  )
  return rows
}

/** Returns, at each call, what was written since the call before. The first call only marks the place. */
export const activityReader = (payload: Payload): (() => Promise<Happening[]>) => {
  const { activities, idType } = tablesOf(payload)
  const sql = sqlOf({ payload })
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
    const { rows } = await sql.query<Happening>(
      `select ${columns}
       from ${activities} a where a.created_at > ${since} ${higher} order by a.created_at, a.id limit ${maxRows}`,
      isFirst ? [overlapMs] : [overlapMs, newest],
    )
    const before = known ?? new Map<DocID, number>()
    const fresh = rows.filter((row) => !before.has(row.id))
    for (const row of rows) before.set(row.id, row.at.getTime())
    // One whose clock is ahead must not move the place past what the others write.
    newest = Math.min(Date.now(), Math.max(newest, ...rows.map((row) => row.at.getTime())))
    if (idType === 'int') highest = Math.max(highest, ...rows.map((row) => Number(row.id)))
    for (const [id, at] of before) if (at < newest - 2 * overlapMs) before.delete(id)
    known = before
    return isFirst ? [] : fresh
  }
}
