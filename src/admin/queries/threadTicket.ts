import type { PayloadRequest } from 'payload'
import { scopeSQL, type TicketScope } from '../../collections/access/scope.js'
import type { DocID } from '../../collections/types.js'
import { sqlOf } from '../../core/database.js'
import { HelpdeskError } from '../../core/errors.js'
import { isBlockedSender } from '../../operations/blockSender.js'
import { canSendSQL } from '../../operations/checkMailbox.js'
import { isNotified } from '../../operations/queueNotification.js'
import type { MailboxTemplates } from '../../rules/notifications.js'
import { type ToldOfStatus, toldOfStatus } from '../../rules/status.js'
import type { ThreadView } from '../api.js'
import { binder, iso, isoOrNull, tablesOf } from './tables.js'
import { type RawRow, rowColumns, toTicketRow } from './ticketRows.js'

type FactsArgs = { req: PayloadRequest; ticket: DocID; scope: TicketScope }

type TicketFacts = Pick<ThreadView, 'mailbox' | 'blocked'> & { ticket: Omit<ThreadView['ticket'], 'extra'> }

type Linked = { id: DocID; number: number; subject: string } | null

type Telling = { sends: boolean; templates: MailboxTemplates | null } | null

const tellsOf = (telling: Telling, isMute: boolean): ThreadView['ticket']['tells'] => {
  const tells = (event: ToldOfStatus) =>
    Boolean(telling?.sends) && !isMute && isNotified(telling?.templates ?? {}, event)
  return Object.fromEntries(toldOfStatus.map((event) => [event, tells(event)])) as Record<
    ToldOfStatus,
    boolean
  >
}

/**
 * The ticket's own facts; `ticketGone` where the caller may not see it. Linked tickets only where seen too; of the
 * mailbox, what an answer shows of it anyway.
 */
export const readTicketFacts = async ({ req, ticket, scope }: FactsArgs): Promise<TicketFacts> => {
  const { tickets, mailboxes } = tablesOf(req.payload)
  const values: unknown[] = []
  const bind = binder(values)
  const linked = (
    column: string,
  ) => `(select json_build_object('id', l.id, 'number', l.number, 'subject', l.subject)
    from ${tickets} l where l.id = t.${column} and ${scopeSQL({ req, scope, alias: 'l', values })})`
  const { rows } = await sqlOf(req).query<RawRow>(
    `select ${rowColumns(req, bind(req.user!.id))}, t.created_at, t.source, t.first_response_at,
       ${linked('follow_up_of_id')} follow_up_of, ${linked('related_to_id')} related_to,
       (select json_build_object('id', m.id, 'name', m.name, 'address', m.address, 'canSend', ${canSendSQL(req.payload, 'm')})
        from ${mailboxes} m where m.id = t.mailbox_id) ticket_mailbox,
       (select json_build_object('sends', ${canSendSQL(req.payload, 'm')} and not coalesce(m.archived, false),
          'templates', (select jsonb_object_agg(e.key, json_build_object('on', e.value->'on'))
            from jsonb_each(case jsonb_typeof(m.templates) when 'object' then m.templates else '{}' end) e
            where e.value ? 'on'))
        from ${mailboxes} m where m.id = t.mailbox_id) telling
     from ${tickets} t
     where t.id = ${bind(ticket)} and ${scopeSQL({ req, scope, alias: 't', values })}`,
    values,
  )
  const row = rows[0]
  if (!row) throw new HelpdeskError('ticketGone')
  const base = toTicketRow(row)
  return {
    ticket: {
      ...base,
      createdAt: iso(row['created_at']),
      source: String(row['source'] ?? ''),
      firstResponseAt: isoOrNull(row['first_response_at']),
      followUpOf: (row['follow_up_of'] ?? null) as Linked,
      relatedTo: (row['related_to'] ?? null) as Linked,
      tells: tellsOf(row['telling'] as Telling, base.automatic || base.spam),
    },
    mailbox: row['ticket_mailbox'] as ThreadView['mailbox'],
    blocked: await isBlockedSender(req, base.requester.address),
  }
}

type RowsArgs = { req: PayloadRequest; ids: DocID[]; scope: TicketScope }

/** A ticket's line as it is now for the caller; null where they may not see it (any more). */
export const readTicketRows = async ({ req, ids, scope }: RowsArgs): Promise<RawRow[]> => {
  if (!ids.length || !req.user) return []
  const values: unknown[] = []
  const bind = binder(values)
  const { rows } = await sqlOf(req).query<RawRow>(
    `select ${rowColumns(req, bind(req.user.id))} from ${tablesOf(req.payload).tickets} t
     where t.id = any(${bind(ids)}) and ${scopeSQL({ req, scope, alias: 't', values })}`,
    values,
  )
  return rows
}
