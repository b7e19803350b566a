import type { Payload, PayloadRequest } from 'payload'
import { snakeCase } from './slugs.js'

type Column = { name: string; dataType: string }
type Result<T> = { rows: T[]; rowCount: number | null }

/** The part of a `pg` client that we use. */
export type SqlClient = {
  query: <T = Record<string, unknown>>(text: string, values?: unknown[]) => Promise<Result<T>>
}

type ErrorEvents = {
  on: (event: 'error', listener: () => void) => void
  off: (event: 'error', listener: () => void) => void
}

export type Transaction = { session: { client: SqlClient & Partial<ErrorEvents> } }

export type Notification = { channel: string; payload?: string }

/** A connection of its own, for LISTEN. */
export type ListenClient = SqlClient & {
  connect: () => Promise<void>
  end: () => Promise<void>
  on: ((event: 'notification', listener: (message: Notification) => void) => void) &
    ((event: 'error' | 'end', listener: (error?: Error) => void) => void)
}

type Postgres = {
  name: string
  schemaName?: string
  pool: SqlClient & {
    options: Record<string, unknown>
    Client?: new (options: unknown) => ListenClient
    on: (event: 'error' | 'connect', listener: (client: { on?: ErrorEvents['on'] }) => void) => void
  }
  drizzle: { transaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T> }
  sessions: Record<string, { db: Transaction; reject: () => Promise<void>; resolve: () => Promise<void> }>
  tables: Record<string, Record<string, Column>>
  tableNameMap: Map<string, string>
}

/** The site's database adapter, with the parts that Payload's types leave out. */
export const postgresOf = (payload: Payload): Postgres => payload.db as unknown as Postgres

const guarded = new WeakSet<object>()

/**
 * Lets the process live on when the database ends its connections. Payload leaves the pool without a listener for
 * errors, and Node ends a process whose event `error` nobody listens to; the pool itself connects again.
 */
export const surviveLostConnections = (payload: Payload): void => {
  const { pool } = postgresOf(payload)
  if (guarded.has(pool)) return
  guarded.add(pool)
  const ignore = () => {}
  pool.on('error', ignore)
  pool.on('connect', (client) => client.on?.('error', ignore))
}

/** The name by which the adapter keeps a collection's table. */
export const tableKey = (payload: Payload, slug: string): string => {
  const { tableNameMap } = postgresOf(payload)
  return tableNameMap.get(snakeCase(slug)) ?? snakeCase(slug)
}

/** The quoted table of a collection, for SQL. Columns are the field names in snake case, relations end in `_id`. */
export const tableOf = (payload: Payload, slug: string): string => {
  const { schemaName } = postgresOf(payload)
  const table = `"${tableKey(payload, slug)}"`
  return schemaName ? `"${schemaName}".${table}` : table
}

/** The quoted column by which Payload's table of many-to-many relations names a document of a collection. */
export const relationColumn = (payload: Payload, slug: string): string => `"${tableKey(payload, slug)}_id"`

/** An id from a path, a body or a verb's arguments; null where it cannot be one at this site: then there is nothing, where the
 * database would answer with an error of its own. */
export const toID = (req: Pick<PayloadRequest, 'payload'>, id: unknown): number | string | null => {
  if (req.payload.db.defaultIDType === 'number') {
    const number = typeof id === 'number' ? id : /^\d{1,10}$/.test(String(id)) ? Number(id) : Number.NaN
    return Number.isInteger(number) && number > 0 && number < 2 ** 31 ? number : null
  }
  return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(String(id)) ? String(id) : null
}

/** SQL within the transaction of `req` where there is one, else on the pool. Values only as parameters. */
export const sqlOf = (req: Pick<PayloadRequest, 'payload' | 'transactionID'>): SqlClient => {
  const db = postgresOf(req.payload)
  const id = req.transactionID
  if (!id) return db.pool
  const session = db.sessions[String(id)]
  if (!session) throw new Error('The transaction of this request has ended; it cannot be used again.')
  return session.db.session.client
}

export type InsertArgs = {
  req: PayloadRequest
  slug: string
  /** By field name. All rows have the keys of the first. */
  rows: Record<string, unknown>[]
  /** `nothing`: rows that a unique key refuses are left out, and the transaction lives on. */
  onConflict?: 'nothing'
}

/** The statement that writes rows, and its parameters. */
export const insertStatement = (
  payload: Payload,
  { slug, rows, onConflict }: Pick<InsertArgs, 'slug' | 'rows' | 'onConflict'>,
): { text: string; values: unknown[] } => {
  const table = postgresOf(payload).tables[tableKey(payload, slug)]
  if (!table) throw new Error(`No table for collection "${slug}".`)
  const keys = Object.keys(rows[0]!)
  const columns = keys.map((key) => {
    const column = table[key]
    if (!column) throw new Error(`Collection "${slug}" has no column for "${key}".`)
    return column
  })
  const values: unknown[] = []
  const tuples = rows.map((row) => {
    const places = keys.map((key, i) => {
      const value = row[key]
      values.push(columns[i]!.dataType === 'json' && value != null ? JSON.stringify(value) : (value ?? null))
      return `$${values.length}`
    })
    return `(${places.join(',')})`
  })
  const text = `insert into ${tableOf(payload, slug)} (${columns.map((c) => `"${c.name}"`).join(',')}) values ${tuples.join(',')}${
    onConflict ? ' on conflict do nothing' : ''
  } returning id`
  return { text, values }
}

/** Writes rows without hooks, in one statement; returns their ids in the order of the rows that were written. */
export const insertRows = async ({ req, ...args }: InsertArgs): Promise<(number | string)[]> => {
  if (!args.rows.length) return []
  const { text, values } = insertStatement(req.payload, args)
  const { rows: written } = await sqlOf(req).query<{ id: number | string }>(text, values)
  return written.map((row) => row.id)
}

export type UpdateArgs = {
  req: PayloadRequest
  slug: string
  id: number | string
  /** By field name. */
  data: Record<string, unknown>
}

/** Updates columns of one row without hooks; false when the row is gone. */
export const updateRow = async ({ req, slug, id, data }: UpdateArgs): Promise<boolean> => {
  const table = postgresOf(req.payload).tables[tableKey(req.payload, slug)]
  if (!table) throw new Error(`No table for collection "${slug}".`)
  const values: unknown[] = [id]
  const sets = Object.entries(data).map(([key, value]) => {
    const column = table[key]
    if (!column) throw new Error(`Collection "${slug}" has no column for "${key}".`)
    values.push(column.dataType === 'json' && value != null ? JSON.stringify(value) : (value ?? null))
    return `"${column.name}" = $${values.length}`
  })
  if (table['updatedAt'] && !('updatedAt' in data)) sets.push('"updated_at" = now()')
  const { rowCount } = await sqlOf(req).query(
    `update ${tableOf(req.payload, slug)} set ${sets.join(', ')} where id = $1`,
    values,
  )
  return (rowCount ?? 0) > 0
}

/** The name of the foreign key that found nothing (Postgres 23503); null for any other fault. */
export const missingRelation = (error: unknown): string | null => {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code, constraint } = at as { code?: unknown; constraint?: unknown }
    if (code === '23503') return String(constraint)
  }
  return null
}
