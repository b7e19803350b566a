import type { Payload } from 'payload'
import { getHelpdesk } from '../../core/config.js'
import { postgresOf, tableKey, tableOf } from '../../core/database.js'
import type { SlugKey } from '../../core/slugs.js'

type Tables = Record<SlugKey | 'users', string> & {
  /** The name of a user of the admin collection, for the alias of its table. */
  personName: (alias: string) => string
  /** The type of ids, for casts. */
  idType: 'int' | 'uuid'
}

const cached = new WeakMap<Payload, Tables>()

/** The quoted tables of the help desk, by the names by which the code knows the collections. */
export const tablesOf = (payload: Payload): Tables => {
  const known = cached.get(payload)
  if (known) return known
  const { slugs, usersSlug } = getHelpdesk(payload)
  const names = Object.entries(slugs).map(([key, slug]) => [key, tableOf(payload, slug)])
  const tables: Tables = {
    ...(Object.fromEntries(names) as Record<SlugKey, string>),
    users: tableOf(payload, usersSlug),
    personName: (alias) => {
      const parts = nameColumns(payload, usersSlug).map((name) => `nullif(${alias}."${name}", '')`)
      return `coalesce(${[...parts, `'#' || ${alias}.id`].join(', ')})`
    },
    idType: payload.db.defaultIDType === 'number' ? 'int' : 'uuid',
  }
  cached.set(payload, tables)
  return tables
}

/** What a user is called: their title in the admin, a plain name, else what they sign in with. */
const nameColumns = (payload: Payload, usersSlug: string): string[] => {
  const columns = postgresOf(payload).tables[tableKey(payload, usersSlug)] ?? {}
  const title = payload.collections[usersSlug]?.config.admin.useAsTitle
  const wanted = [title === 'id' || title === 'email' ? undefined : title, 'name', 'email', 'username']
  const found = wanted.flatMap((name) => (name && columns[name]?.name ? [columns[name].name] : []))
  return [...new Set(found)]
}

/** A query's parameters: `bind(value)` keeps the value and returns its place. */
export const binder = (values: unknown[]) => {
  return (value: unknown): string => `$${values.push(value)}`
}

/** A date of a raw row as ISO string. */
export const iso = (value: unknown): string =>
  value instanceof Date ? value.toISOString() : String(value ?? '')

export const isoOrNull = (value: unknown): string | null => (value == null ? null : iso(value))
