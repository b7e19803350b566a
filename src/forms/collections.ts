import type { Payload } from 'payload'
import { getHelpdesk } from '../core/config.js'
import { formOption } from './options.js'

/** The slugs of the form builder's two collections at this site. */
export type FormCollections = { forms: string; submissions: string }

type Field = { name: string; type: string; relationTo?: unknown; flattenedFields?: Field[] }

const fieldsOf = (payload: Payload, slug: string): Field[] =>
  payload.collections[slug]!.config.flattenedFields as unknown as Field[]

/** The form that a collection's documents are filled-in copies of; null where they are none. */
const formsOf = (payload: Payload, slug: string): string | null => {
  const fields = fieldsOf(payload, slug)
  const form = fields.find(({ name, type }) => name === 'form' && type === 'relationship')
  const data = fields.find(({ name, type }) => name === 'submissionData' && type === 'array')
  return data && typeof form?.relationTo === 'string' ? form.relationTo : null
}

/**
 * Finds the form builder's collections, whatever a site calls them, by the fields that its own code relies on. They
 * are looked for at run time: the form builder adds them after the help desk.
 */
export const formCollections = (payload: Payload): FormCollections => {
  const found = Object.keys(payload.collections).flatMap((submissions) => {
    const forms = formsOf(payload, submissions)
    return forms === null ? [] : [{ forms, submissions }]
  })
  const [only] = found
  if (!only)
    throw new Error(
      'payload-helpdesk: the option forms is set, and this site has no collection of form submissions. Add formBuilderPlugin of @payloadcms/plugin-form-builder to `plugins`, or take the option away.',
    )
  if (found.length > 1)
    throw new Error(
      `payload-helpdesk: the option forms is set, and this site has several collections of form submissions: ${found.map(({ submissions }) => submissions).join(', ')}.`,
    )
  if (payload.collections[only.submissions]!.config.timestamps === false)
    throw new Error(
      `payload-helpdesk: the option forms needs to know when a form was sent. Leave timestamps on for ${only.submissions}.`,
    )
  return only
}

/** Types of field in which a text can stand. */
const fromText = ['text', 'textarea', 'email', 'number', 'checkbox', 'date', 'select', 'radio', 'code']

/** The site's field on tickets. */
export const ticketField = (payload: Payload, name: string): (Field & { hasMany?: boolean }) | undefined =>
  fieldsOf(payload, getHelpdesk(payload).slugs.tickets).find((field) => field.name === name)

/** Says at start what would otherwise be found out when the first form is sent. */
export const refuseGaps = (payload: Payload): void => {
  formCollections(payload)
  for (const [key, ticket] of Object.entries(getHelpdesk(payload).forms)) {
    if (typeof ticket === 'function') continue
    for (const name of Object.keys(ticket.fields ?? {})) {
      const type = ticketField(payload, name)?.type
      if (type && !fromText.includes(type))
        throw new Error(
          `payload-helpdesk: the option ${formOption(key)}.fields.${name} would fill a ${type} field from a text. These can be filled: ${fromText.join(', ')}.`,
        )
    }
  }
}
