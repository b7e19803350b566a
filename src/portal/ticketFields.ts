import type { Field, PayloadRequest } from 'payload'
import { getHelpdesk } from '../core/config.js'

/** A ticket field of the site's own, as a form shows it. */
export type TicketField = {
  name: string
  label: string
  type: 'text' | 'email' | 'number' | 'textarea' | 'date' | 'checkbox' | 'select'
  required: boolean
  options: { value: string; label: string }[]
}

const types = ['text', 'email', 'number', 'textarea', 'date', 'checkbox', 'select'] as const

type Named = Field & { name: string; label?: unknown; required?: boolean; options?: unknown[] }

const wordOf = (label: unknown, { language, fallback }: { language: string; fallback: string }): string => {
  if (typeof label === 'string') return label
  if (label && typeof label === 'object') {
    const byLanguage = label as Record<string, string>
    return byLanguage[language] ?? byLanguage['en'] ?? Object.values(byLanguage)[0] ?? fallback
  }
  return fallback
}

const plainName = (name: string): string => {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[-_]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase()
}

/** The site's own ticket fields that customers fill, in the order of the option. */
export const ticketFields = (req: PayloadRequest, language: string): TicketField[] => {
  const { slugs, portal, tickets } = getHelpdesk(req.payload)
  const { flattenedFields } = req.payload.collections[slugs.tickets]!.config
  return portal.fields.flatMap((name): TicketField[] => {
    const field = flattenedFields.find((one) => one.name === name) as Named | undefined
    const type = types.find((one) => one === field?.type)
    if (!field || !type || !tickets.fillableFields.includes(name)) return []
    const options = (field.options ?? []).map((option) => {
      const { value, label } =
        typeof option === 'string'
          ? { value: option, label: option }
          : (option as { value: string; label: unknown })
      return { value, label: wordOf(label, { language, fallback: value }) }
    })
    const label = wordOf(field.label, { language, fallback: plainName(name) })
    return [{ name, type, label, required: field.required === true, options }]
  })
}

/** What a form sent for them, as the fields take it; whatever else was sent is left out. */
export const typedFields = (req: PayloadRequest, sent: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    ticketFields(req, 'en').flatMap(({ name, type }) => {
      const value = Object.hasOwn(sent, name) ? sent[name] : undefined
      if (type === 'checkbox') return [[name, value === 'on' || value === 'true' || value === true]]
      if (value === undefined || value === '') return []
      return [[name, type === 'number' ? Number(value) : value]]
    }),
  )
