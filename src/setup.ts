import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AfterErrorHook, type Config, createLocalReq, type Payload } from 'payload'
import { addIndexes, type Drizzle, type SchemaHook } from './collections/addIndexes.js'
import { extraIndexes } from './collections/indexes.js'
import { getHelpdesk } from './core/config.js'
import { sqlOf, tableKey } from './core/database.js'
import { findDoor } from './mail/index.js'
import { readHeartbeat } from './operations/heartbeat.js'

/** The site's database adapter, with the indexes that Payload's own `indexes` cannot say among its schema. */
export const withIndexes = (config: Config): Config => {
  const { db } = config
  if (!db?.init) return config
  return {
    ...config,
    db: {
      ...db,
      init: (args) => {
        const adapter = db.init(args) as ReturnType<typeof db.init> & { afterSchemaInit?: SchemaHook[] }
        if (adapter.name === 'postgres')
          adapter.afterSchemaInit = [...(adapter.afterSchemaInit ?? []), indexHook(adapter.packageName)]
        return adapter
      },
    },
  }
}

const indexHook =
  (adapterPackage: string): SchemaHook =>
  async (hook) => {
    // They matter where the schema is pushed or a migration is written, and a site in production does neither.
    if (process.env['NEXT_RUNTIME'] && process.env['NODE_ENV'] === 'production') return hook.schema
    const drizzle = await loadDrizzle(adapterPackage)
    return drizzle ? addIndexes(hook, drizzle) : hook.schema
  }

/** The drizzle of the site's own adapter, whichever that is: a bundler must not look for all that there could be. */
const loadDrizzle = async (adapterPackage: string): Promise<Drizzle | undefined> => {
  const load = async (path: string) => {
    const name = `${adapterPackage}/${path}`
    try {
      return await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ name)
    } catch {
      const file = createRequire(join(process.cwd(), 'package.json')).resolve(name)
      return import(
        /* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ pathToFileURL(file).href
      )
    }
  }
  try {
    const [{ sql }, { index }] = await Promise.all([load('drizzle'), load('drizzle/pg-core')])
    return { sql, index }
  } catch {
    // Said at start, by what the database lacks.
    return undefined
  }
}

/** How long after the start a site has everything that it will have. */
const graceMs = 30_000

const place = Symbol.for('payload-helpdesk.gaps')

/** What the log was told of a database by this process, in which several Payloads may serve one site. */
const saidOf = ({ db }: Payload): Set<string> => {
  const global = globalThis as { [place]?: Map<string, Set<string>> }
  global[place] ??= new Map()
  const { pool } = db as { pool?: { options?: { connectionString?: string; database?: string } } }
  const name = pool?.options?.connectionString ?? pool?.options?.database ?? ''
  const said = global[place].get(name) ?? new Set()
  global[place].set(name, said)
  return said
}

/** Looks, once a long-running process has settled, for steps of the installation that were left out, and says so. */
export const warnOfGaps = (payload: Payload): void => {
  if (process.env['NEXT_PHASE'] === 'phase-production-build') return
  const look = async (): Promise<void> => {
    // A process that has ended its connections in the meantime has nothing to be warned of.
    const gaps = await findGaps(payload).catch(() => [])
    const said = saidOf(payload)
    for (const gap of gaps.filter((one) => !said.has(one))) {
      said.add(gap)
      payload.logger.warn(`helpdesk: ${gap}`)
    }
  }
  setTimeout(() => void look(), graceMs).unref()
}

/** Other auth collections whose users Payload's default access lets change those of the admin panel. */
const whoMayChangeUsers = async (payload: Payload): Promise<string[]> => {
  const { usersSlug } = getHelpdesk(payload)
  const update = payload.collections[usersSlug]?.config.access.update
  const others = Object.values(payload.collections).flatMap(({ config: { slug, auth } }) =>
    auth && slug !== usersSlug ? [slug] : [],
  )
  const mayAll = async (slug: string): Promise<boolean> => {
    const req = await createLocalReq({ user: { id: -1, collection: slug } as never }, payload)
    try {
      return (await update?.({ req, id: -2 })) === true
    } catch {
      // A site's own function that cannot make anything of this person lets them do nothing.
      return false
    }
  }
  const answers = await Promise.all(others.map(mayAll))
  return others.filter((_, index) => answers[index])
}

/** What is missing for the help desk to work, a sentence each. `parser` is the file that is started to read mails. */
export const findGaps = async (payload: Payload, parser = findDoor().path): Promise<string[]> => {
  const { rows } = await sqlOf({ payload }).query<{ kind: string; name: string }>(
    `select 'table' kind, tablename name from pg_tables where schemaname = $1
     union all select 'index', indexname from pg_indexes where schemaname = $1`,
    [(payload.db as { schemaName?: string }).schemaName ?? 'public'],
  )
  const has = (kind: string, name: string): boolean =>
    rows.some((row) => row.kind === kind && row.name === name)
  const tables = Object.values(getHelpdesk(payload).slugs).map((slug) => tableKey(payload, slug))
  const missing = tables.filter((table) => !has('table', table))
  if (missing.length)
    return [
      `the database has no table ${missing.join(', ')}. Run: payload migrate:create helpdesk, then payload migrate.`,
    ]
  const slow = extraIndexes.filter(({ name }) => !has('index', name)).map(({ name }) => name)
  const { lastRunAt, alive } = await readHeartbeat(payload)
  const intruders = await whoMayChangeUsers(payload)
  return [
    !existsSync(parser) &&
      `no mail can be read: there is no ${parser}. Start the site where its node_modules are; with output: 'standalone' copy them beside it.`,
    slow.length &&
      `the database has no index ${slow.join(', ')}; the inbox and its search will be slow. Run: payload migrate:create helpdesk, then payload migrate. Where the migration does not hold them, give your adapter afterSchemaInit: [helpdeskIndexes()] of payload-helpdesk/postgres.`,
    !alive &&
      `no mail is fetched or sent: the background work ${lastRunAt ? `has not run since ${lastRunAt.toISOString()}` : 'has never run'}. Call startHelpdesk in instrumentation.ts, or run payload-helpdesk worker, or have POST /api/helpdesk/worker called every minute.`,
    intruders.length &&
      `everybody who is signed in to ${intruders.join(', ')} may change the users of the admin panel, their passwords too, and so become an administrator of the help desk. Give the collection "${getHelpdesk(payload).usersSlug}" an access.update of its own.`,
  ].filter((gap) => typeof gap === 'string')
}

type Wrong = { path?: unknown; message?: unknown }

const isWrong = (entry: unknown): boolean => {
  const { path, message } = (entry ?? {}) as Wrong
  return typeof path === 'string' && typeof message === 'string'
}

/**
 * Puts what is wrong with which field back into an answer that has lost it. Payload names the fields of a
 * `ValidationError` that it knows by `instanceof`; a bundler gives the site's pages, routes and instrumentation their own
 * copies of Payload, of which the first that is asked makes the one instance that serves them all. So the error is known
 * here by its shape.
 */
export const tellFields: AfterErrorHook = ({ error, result }) => {
  const { data } = error as { data?: { errors?: unknown } }
  const [told, ...more] = result?.errors ?? []
  // An error that is nobody's business is told in other words.
  const isTold = told && !more.length && told.message === error.message
  if (!isTold || told.data || !Array.isArray(data?.errors) || !data.errors.every(isWrong)) return
  return {
    response: { ...result, errors: [{ name: 'ValidationError', data: { ...data }, message: told.message }] },
  }
}
