import type { postgresAdapter } from '@payloadcms/db-postgres'
import type { sql } from '@payloadcms/db-postgres/drizzle'
import type { index } from '@payloadcms/db-postgres/drizzle/pg-core'
import type { Helpdesk } from '../core/config.js'
import { tableKey } from '../core/database.js'
import { defaultSlugs, type Slugs } from '../core/slugs.js'
import { type ExtraIndex, extraIndexes } from './indexes.js'

/** What a Postgres adapter calls when it has made its schema. */
export type SchemaHook = NonNullable<Parameters<typeof postgresAdapter>[0]['afterSchemaInit']>[number]

/** The parts of the adapter's drizzle that make indexes. */
export type Drizzle = { index: typeof index; sql: typeof sql }

const build = ({ name, using, keys, where }: ExtraIndex, { index, sql }: Drizzle) => {
  const [first, ...rest] = keys.map((key) => sql.raw(key))
  const made = index(name).using(using, first!, ...rest)
  return where ? made.where(sql.raw(where)) : made
}

/** Adds our indexes to the adapter's schema. Done twice, they are there once: each goes by its name. */
export const addIndexes = (
  { adapter, extendTable, schema }: Parameters<SchemaHook>[0],
  { slugs: given, ...drizzle }: Drizzle & { slugs?: Partial<Slugs> },
): Awaited<ReturnType<SchemaHook>> => {
  const custom = adapter.payload.config.custom as { helpdesk?: Helpdesk } | undefined
  const slugs: Slugs = { ...defaultSlugs, ...custom?.helpdesk?.slugs, ...given }
  for (const on of new Set(extraIndexes.map((entry) => entry.on))) {
    const table = schema.tables[tableKey(adapter.payload, slugs[on])]
    if (!table) continue
    const entries = extraIndexes.filter((entry) => entry.on === on)
    extendTable({
      table: table as never,
      extraConfig: () => Object.fromEntries(entries.map((entry) => [entry.name, build(entry, drizzle)])),
    })
  }
  return schema
}
