import type { PayloadRequest } from 'payload'
import { isManager, roleOf } from '../../collections/access/role.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf } from '../../core/database.js'
import { readHeartbeat } from '../../operations/heartbeat.js'
import type { Overview } from '../api.js'
import { type Agent, readAgents } from './agents.js'
import { countOpen } from './counts.js'
import { healthOf, type MailboxRow, readMailboxes } from './mailboxes.js'
import { tablesOf } from './tables.js'

/** What stands around the list: counters, mailboxes with their health, colleagues, the worker. */
export const readOverview = async (req: PayloadRequest): Promise<Overview> => {
  const forManager = isManager({ req })
  const { undoWindowMs, attachments } = getHelpdesk(req.payload)
  const [{ byMailbox, ...counts }, mailboxes, agents, heartbeat, quarantined, firstRun] = await Promise.all([
    countOpen(req),
    readMailboxes(req),
    readAgents(req),
    readHeartbeat(req.payload),
    forManager ? countQuarantined(req) : 0,
    isFirstRun(req, forManager),
  ])
  const me = agents.find(({ id }) => String(id) === String(req.user!.id))
  return {
    ...counts,
    mailboxes: mailboxes.map((row) => {
      const { health, problem, problemCode } = healthOf(row)
      const { id, name, address, archived, canSend } = row
      return {
        id,
        name,
        address,
        archived,
        canSend,
        open: byMailbox.get(String(id)) ?? 0,
        health,
        problem: forManager ? problem : null,
        problemCode: forManager ? problemCode : null,
      }
    }),
    agents: agents.map((agent) => ({
      id: agent.id,
      name: agent.name,
      mailboxes: worksIn(agent, mailboxes),
    })),
    worker: {
      lastRunAt: heartbeat.lastRunAt?.toISOString() ?? null,
      alive: heartbeat.alive,
      // What went wrong is for the log: an error's words may tell of the site's inside.
      failing: forManager
        ? heartbeat.failing.map(({ slice, since }) => ({ slice, since: since.toISOString() }))
        : [],
    },
    quarantined,
    me: { id: req.user!.id, name: me?.name ?? '', role: roleOf(req)! },
    firstRun,
    undoWindowMs,
    maxAttachmentSize: attachments.maxSize,
  }
}

/** Of the mailboxes that the caller knows. */
const worksIn = (agent: Agent, mailboxes: MailboxRow[]): Overview['agents'][number]['mailboxes'] => {
  if (agent.role !== 'agent') return 'all'
  const own = mailboxes.filter(
    ({ members }) => !members.length || members.some((id) => String(id) === String(agent.id)),
  )
  return own.length === mailboxes.length ? 'all' : own.map(({ id }) => id)
}

const countQuarantined = async (req: PayloadRequest): Promise<number> => {
  const { rows } = await sqlOf(req).query<{ count: number }>(
    `select count(*)::int count from
       (select 1 from ${tablesOf(req.payload).inboundEmails} where state = 'quarantined' limit 1000) x`,
  )
  return rows[0]!.count
}

/** For those who set it up until the first ticket is there, for everybody else until there is a mailbox. */
const isFirstRun = async (req: PayloadRequest, forManager: boolean): Promise<boolean> => {
  const { tickets, mailboxes } = tablesOf(req.payload)
  const { rows } = await sqlOf(req).query(
    `select 1 from ${forManager ? tickets : mailboxes} order by id limit 1`,
  )
  return !rows.length
}
