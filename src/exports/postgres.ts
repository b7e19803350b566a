import type { postgresAdapter } from '@payloadcms/db-postgres'
import { sql } from '@payloadcms/db-postgres/drizzle'
import { index } from '@payloadcms/db-postgres/drizzle/pg-core'
import { type ExtraIndex, extraIndexes } from '../collections/indexes.js'
import type { Helpdesk } from '../core/config.js'
import { tableKey } from '../core/database.js'
import { defaultSlugs, type Slugs } from '../core/slugs.js'

type SchemaHook = NonNullable<Parameters<typeof postgresAdapter>[0]['afterSchemaInit']>[number]

const build = ({ name, using, keys, where }: ExtraIndex) => {
  const [first, ...rest] = keys.map((key) => sql.raw(key))
  const made = index(name).using(using, first!, ...rest)
  return where ? made.where(sql.raw(where)) : made
}

/**
 * The indexes of the inbox and its search that Payload's own `indexes` cannot say (partial ones, full text). They
 * are made by the development push and come out in `payload migrate:create`. Without them everything works, slower.
 * @example postgresAdapter({ pool, afterSchemaInit: [helpdeskIndexes()] })
 */
export const helpdeskIndexes =
  (
    args: {
      /**
       * The slugs in use, where they differ from those that `helpdeskPlugin` was given.
       * @default those of `helpdeskPlugin`
       */
      slugs?: Partial<Slugs>
    } = {},
  ): SchemaHook =>
  ({ adapter, extendTable, schema }) => {
    const custom = adapter.payload.config.custom as { helpdesk?: Helpdesk } | undefined
    const slugs: Slugs = { ...defaultSlugs, ...custom?.helpdesk?.slugs, ...args.slugs }
    for (const on of new Set(extraIndexes.map((entry) => entry.on))) {
      const table = schema.tables[tableKey(adapter.payload, slugs[on])]
      if (!table) continue
      const entries = extraIndexes.filter((entry) => entry.on === on)
      extendTable({
        table: table as never,
        extraConfig: () => Object.fromEntries(entries.map((entry) => [entry.name, build(entry)])),
      })
    }
    return schema
  }
