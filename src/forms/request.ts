import type { DocID } from '../collections/types.js'
import { cleanLine, cleanText, cut } from '../rules/cleanText.js'
import type { Priority } from '../rules/priority.js'
import { type FormOptions, formOption } from './options.js'

/** A field of a form. */
export type FormField = { name: string; label: string; type: string }

/** A form as somebody has filled it in. */
export type FilledForm = {
  /** How the option names it. */
  key: string
  title: string
  fields: FormField[]
  values: Record<string, string>
}

/** What a submission asks for. */
export type FormRequest = {
  mailbox: DocID
  priority: Priority | undefined
  email: string
  name: string
  subject: string
  message: string
  /** '' where it is not said. */
  language: string
  /** The site's ticket fields that were filled in. */
  fields: Record<string, string>
}

/** Characters; what is longer is no name, and nobody reads it. The same as for the webhook. */
const longest = { name: 200, message: 500_000 }

const placeholder = /\{\{\s*([^{}]+?)\s*\}\}/g

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

type Block = { blockType?: unknown; name?: unknown; label?: unknown }

/** The fields of a form's document that can be filled in. */
export const fieldsOf = (blocks: unknown): FormField[] =>
  (Array.isArray(blocks) ? (blocks as Block[]) : []).flatMap(({ blockType, name, label }) =>
    typeof name === 'string' && name
      ? [{ name, label: cleanLine(text(label)) || name, type: text(blockType) }]
      : [],
  )

type Entry = { field?: unknown; value?: unknown } | null

/** What was filled in in these fields. Visitors may send what they like: other names, and a name twice, do not count. */
export const valuesOf = (data: unknown, fields: readonly FormField[]): Record<string, string> => {
  const sent = new Map<string, string>()
  for (const entry of Array.isArray(data) ? (data as Entry[]) : [])
    if (typeof entry?.field === 'string' && entry.value != null && !sent.has(entry.field))
      sent.set(entry.field, cleanText(String(entry.value)).trim())
  return Object.fromEntries(fields.map(({ name }) => [name, sent.get(name) ?? '']))
}

const namesIn = (template: string): string[] => [...template.matchAll(placeholder)].map((match) => match[1]!)

type FillArgs = { part: string; template: string; form: FilledForm }

const fill = ({ part, template, form }: FillArgs): string =>
  template.replace(placeholder, (_, name: string) => {
    if (Object.hasOwn(form.values, name)) return form.values[name]!
    throw new Error(
      `The option ${formOption(form.key)}.${part} names {{${name}}}, and the form "${form.title}" has no such field.`,
    )
  })

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '')

const called = ({ fields }: FilledForm, name: string): string | undefined =>
  fields.find((field) => plain(field.name) === name)?.name

const ofType = ({ fields }: FilledForm, type: string): string | undefined =>
  fields.find((field) => field.type === type)?.name

const inBraces = (...names: (string | undefined)[]): string =>
  names.flatMap((name) => (name === undefined ? [] : [`{{${name}}}`])).join(' ')

const emailOf = (form: FilledForm): string => {
  const field = ofType(form, 'email')
  if (field === undefined)
    throw new Error(
      `The form "${form.title}" has no field of type email. Say in ${formOption(form.key)}.email where the address stands.`,
    )
  return inBraces(field)
}

const nameOf = (form: FilledForm): string =>
  inBraces(called(form, 'name') ?? called(form, 'fullname')) ||
  inBraces(called(form, 'firstname'), called(form, 'lastname'))

/** A line for each field that was filled in. */
export const linesOf = (form: FilledForm, names: readonly string[]): string =>
  form.fields
    .filter(({ name }) => names.includes(name) && form.values[name])
    .map(({ name, label }) => `${label}: ${form.values[name]}`)
    .join('\n')

const messageOf = (form: FilledForm, used: ReadonlySet<string>): string => {
  const field = called(form, 'message') ?? ofType(form, 'textarea')
  const rest = form.fields.map(({ name }) => name).filter((name) => name !== field && !used.has(name))
  return [field === undefined ? '' : form.values[field], linesOf(form, rest)].filter(Boolean).join('\n\n')
}

/**
 * Makes a request of a filled-in form. What visitors write is put in as it is, once: braces in it are text. Throws where
 * the mapping names a field that the form does not have.
 */
export const requestOf = (ticket: FormOptions, form: FilledForm): FormRequest => {
  const parts = {
    email: ticket.email ?? emailOf(form),
    name: ticket.name ?? nameOf(form),
    subject: ticket.subject ?? inBraces(called(form, 'subject')),
    language: ticket.language ?? '',
  }
  const mapped = Object.entries(ticket.fields ?? {})
  const filled = (part: string, template: string): string => fill({ part, template, form })
  const used = new Set([...Object.values(parts), ...mapped.map(([, template]) => template)].flatMap(namesIn))
  const message =
    ticket.message === undefined ? messageOf(form, used) : filled('message', ticket.message).trim()
  return {
    mailbox: ticket.mailbox,
    priority: ticket.priority,
    email: filled('email', parts.email).trim(),
    name: cut(cleanLine(filled('name', parts.name)), longest.name),
    subject: cleanLine(filled('subject', parts.subject)) || form.title,
    message: cut(message, longest.message),
    language: filled('language', parts.language).trim(),
    fields: Object.fromEntries(
      mapped
        .map(([name, template]) => [name, filled(`fields.${name}`, template).trim()] as const)
        .filter(([, value]) => value !== ''),
    ),
  }
}
