import type { I18nClient } from '@payloadcms/translations'
import type { ClientCollectionConfig, ClientField } from 'payload'

export type ExtraField = {
  name: string
  label: string
  /** `text`, `number`, `checkbox`, `date` or `select`: what an agent can edit in a line. */
  type: string
  options?: { value: string; label: string }[]
}

type Words = { i18n: Pick<I18nClient, 'language'> }

const word = (label: unknown, { i18n }: Words): string => {
  if (typeof label === 'string') return label
  if (label && typeof label === 'object') {
    const words = label as Record<string, string>
    return words[i18n.language] ?? Object.values(words)[0] ?? ''
  }
  return ''
}

const flat = (fields: ClientField[]): ClientField[] =>
  fields.flatMap((field) => {
    if (field.type === 'tabs')
      return flat(field.tabs.flatMap((tab) => ('name' in tab && tab.name ? [] : tab.fields)))
    if (field.type === 'row' || field.type === 'collapsible') return flat(field.fields)
    return [field]
  })

const lines = new Set(['text', 'textarea', 'email', 'number', 'checkbox', 'date', 'select', 'radio'])

type ExtraFieldsArgs = Words & {
  collection: Pick<ClientCollectionConfig, 'fields'> | null | undefined
  names: string[]
}

/** A site's own ticket fields that a line can hold, labelled, with their options; none of several values. */
export const extraFieldsOf = ({ collection, names, i18n }: ExtraFieldsArgs): ExtraField[] =>
  flat(collection?.fields ?? []).flatMap((field) => {
    if (!('name' in field) || !field.name || !names.includes(field.name) || !lines.has(field.type)) return []
    if ('hasMany' in field && field.hasMany) return []
    const label = word('label' in field ? field.label : '', { i18n }) || field.name
    if (field.type === 'checkbox') {
      return [{ name: field.name, label, type: 'checkbox' }]
    }
    if (field.type === 'select' || field.type === 'radio') {
      const options = field.options.map((option) =>
        typeof option === 'string'
          ? { value: option, label: option }
          : { value: option.value, label: word(option.label, { i18n }) || option.value },
      )
      return [{ name: field.name, label, type: 'select', options }]
    }
    return [{ name: field.name, label, type: field.type }]
  })

/** What a field is changed with: an element, or the kind of an input. */
export const controlOf = ({ type, options }: ExtraField) => {
  if (options) return 'select'
  if (type === 'textarea' || type === 'checkbox' || type === 'number' || type === 'date') return type
  return 'text'
}
