import { APIError, type Field, type Payload, type PayloadRequest, type Where } from 'payload'
import { getHelpdesk } from '../core/config.js'
import { HelpdeskError } from '../core/errors.js'

/** A ticket field of the site's own, as a form shows it. */
export type TicketField = {
  name: string
  label: string
  type: (typeof types)[number] | 'relationship'
  required: boolean
  options: { value: string; label: string }[]
}

const types = ['text', 'email', 'number', 'textarea', 'date', 'checkbox', 'select'] as const

type Named = Field & {
  name: string
  label?: unknown
  required?: boolean
  hasMany?: boolean
  options?: unknown[]
  relationTo?: string | string[]
}

/** Of the documents to choose from, the newest. */
const mostChoices = 50

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

type Choices = { req: PayloadRequest; relationTo: string; where?: Where }

/**
 * Documents that the site's own access rules show to whoever asks, newest first: nobody chooses, or learns of, another's
 * order. None where they may read none.
 */
const documents = async ({ req, relationTo, where }: Choices): Promise<Record<string, unknown>[]> => {
  try {
    const { docs } = await req.payload.find({
      collection: relationTo as never,
      ...(where && { where }),
      depth: 0,
      limit: mostChoices,
      sort: '-createdAt',
      overrideAccess: false,
      user: req.user,
      req,
    })
    return docs as unknown as Record<string, unknown>[]
  } catch (error) {
    if (error instanceof APIError && error.status === 403) return []
    throw error
  }
}

type TitleArgs = { req: PayloadRequest; relationTo: string; language: string }

/** A document as a list names it; one that is named by a time gets its number too, as orders do. */
const titleOf =
  ({ req, relationTo, language }: TitleArgs) =>
  (doc: Record<string, unknown>): string => {
    const { useAsTitle } = req.payload.collections[relationTo]!.config.admin
    const title = doc[useAsTitle ?? 'id']
    const isTime = typeof title === 'string' && /^\d{4}-\d\d-\d\dT/.test(title)
    if (isTime)
      return `#${doc['id']} · ${new Date(title).toLocaleDateString(language, { dateStyle: 'medium', timeZone: 'UTC' })}`
    return title === undefined || title === null || title === '' ? `#${doc['id']}` : String(title)
  }

const optionsOf = async (
  { options = [], relationTo }: Named,
  { req, language }: { req: PayloadRequest; language: string },
): Promise<TicketField['options']> => {
  if (typeof relationTo === 'string') {
    const title = titleOf({ req, relationTo, language })
    const docs = await documents({ req, relationTo })
    return docs.map((doc) => ({ value: String(doc['id']), label: title(doc) }))
  }
  return options.map((option) => {
    const { value, label } =
      typeof option === 'string'
        ? { value: option, label: option }
        : (option as { value: string; label: unknown })
    return { value, label: wordOf(label, { language, fallback: value }) }
  })
}

const chosenFields = (payload: Payload): Named[] => {
  const { slugs, portal } = getHelpdesk(payload)
  const { flattenedFields } = payload.collections[slugs.tickets]!.config
  return portal.fields.flatMap((name) => flattenedFields.find((one) => one.name === name) ?? []) as Named[]
}

const isChoice = ({ type, relationTo, hasMany }: Named): boolean =>
  type === 'relationship' && typeof relationTo === 'string' && !hasMany

const formType = (field: Named): TicketField['type'] | undefined =>
  isChoice(field) ? 'relationship' : field.hasMany ? undefined : types.find((one) => one === field.type)

/** The site's own ticket fields that customers fill, in the order of the option. A choice without one is left out, unless one has to be made. */
export const ticketFields = async (req: PayloadRequest, language: string): Promise<TicketField[]> => {
  const fields = await Promise.all(
    chosenFields(req.payload).map(async (field): Promise<TicketField> => {
      const { name } = field
      const label = wordOf(field.label, { language, fallback: plainName(name) })
      const options = await optionsOf(field, { req, language })
      return { name, type: formType(field)!, label, required: field.required === true, options }
    }),
  )
  return fields.filter(
    ({ type, options, required }) => type !== 'relationship' || required || options.length > 0,
  )
}

/**
 * What a form sent for them, as the fields take it; whatever else was sent is left out. Throws `badInput` where a
 * document is named that whoever asks may not read.
 */
export const typedFields = async (
  req: PayloadRequest,
  sent: Record<string, unknown>,
): Promise<Record<string, unknown>> => {
  const typed: Record<string, unknown> = {}
  for (const field of chosenFields(req.payload)) {
    const { name } = field
    const type = formType(field)
    const value = Object.hasOwn(sent, name) ? sent[name] : undefined
    if (type === 'checkbox') typed[name] = value === 'on' || value === 'true' || value === true
    else if (value === undefined || value === '') continue
    else if (type === 'relationship') typed[name] = await documentOf({ req, field, value: String(value) })
    else typed[name] = type === 'number' ? Number(value) : value
  }
  return typed
}

type DocumentArgs = { req: PayloadRequest; field: Named; value: string }

const documentOf = async ({ req, field, value }: DocumentArgs): Promise<unknown> => {
  const relationTo = String(field.relationTo)
  const isNumber =
    req.payload.collections[relationTo]!.customIDType !== 'text' && req.payload.db.defaultIDType === 'number'
  const id = isNumber ? Number(value) : value
  const isPossible = !isNumber || (Number.isSafeInteger(id) && Number(id) > 0 && Number(id) < 2 ** 31)
  const [doc] = isPossible ? await documents({ req, relationTo, where: { id: { equals: id } } }) : []
  if (!doc)
    throw new HelpdeskError('badInput', { fields: { [`fields[${field.name}]`]: 'Choose one of the list.' } })
  return doc['id']
}

/** Refuses names in the option `portal.fields` that no form could show. */
export const refusePortalFields = (payload: Payload): void => {
  const { portal, tickets } = getHelpdesk(payload)
  const fields = chosenFields(payload)
  for (const name of portal.fields) {
    const field = fields.find((one) => one.name === name)
    if (!field || !tickets.fillableFields.includes(name))
      throw new Error(
        `payload-helpdesk: the option portal.fields names "${name}", which is no ticket field of yours that can be filled. Add it by helpdeskPlugin({ overrides: { tickets: { fields } } }).`,
      )
    if (!formType(field))
      throw new Error(
        `payload-helpdesk: the option portal.fields names "${name}", a field of type ${field.type} that the portal's form cannot show. It shows ${types.join(', ')} and relationship, each with one value.`,
      )
  }
}
