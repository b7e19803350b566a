import type { CollectionConfig, Field } from 'payload'
import { label } from '../translations/label.js'

type TextArgs = {
  index?: boolean
  unique?: boolean
  hidden?: boolean
  values?: readonly string[]
  defaultValue?: string
}

const wordOf = (values: readonly string[]) => (value: unknown) =>
  value == null || value === '' || values.includes(String(value)) || `One of: ${values.join(', ')}`

/** A text column. `values` are checked by `validate`, never by an enum: a new value is no migration. */
export const text = (
  name: string,
  { index, unique, hidden, values, defaultValue }: TextArgs = {},
): Field => ({
  name,
  type: 'text',
  label: label(`field:${name}`),
  ...(index && { index }),
  ...(unique && { unique }),
  ...(hidden && { hidden }),
  ...(defaultValue !== undefined && { defaultValue }),
  ...(values && { validate: wordOf(values) as never }),
})

export const area = (name: string): Field => ({ name, type: 'textarea', label: label(`field:${name}`) })

export const num = (
  name: string,
  args: { index?: boolean; unique?: boolean; defaultValue?: number } = {},
): Field => ({
  name,
  type: 'number',
  label: label(`field:${name}`),
  ...args,
})

export const date = (name: string, args: { index?: boolean } = {}): Field => ({
  name,
  type: 'date',
  label: label(`field:${name}`),
  admin: { date: { pickerAppearance: 'dayAndTime' } },
  ...args,
})

export const flag = (name: string, args: { index?: boolean; defaultValue?: boolean } = {}): Field => ({
  name,
  type: 'checkbox',
  label: label(`field:${name}`),
  defaultValue: false,
  ...args,
})

export const json = (name: string): Field => ({ name, type: 'json', label: label(`field:${name}`) })

type RelationArgs = { to: string; required?: boolean; index?: boolean; hasMany?: false }

/** A relation. Required by `validate`, not by NOT NULL: a required relation cannot lose its parent in Postgres. */
export const relation = (name: string, { to, required, index = true }: RelationArgs): Field => ({
  name,
  type: 'relationship',
  label: label(`field:${name}`),
  relationTo: to as never,
  index,
  maxDepth: 1,
  ...(required && {
    validate: ((value: unknown) => (value == null ? 'This is required.' : true)) as never,
  }),
})

/** Every field as something to read in the admin; the API is guarded by hooks. */
export const readOnly = (fields: Field[]): Field[] =>
  fields.map(
    (field) => ({ ...field, admin: { ...(field as { admin?: object }).admin, readOnly: true } }) as Field,
  )

/** Rows that no API reaches and no screen shows. */
export const internal = {
  versions: false,
  lockDocuments: false,
  // Not `false`: Payload cannot build a site's GraphQL schema when a relation leads to a collection without a type.
  graphQL: { disableQueries: true, disableMutations: true },
  endpoints: false,
  admin: { hidden: true },
  access: {
    create: () => false,
    read: () => false,
    update: () => false,
    delete: () => false,
    readVersions: () => false,
    unlock: () => false,
  },
} as const satisfies Partial<CollectionConfig>
