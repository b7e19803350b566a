import type { FlattenedField, PayloadRequest } from 'payload'
import type { DocID } from '../../collections/types.js'
import { getHelpdesk } from '../../core/config.js'
import { postgresOf, tableKey } from '../../core/database.js'
import { HelpdeskError } from '../../core/errors.js'
import type { ThreadView } from '../api.js'
import type { ColumnFilter } from './ticketSources.js'

type Extra = ThreadView['ticket']['extra']

const extraFields = (req: PayloadRequest): FlattenedField[] => {
  const { slugs, tickets } = getHelpdesk(req.payload)
  const names = new Set(tickets.extraFields)
  if (!names.size) return []
  return req.payload.collections[slugs.tickets]!.config.flattenedFields.filter(({ name }) => names.has(name))
}

/** A site's own fields of a ticket, read through Payload, so that their access and hooks count. */
export const readExtraFields = async (req: PayloadRequest, ticket: DocID): Promise<Extra> => {
  const fields = extraFields(req).filter((field) => !('hidden' in field && field.hidden) && !isHidden(field))
  if (!fields.length) return []
  const doc = (await req.payload.findByID({
    collection: getHelpdesk(req.payload).slugs.tickets as never,
    id: ticket,
    // Only where one of them is shown by another document's title.
    depth: fields.some(mayLead) ? 1 : 0,
    joins: false,
    overrideAccess: false,
    disableErrors: true,
    req,
  })) as Record<string, unknown> | null
  if (!doc) return []
  return fields
    .filter(({ name }) => name in doc)
    .map((field) => ({
      name: field.name,
      label: labelOf(req, field),
      value: asText({ req, field, value: doc[field.name] }),
    }))
}

/** Whether a field, or one within it, may lead to other documents. */
const mayLead = ({ type }: FlattenedField): boolean => !plainTypes.has(type)

const plainTypes = new Set([
  'text',
  'textarea',
  'number',
  'email',
  'checkbox',
  'date',
  'select',
  'radio',
  'code',
  'json',
  'point',
])

const isHidden = (field: FlattenedField): boolean =>
  Boolean((field as { admin?: { hidden?: boolean } }).admin?.hidden)

type LabelArgs = { req: PayloadRequest; label: unknown; fallback: string }

const translated = ({ req, label, fallback }: LabelArgs): string => {
  if (typeof label === 'string') return label
  if (typeof label === 'function') return String(label({ t: req.t, i18n: req.i18n }))
  const byLanguage = (label ?? {}) as Record<string, string>
  return byLanguage[req.i18n?.language] ?? Object.values(byLanguage)[0] ?? fallback
}

const labelOf = (req: PayloadRequest, field: FlattenedField): string =>
  translated({ req, label: (field as { label?: unknown }).label, fallback: field.name })

type ValueArgs = { req: PayloadRequest; field: FlattenedField; value: unknown }

const asText = ({ req, field, value }: ValueArgs): string => {
  if (value == null) return ''
  if (Array.isArray(value)) return value.map((one) => asText({ req, field, value: one })).join(', ')
  if (field.type === 'select' || field.type === 'radio') {
    const option = field.options.find((one) => (typeof one === 'string' ? one : one.value) === value)
    return option && typeof option !== 'string'
      ? translated({ req, label: option.label, fallback: String(value) })
      : String(value)
  }
  if (typeof value !== 'object') return String(value)
  const related = value as Record<string, unknown>
  const slug = (field as { relationTo?: unknown }).relationTo
  const title = typeof slug === 'string' && req.payload.collections[slug]?.config.admin.useAsTitle
  return String((title && related[title]) ?? related['id'] ?? JSON.stringify(value))
}

type WhereArgs = {
  req: PayloadRequest
  /** Field names and what they should hold: text, `true` and `false`, numbers, days as `YYYY-MM-DD`. */
  where: Record<string, unknown>
  /** In which a day begins. */
  zone: string
}

/**
 * Turns a filter by a site's own fields into columns. Only simple fields that the caller may read: a filter would
 * tell what reading does not.
 */
export const extraFilters = ({ req, where, zone }: WhereArgs): Promise<ColumnFilter[]> => {
  const { slugs } = getHelpdesk(req.payload)
  const columns = postgresOf(req.payload).tables[tableKey(req.payload, slugs.tickets)]!
  const fields = extraFields(req)
  return Promise.all(
    Object.entries(where).map(async ([name, value]) => {
      const field = fields.find((one) => one.name === name)
      const read = field && (field as { access?: { read?: (args: unknown) => unknown } }).access?.read
      const column = columns[name] ?? columns[`${name}_id`]
      const isPlain = ['string', 'number', 'boolean'].includes(typeof value)
      const isClosed = !field || ('hidden' in field && field.hidden) || (read && !(await read({ req })))
      if (!field || isClosed || !column || !isPlain) throw refusal(`"${name}" cannot be filtered by.`)
      return columnFilter({ field, column: column.name, typed: String(value), zone })
    }),
  )
}

const refusal = (words: string) => new HelpdeskError('badInput', { fields: { where: words } })

type ColumnArgs = { field: FlattenedField; column: string; typed: string; zone: string }

const columnFilter = ({ field, column, typed, zone }: ColumnArgs): ColumnFilter => {
  const { name, type } = field
  if (type === 'number') {
    const value = Number(typed)
    if (!typed.trim() || !Number.isFinite(value)) throw refusal(`"${name}" is a number.`)
    return { column, is: 'equal', value }
  }
  if (type === 'checkbox') {
    if (typed !== 'true' && typed !== 'false') throw refusal(`"${name}" is true or false.`)
    return typed === 'true' ? { column, is: 'equal', value: true } : { column, is: 'unset' }
  }
  if (type === 'date') {
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(typed) && !Number.isNaN(Date.parse(typed))
    if (!isDay) throw refusal(`"${name}" is a day, as in 2026-03-31.`)
    return { column, is: 'onDay', value: typed, zone }
  }
  if (type === 'select' || type === 'radio') {
    const values = field.options.map((one) => (typeof one === 'string' ? one : one.value))
    if (!values.includes(typed)) throw refusal(`"${name}" is one of ${values.join(', ')}.`)
    return { column, is: 'equal', value: typed }
  }
  if (type === 'relationship' || type === 'upload') {
    // Ids are numbers or UUIDs, as the site's database has them.
    if (!/^(\d{1,15}|[0-9a-f-]{36})$/i.test(typed)) throw refusal(`"${name}" is an id.`)
    return { column, is: 'equal', value: typed }
  }
  return { column, is: 'containing', value: typed }
}
