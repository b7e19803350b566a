import type { CollectionConfig, Payload, PayloadRequest } from 'payload'
import { now } from './clock.js'
import { getHelpdesk } from './config.js'
import { insertRows, postgresOf, tableKey } from './database.js'
import { insertRow } from './insert.js'
import { asHooks } from './transaction.js'

/** What runs or is filled in, as we made it, when a document of a collection is made. */
export type OwnDocument = {
  hooks: ReadonlySet<unknown>
  fields: ReadonlySet<unknown>
  /** Their names. */
  names: ReadonlySet<string>
  /** A field whose check is Payload's. */
  unchecked: Loose | undefined
}

declare module './config.js' {
  interface Helpdesk {
    /** By slug, as it was before the site and its other plugins added anything. */
    ownDocuments: Record<string, OwnDocument>
  }
}

/** Those of a collection of ours, whose fields all stand at its top. */
export const ownDocument = ({ fields, hooks = {} }: CollectionConfig): OwnDocument => ({
  hooks: new Set(Object.values(hooks).flat()),
  fields: new Set(fields),
  names: new Set(fields.flatMap((field) => ('name' in field && field.name ? [field.name] : []))),
  unchecked: fields.find((field) => 'name' in field && field.type === 'text' && !field.validate) as
    | Loose
    | undefined,
})

type Loose = {
  name: string
  type: string
  defaultValue?: unknown
  localized?: boolean
  required?: boolean
  virtual?: unknown
  validate?: unknown
  hooks?: Record<string, unknown[]>
}

const given = new Set(['id', 'createdAt', 'updatedAt'])
const atCreation = [
  'beforeOperation',
  'beforeValidate',
  'beforeChange',
  'afterChange',
  'afterRead',
  'afterOperation',
] as const

/**
 * The very field that we made, or one of Payload's own: whoever changes a field makes another one of it. Or one of the
 * site's in which there is nothing to do, since the help desk writes nothing into it.
 */
const isQuiet = (field: Loose, { fields, unchecked }: OwnDocument): boolean => {
  if (field.localized || hasHooks(field)) return false
  if (given.has(field.name) || fields.has(field)) return true
  const { defaultValue, required, validate, virtual } = field
  // Payload gives each field without a check a function of its own; all of these read the same.
  const isUnchecked = String(validate) === String(unchecked?.validate)
  return quietTypes.has(field.type) && isUnchecked && defaultValue === undefined && !required && !virtual
}

/** Fields that are a column, or nothing at all while they are empty. */
const quietTypes = new Set(['text', 'textarea', 'number', 'email', 'date', 'select', 'radio', 'relationship'])

/** Hooks that run when a document is duplicated are none of this. */
const hasHooks = ({ hooks }: Loose): boolean =>
  Object.entries(hooks ?? {}).some(([name, list]) => name !== 'beforeDuplicate' && list?.length)

const look = (payload: Payload, slug: string): boolean => {
  const own = getHelpdesk(payload).ownDocuments[slug]
  const collection = payload.collections[slug]
  if (!own || !collection || collection.customIDType) return false
  const { flattenedFields, hooks, versions } = collection.config
  return (
    !versions &&
    atCreation.every((name) => (hooks[name] ?? []).every((hook: unknown) => own.hooks.has(hook))) &&
    flattenedFields.every((field) => isQuiet(field as Loose, own))
  )
}

const known = new WeakMap<Payload, Map<string, boolean>>()

/**
 * Whether nobody but us has a say when a document of this collection is made: the site and its other plugins have
 * added no hook, default or validation to it.
 */
export const isOurs = (payload: Payload, slug: string): boolean => {
  const slugs = known.get(payload) ?? new Map<string, boolean>()
  known.set(payload, slugs)
  if (!slugs.has(slug)) slugs.set(slug, look(payload, slug))
  return slugs.get(slug)!
}

type RowArgs = { payload: Payload; slug: string; data: Record<string, unknown> }

/** A row as the Local API would write it, with what was left to defaults. */
const complete = ({ payload, slug, data }: RowArgs) => {
  const at = now().toISOString()
  const row: Record<string, unknown> = {}
  const columns = postgresOf(payload).tables[tableKey(payload, slug)]!
  for (const { name, defaultValue } of payload.collections[slug]!.config.flattenedFields as Loose[])
    if (columns[name] && name !== 'id') row[name] = data[name] ?? defaultValue ?? null
  return { ...row, createdAt: data['createdAt'] ?? at, updatedAt: data['updatedAt'] ?? at }
}

export type CreateArgs = {
  /** Marked as a verb's where the collection's guards want that. */
  req: PayloadRequest
  slug: string
  data: Record<string, unknown>[]
}

/** Nothing is said in a field of the site's, whose checks and whose tables are Payload's to know. */
const isOwnData = (payload: Payload, { slug, data }: Pick<CreateArgs, 'slug' | 'data'>): boolean => {
  const names = getHelpdesk(payload).ownDocuments[slug]?.names
  return data.every((each) => Object.keys(each).every((name) => given.has(name) || names?.has(name)))
}

type Made = Record<string, unknown> & { id: number | string }

/**
 * Makes documents, in the transaction of `req`, and returns them in that order. By the Local API, so that a site's own
 * hooks, defaults and validation run; where there are none, straight into the table, which writes the same rows for a
 * fraction of the work.
 */
export const createDocuments = async ({ req, slug, data }: CreateArgs): Promise<Made[]> => {
  const { payload } = req
  if (isOurs(payload, slug) && isOwnData(payload, { slug, data })) {
    const rows = data.map((each) => complete({ payload, slug, data: each }))
    const [first] = rows
    if (rows.length === 1) return [{ ...first, id: await insertRow({ req, slug, row: first! }) }]
    const ids = await insertRows({ req, slug, rows })
    return rows.map((row, index) => ({ ...row, id: ids[index]! }))
  }
  const made: Made[] = []
  for (const each of data)
    made.push(
      (await asHooks(() =>
        payload.create({
          collection: slug as never,
          data: each as never,
          depth: 0,
          overrideAccess: true,
          req,
        }),
      )) as unknown as Made,
    )
  return made
}
