import { sql } from '@payloadcms/db-postgres/drizzle'
import { index } from '@payloadcms/db-postgres/drizzle/pg-core'
import { addIndexes, type SchemaHook } from '../collections/addIndexes.js'
import type { Slugs } from '../core/slugs.js'

/**
 * The indexes of the inbox and its search that Payload's own `indexes` cannot say (partial ones, full text). They
 * are made by the development push and come out in `payload migrate:create`. `helpdeskPlugin` adds them to the
 * site's adapter by itself; this is for adapters of your own, where it says at start that it could not.
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
  (hook) =>
    addIndexes(hook, { index, sql, slugs: args.slugs })
