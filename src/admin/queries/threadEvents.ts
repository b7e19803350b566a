import type { ActivityKind, DocID } from '../../collections/types.js'
import { sqlOf } from '../../core/database.js'
import type { EventView } from '../api.js'
import { binder, iso, tablesOf } from './tables.js'
import type { ThreadPageArgs } from './threadMessages.js'

/** These show as the message itself, or as its delivery. */
const shownAsMessage: ActivityKind[] = [
  'customerReplied',
  'agentReplied',
  'replyHeld',
  'replyUndone',
  'noteAdded',
  'deliveryChanged',
  'deliveryFailed',
]

const maxEvents = 200

/** The lines of history that stand among a page of messages, oldest first. Whoever asks. */
export const readEvents = async ({ req, ticket, before, limit }: ThreadPageArgs): Promise<EventView[]> => {
  const { activities, messages, users, personName } = tablesOf(req.payload)
  const values: unknown[] = []
  const bind = binder(values)
  const of = `m.ticket_id = ${bind(ticket)} and m.delivery is distinct from 'cancelled'`
  const until =
    before === undefined
      ? ''
      : `(select b.created_at from ${messages} b where b.id = ${bind(before)} and b.ticket_id = $1)`
  const { rows } = await sqlOf(req).query(
    `select a.id, a.kind, a.created_at, a.actor_id, ${personName('ua')} actor_name, a.actor_kind, a.data, a.status,
       a.status_before, a.assignee_id, ${personName('un')} assignee_name, a.assignee_before_id,
       ${personName('ub')} assignee_before_name
     from ${activities} a
     left join ${users} ua on ua.id = a.actor_id
     left join ${users} un on un.id = a.assignee_id
     left join ${users} ub on ub.id = a.assignee_before_id
     where a.ticket_id = $1 and a.kind <> all(${bind(shownAsMessage)})
       and a.created_at >= coalesce((
         select m.created_at from ${messages} m where ${of} ${until && `and m.created_at < ${until}`}
         order by m.created_at desc, m.id desc offset ${limit} limit 1), '-infinity')
       ${until && `and a.created_at < ${until}`}
     order by a.created_at desc, a.id desc limit ${maxEvents}`,
    values,
  )
  return rows.reverse().map(toEventView)
}

const person = (row: Record<string, unknown>, key: string) =>
  row[`${key}_id`] == null ? null : { id: row[`${key}_id`] as DocID, name: String(row[`${key}_name`] ?? '') }

const toEventView = (row: Record<string, unknown>): EventView => ({
  id: row['id'] as DocID,
  kind: String(row['kind']),
  createdAt: iso(row['created_at']),
  actor: person(row, 'actor'),
  actorKind: row['actor_kind'] as EventView['actorKind'],
  data: (row['data'] ?? {}) as Record<string, unknown>,
  status: String(row['status'] ?? ''),
  statusBefore: String(row['status_before'] ?? ''),
  assignee: person(row, 'assignee'),
  assigneeBefore: person(row, 'assignee_before'),
})
