import type { Payload, PayloadRequest } from 'payload'
import type { DocID } from '../../collections/types.js'
import { now } from '../../core/clock.js'
import { getHelpdesk } from '../../core/config.js'
import { sqlOf, tableOf } from '../../core/database.js'
import type { MailError } from '../../core/errors.js'
import type { Lease } from '../../core/lease.js'
import { backoff } from '../rules/backoff.js'

export type Health = 'new' | 'ok' | 'warning' | 'failing' | 'needsPassword'

/** The cursor of a mailbox and how its receiving is doing. */
export type MailboxState = {
  mailbox: DocID
  /** The account and folder that the cursor belongs to; null before the first connection. */
  source: string | null
  /** How many others there were before it. */
  epoch: number
  folder: string | null
  uidValidity: number | null
  lastUid: number
  /** Mails up to this one are read again because the server gave them other numbers. */
  rescanUid: number
  startedAt: string | null
  /** The INTERNALDATE of the newest mail that lay there at the start; null where none did. */
  newestBefore: string | null
  health: Health
  failures: number
  lastTryAt: string | null
  /** When the mailbox as it was at that try had been saved. */
  settingsAt: string | null
  nextTryAt: string | null
  errorCode: string | null
  plusProbe: string | null
}

const columns = `mailbox_id mailbox, source, coalesce(epoch, 0)::int epoch, folder, uid_validity::float8 "uidValidity",
  coalesce(last_uid, 0)::float8 "lastUid", coalesce(rescan_uid, 0)::float8 "rescanUid", started_at "startedAt",
  newest_before "newestBefore", coalesce(health, 'new') health,
  coalesce(failures, 0)::int failures, last_try_at "lastTryAt", settings_at "settingsAt", next_try_at "nextTryAt", error_code "errorCode",
  plus_probe "plusProbe"`

const table = (payload: Payload) => tableOf(payload, getHelpdesk(payload).slugs.mailboxState)

/** The states that are there, by mailbox. */
export const readStates = async (payload: Payload): Promise<Map<string, MailboxState>> => {
  const { rows } = await sqlOf({ payload }).query<MailboxState>(`select ${columns} from ${table(payload)}`)
  return new Map(rows.map((row) => [String(row.mailbox), row]))
}

/** The state of one mailbox, made where there is none. */
export const readState = async (payload: Payload, mailbox: DocID): Promise<MailboxState> => {
  const sql = sqlOf({ payload })
  await sql.query(
    `insert into ${table(payload)} (mailbox_id, health, failures, send_health, plus_address_works)
     values ($1, 'new', 0, 'new', false) on conflict do nothing`,
    [mailbox],
  )
  const { rows } = await sql.query<MailboxState>(
    `select ${columns} from ${table(payload)} where mailbox_id = $1`,
    [mailbox],
  )
  return rows[0]!
}

export type Cursor = { mailbox: DocID; folder: string; uidValidity: number; lastUid: number }

/** Where reading goes on. Within the transaction that stores the mails before it. */
export const moveCursor = async (req: PayloadRequest, cursor: Cursor): Promise<void> => {
  await sqlOf(req).query(
    `update ${table(req.payload)} set folder = $2, uid_validity = $3, last_uid = $4 where mailbox_id = $1`,
    [cursor.mailbox, cursor.folder, cursor.uidValidity, cursor.lastUid],
  )
}

/** The first connection to an account's folder: nothing before this place is imported. */
export const startCursor = async (
  req: PayloadRequest,
  cursor: Cursor & Pick<MailboxState, 'source' | 'epoch' | 'newestBefore'>,
): Promise<void> => {
  await sqlOf(req).query(
    `update ${table(req.payload)} set source = $2, epoch = $3, folder = $4, uid_validity = $5, last_uid = $6,
       rescan_uid = 0, started_at = $7, newest_before = $8 where mailbox_id = $1`,
    [
      cursor.mailbox,
      cursor.source,
      cursor.epoch,
      cursor.folder,
      cursor.uidValidity,
      cursor.lastUid,
      now(),
      cursor.newestBefore,
    ],
  )
}

/** The same mails under other numbers: all that lies there is read again, and what is known is known by its content. */
export const restartCursor = async (
  req: PayloadRequest,
  cursor: Omit<Cursor, 'lastUid'> & Pick<MailboxState, 'source' | 'epoch' | 'rescanUid'>,
): Promise<void> => {
  await sqlOf(req).query(
    `update ${table(req.payload)} set source = $2, epoch = $3, folder = $4, uid_validity = $5, last_uid = 0,
       rescan_uid = $6 where mailbox_id = $1`,
    [cursor.mailbox, cursor.source, cursor.epoch, cursor.folder, cursor.uidValidity, cursor.rescanUid],
  )
}

type Holder = { payload: Payload; mailbox: DocID; lease: Lease }

/** A try, with when the settings that it went by had been saved. */
type Try = Holder & { settingsAt: string }

/** Of the lease that is there: who was frozen and has lost it says nothing about the mailbox any more. */
const isHeld = (payload: Payload, from: number): string =>
  `exists (select from ${tableOf(payload, getHelpdesk(payload).slugs.leases)} where key = $${from} and token = $${from + 1})`

/** The folder was read; a warning about what happens to mail afterwards stays until that works again. */
export const recordSuccess = async ({ payload, mailbox, lease, settingsAt }: Try): Promise<void> => {
  const next = new Date(now().getTime() + getHelpdesk(payload).mail.pollIntervalMs)
  await sqlOf({ payload }).query(
    `update ${table(payload)} set failures = 0, last_try_at = $2, last_success_at = $2, next_try_at = $3, settings_at = $6,
       health = case when error_code in ('filing', 'storage') then 'warning' else 'ok' end,
       error = case when error_code in ('filing', 'storage') then error end,
       error_code = case when error_code in ('filing', 'storage') then error_code end
     where mailbox_id = $1 and ${isHeld(payload, 4)}`,
    [mailbox, now(), next, lease.key, lease.token, settingsAt],
  )
}

// One failure is weather; a mailbox turns red when it goes on.
const failuresUntilRed = 3

const minute = 60_000

/** Milliseconds until the next try: short after a lost connection, long where trying could lock the account. */
const backoffMs = (args: { code: string; failures: number; pollIntervalMs: number }): number => {
  const { code, failures, pollIntervalMs } = args
  const wait = (firstMs: number, mostMs: number) =>
    backoff({ failures, firstMs, mostMs, chance: Math.random() })
  if (code === 'needsPassword' || code === 'privateHost') return wait(60 * minute, 60 * minute)
  if (code === 'auth') return wait(5 * minute, 60 * minute)
  if (code === 'throttled') return wait(minute, 30 * minute)
  return wait(1000, pollIntervalMs)
}

/** What went wrong and when the next try is. */
export const recordFailure = async (
  args: Try & { failuresBefore: number; error: MailError },
): Promise<void> => {
  const { payload, mailbox, lease, error } = args
  const failures = args.failuresBefore + 1
  const { pollIntervalMs } = getHelpdesk(payload).mail
  const wait = backoffMs({ code: error.code, failures, pollIntervalMs })
  const health: Health =
    error.code === 'needsPassword' ? 'needsPassword' : failures >= failuresUntilRed ? 'failing' : 'warning'
  await sqlOf({ payload }).query(
    `update ${table(payload)} set health = $2, failures = $3, last_try_at = $4, next_try_at = $5, error_code = $6,
       error = $7, settings_at = $10 where mailbox_id = $1 and ${isHeld(payload, 8)}`,
    [
      mailbox,
      health,
      failures,
      now(),
      new Date(now().getTime() + wait),
      error.code,
      error.message,
      lease.key,
      lease.token,
      args.settingsAt,
    ],
  )
}

/** Mail comes in, but its copies on the server cannot be marked or moved, or its files cannot be stored. */
type Warning = 'filing' | 'storage'

export const recordWarning = async (args: Holder & { code: Warning; error: string }): Promise<void> => {
  const { payload, mailbox, lease, code, error } = args
  await sqlOf({ payload }).query(
    `update ${table(payload)} set health = 'warning', error_code = $2, error = $3
     where mailbox_id = $1 and ${isHeld(payload, 4)}`,
    [mailbox, code, error, lease.key, lease.token],
  )
}

/** They can again. */
export const clearWarning = async (args: Holder & { code: Warning }): Promise<void> => {
  const { payload, mailbox, lease, code } = args
  await sqlOf({ payload }).query(
    `update ${table(payload)} set health = 'ok', error_code = null, error = null
     where mailbox_id = $1 and error_code = $2 and ${isHeld(payload, 3)}`,
    [mailbox, code, lease.key, lease.token],
  )
}

/**
 * Mail to the plus address arrives: from now on replies carry it. The token of the test mail stays, because the intake
 * may have to know the mail still, or again.
 */
export const notePlusAddress = async (req: PayloadRequest, mailbox: DocID): Promise<void> => {
  await sqlOf(req).query(`update ${table(req.payload)} set plus_address_works = true where mailbox_id = $1`, [
    mailbox,
  ])
}
