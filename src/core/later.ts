import { randomUUID } from 'node:crypto'
import type { Payload } from 'payload'
import { getHelpdesk } from './config.js'
import { insertStatement, type SqlClient, tableOf } from './database.js'

type Row = Record<string, unknown>
type ID = number | string

/** Postgres takes 65,535 parameters in a statement. */
const mostValues = 60_000

/**
 * What a transaction writes together with its like, in one statement a table: before anything else is asked of its
 * connection, by whomever, so that nobody can tell it from what was written at once; at the latest before the COMMIT.
 */
export class Later {
  private readonly rows = new Map<string, Row[]>()
  private readonly ids = new Map<string, ID[]>()
  private readonly channels = new Map<string, Set<string>>()
  private readonly ask: SqlClient['query']
  private readonly own: PropertyDescriptor | undefined
  private writing: Promise<void> | undefined
  private isClosed = false

  constructor(
    private readonly payload: Payload,
    private readonly client: SqlClient,
  ) {
    this.own = Object.getOwnPropertyDescriptor(client, 'query')
    const ask = client.query.bind(client)
    this.ask = ask
    // Payload's operations and a site's hooks use this connection too.
    client.query = (async (...args: Parameters<typeof ask>) => {
      if (this.rows.size || this.writing) await this.write()
      return ask(...args)
    }) as typeof ask
  }

  /** Takes ids for so many rows, which may then be written later although their ids are needed now. */
  async reserve(slug: string, count: number): Promise<void> {
    if (!count) return
    if (this.payload.db.defaultIDType !== 'number') {
      this.ids.set(
        slug,
        Array.from({ length: count }, () => randomUUID()),
      )
      return
    }
    const { rows } = await this.client.query<{ id: number | null }>(
      `select nextval(pg_get_serial_sequence($1, 'id'))::int id from generate_series(1, $2)`,
      [tableOf(this.payload, slug), count],
    )
    this.ids.set(
      slug,
      rows.flatMap(({ id }) => id ?? []),
    )
  }

  /** Writes a row later and returns its id; null where none is reserved: then it has to be written at once. */
  add(slug: string, row: Row): ID | null {
    const id = this.ids.get(slug)?.shift()
    if (id === undefined) return null
    this.push(slug, { id, ...row })
    return id
  }

  /** Writes a row later whose id nobody needs. */
  push(slug: string, row: Row): void {
    if (this.isClosed) throw new Error('The transaction of this request has ended; it cannot be used again.')
    const rows = this.rows.get(slug)
    if (rows) rows.push(row)
    else this.rows.set(slug, [row])
  }

  /** Tells the other processes at the COMMIT. */
  notify(channel: string, about: string): void {
    this.channels.set(channel, (this.channels.get(channel) ?? new Set()).add(about))
  }

  /** Writes all that is left. */
  async end(): Promise<void> {
    await this.write()
    for (const [channel, all] of this.channels)
      await this.ask('select pg_notify($1, about) from unnest($2::text[]) about', [channel, [...all]])
  }

  /** Gives the connection back as it was; what was not written is forgotten. */
  close(): void {
    this.isClosed = true
    this.rows.clear()
    if (this.own) Object.defineProperty(this.client, 'query', this.own)
    else delete (this.client as Partial<SqlClient>).query
  }

  private async write(): Promise<void> {
    // Who asks meanwhile waits for all of it.
    while (this.writing) await this.writing
    if (!this.rows.size) return
    this.writing = this.writeAll().finally(() => {
      this.writing = undefined
    })
    await this.writing
  }

  private async writeAll(): Promise<void> {
    // In the order of the collections, whose rows point at those before them only.
    const order = Object.values<string>(getHelpdesk(this.payload).slugs)
    const all = [...this.rows].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    this.rows.clear()
    for (const [slug, rows] of all) {
      for (const some of alike(rows)) {
        const { text, values } = insertStatement(this.payload, { slug, rows: some })
        await this.ask(text, values)
      }
    }
  }
}

/** Rows with the same keys, as many as one statement takes; in their order. */
const alike = (rows: readonly Row[]): Row[][] => {
  const groups: Row[][] = []
  let keys = ''
  for (const row of rows) {
    const own = Object.keys(row).join()
    const group = groups.at(-1)
    const isFull = group && (group.length + 1) * Object.keys(row).length > mostValues
    if (!group || isFull || own !== keys) groups.push([row])
    else group.push(row)
    keys = own
  }
  return groups
}
