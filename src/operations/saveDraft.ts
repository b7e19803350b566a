import type { PayloadRequest } from 'payload'
import type { DocID, Recipient } from '../collections/types.js'
import { now } from '../core/clock.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { agentOf, agentOrRefuse } from './agentOf.js'
import type { VerbArgs } from './args.js'
import { renderWritten } from './renderSource.js'
import { onTicket } from './runVerb.js'

export type DraftKind = 'reply' | 'note'

export type WriteDraftArgs = {
  req: PayloadRequest
  agent: DocID
  ticket: DocID
  kind: DraftKind
  source: unknown
  recipients: Recipient[]
}

type Source = { text?: string; root?: { children: unknown[]; [key: string]: unknown } } | null

/** One document of two, the first one first. */
export const joinSources = (first: unknown, second: unknown): unknown => {
  const one = first as Source
  const other = second as Source
  if (!other || (!other.root && !other.text)) return first
  if (!one || (!one.root && !one.text)) return second
  if (one.root && other.root)
    return { root: { ...one.root, children: [...one.root.children, ...other.root.children] } }
  const text = [one, other].map((source) => renderWritten({ source, text: source.text ?? '' }).text)
  return { text: text.join('\n\n') }
}

/** Writes the one draft of this agent, ticket and kind; returns its id. */
export const writeDraft = async ({
  req,
  agent,
  ticket,
  kind,
  source,
  recipients,
}: WriteDraftArgs): Promise<DocID> => {
  const { rows } = await sqlOf(req).query<{ id: DocID }>(
    `insert into ${tableOf(req.payload, getHelpdesk(req.payload).slugs.drafts)}
       (agent_id, ticket_id, kind, source, recipients, updated_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (agent_id, ticket_id, kind) do update
       set source = excluded.source, recipients = excluded.recipients, updated_at = excluded.updated_at
     returning id`,
    [agent, ticket, kind, JSON.stringify(source ?? null), JSON.stringify(recipients), now().toISOString()],
  )
  return rows[0]!.id
}

export type DropDraftArgs = {
  req: PayloadRequest
  ticket: DocID
  kind: DraftKind
  /** Only a draft that says this. */
  text?: string
}

const wordsOf = (source: unknown): string => {
  const text = (source as Source)?.text
  return renderWritten({ source, ...(typeof text === 'string' && { text }) }).text
}

/** Takes away the draft of the agent who acts, once it has become a message. */
export const dropDraft = async ({ req, ticket, kind, text }: DropDraftArgs): Promise<void> => {
  const agent = agentOf(req)
  if (agent === null) return
  const table = tableOf(req.payload, getHelpdesk(req.payload).slugs.drafts)
  const own = `agent_id = $1 and ticket_id = $2 and kind = $3`
  const values = [agent, ticket, kind]
  if (text !== undefined) {
    const { rows } = await sqlOf(req).query<{ source: unknown }>(
      `select source from ${table} where ${own} for update`,
      values,
    )
    if (!rows[0] || wordsOf(rows[0].source) !== text) return
  }
  await sqlOf(req).query(`delete from ${table} where ${own}`, values)
}

export type SaveDraftArgs = VerbArgs & {
  ticket: DocID
  kind: DraftKind
  /** The editor's document; null with no files discards the draft. */
  source: unknown
  recipients?: Recipient[]
  /** Own uploads that belong to it. */
  attachments?: DocID[]
}

/**
 * Keeps what an agent is writing: one draft an agent, ticket and kind, seen by nobody else. Writes the draft and
 * ties its files to it. For agents who see the ticket. Throws `ticketGone`, `notSignedIn`, `notAllowed`.
 */
export const saveDraft = (args: SaveDraftArgs): Promise<{ updatedAt: string | null }> =>
  onTicket(args, async (req, ticket) => {
    const agent = agentOrRefuse(req)
    const { slugs } = getHelpdesk(req.payload)
    const attachments = args.attachments ?? []
    if (args.source == null && !attachments.length) {
      await sqlOf(req).query(
        `delete from ${tableOf(req.payload, slugs.drafts)} where agent_id = $1 and ticket_id = $2 and kind = $3`,
        [agent, ticket.id, args.kind],
      )
      return { updatedAt: null }
    }
    const draft = await writeDraft({
      req,
      agent,
      ticket: ticket.id,
      kind: args.kind,
      source: args.source,
      recipients: args.recipients ?? [],
    })
    const table = tableOf(req.payload, slugs.attachments)
    await sqlOf(req).query(
      `update ${table} set draft_id = case when id = any($2) then $1::${idType(req)} end
       where message_id is null and uploaded_by_id = $3 and (draft_id = $1 or id = any($2))`,
      [draft, attachments, agent],
    )
    return { updatedAt: now().toISOString() }
  })

const idType = (req: PayloadRequest): string => (req.payload.db.defaultIDType === 'number' ? 'int' : 'uuid')
