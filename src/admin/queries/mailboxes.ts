import type { PayloadRequest } from 'payload'
import { roleOf } from '../../collections/access/role.js'
import { memberMailboxes } from '../../collections/access/scope.js'
import type { DocID } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import { relationColumn, sqlOf } from '../../core/database.js'
import { canSendSQL } from '../../operations/checkMailbox.js'
import type { MailboxHealth, Overview } from '../api.js'
import { isoOrNull, tablesOf } from './tables.js'

type Health = MailboxHealth['receive']['state']

export type MailboxRow = {
  id: DocID
  name: string
  address: string
  archived: boolean
  canSend: boolean
  receives: boolean
  members: DocID[]
  health: Health
  error: string
  sendHealth: Health
  sendError: string
  errorCode: string
  sendErrorCode: string
}

const healthColumns = `coalesce(s.health, 'new') health, coalesce(s.error, '') error,
  coalesce(s.send_health, 'new') "sendHealth", coalesce(s.send_error, '') "sendError",
  coalesce(s.error_code, '') "errorCode", coalesce(s.send_error_code, '') "sendErrorCode"`

/** The mailboxes that the caller works in; managers see all. Archived ones last. */
export const readMailboxes = async (req: PayloadRequest): Promise<MailboxRow[]> => {
  const { mailboxes, mailboxState } = tablesOf(req.payload)
  const members = mailboxes.replace(/"$/, '_rels"')
  const user = `r.${relationColumn(req.payload, getHelpdesk(req.payload).usersSlug)}`
  const ofAgent = roleOf(req) === 'agent'
  const { rows } = await sqlOf(req).query<MailboxRow>(
    `select m.id, m.name, m.address, coalesce(m.archived, false) archived,
       ${canSendSQL(req.payload, 'm')} "canSend",
       (m.type = 'email' and m.receive_kind = 'imap') receives,
       coalesce((select json_agg(${user}) from ${members} r where r.parent_id = m.id and r.path = 'members'), '[]') members,
       ${healthColumns}
     from ${mailboxes} m left join ${mailboxState} s on s.mailbox_id = m.id
     where ${ofAgent ? 'm.id = any($1)' : 'true'} order by coalesce(m.archived, false), lower(m.name), m.id`,
    ofAgent ? [await memberMailboxes(req)] : [],
  )
  return rows
}

const worst: Health[] = ['needsPassword', 'failing', 'warning', 'new', 'ok']

type Verdict = Pick<Overview['mailboxes'][number], 'health' | 'problem' | 'problemCode'>

/** One word for both directions, the worse one. What a mailbox does not do cannot be wrong. */
export const healthOf = (row: MailboxRow): Verdict => {
  const sides = [
    ...(row.receives ? [{ health: row.health, error: row.error, code: row.errorCode }] : []),
    // It is new until the first mail has left, which says nothing against it.
    ...(row.canSend && row.sendHealth !== 'new'
      ? [{ health: row.sendHealth, error: row.sendError, code: row.sendErrorCode }]
      : []),
  ]
  const found = worst.map((health) => sides.find((side) => side.health === health)).find(Boolean)
  if (!found) return { health: row.receives ? 'new' : 'ok', problem: null, problemCode: null }
  const isWrong = found.health !== 'ok' && found.health !== 'new'
  return {
    health: found.health,
    problem: isWrong ? found.error || null : null,
    problemCode: isWrong ? found.code || null : null,
  }
}

/** Everything known of how a mailbox receives and sends; null where there is no such mailbox. */
export const readHealth = async (req: PayloadRequest, mailbox: DocID): Promise<MailboxHealth | null> => {
  const { mailboxes, mailboxState, inboundEmails, outboundEmails } = tablesOf(req.payload)
  const capped = (from: string, limit = 1000) =>
    `(select count(*)::int from (select 1 from ${from} limit ${limit}) x)`
  const { rows } = await sqlOf(req).query(
    `select ${healthColumns}, s.last_try_at, s.last_success_at, s.next_try_at,
       s.started_at, s.last_sent_at, coalesce(s.plus_address_works, false) plus,
       ${capped(`${inboundEmails} i where i.mailbox_id = m.id and i.state = 'received'`, 100_000)} waiting,
       ${capped(`${inboundEmails} i where i.mailbox_id = m.id and i.state = 'quarantined'`)} quarantined,
       ${capped(`${outboundEmails} o where o.mailbox_id = m.id and o.state in ('held', 'queued', 'sending')`)} queued,
       ${capped(`${outboundEmails} o where o.mailbox_id = m.id and o.state = 'failed'`)} failed
     from ${mailboxes} m left join ${mailboxState} s on s.mailbox_id = m.id where m.id = $1`,
    [mailbox],
  )
  const row = rows[0]
  if (!row) return null
  return {
    receive: {
      state: row['health'] as Health,
      lastTryAt: isoOrNull(row['last_try_at']),
      lastSuccessAt: isoOrNull(row['last_success_at']),
      nextTryAt: isoOrNull(row['next_try_at']),
      error: String(row['error']),
      errorCode: String(row['errorCode']),
      startedAt: isoOrNull(row['started_at']),
      waiting: Number(row['waiting']),
    },
    send: {
      state: row['sendHealth'] as Health,
      lastSentAt: isoOrNull(row['last_sent_at']),
      error: String(row['sendError']),
      errorCode: String(row['sendErrorCode']),
      queued: Number(row['queued']),
      failed: Number(row['failed']),
    },
    plusAddressWorks: Boolean(row['plus']),
    quarantined: Number(row['quarantined']),
  }
}
