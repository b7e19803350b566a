import {
  type CollectionBeforeChangeHook,
  type CollectionBeforeDeleteHook,
  isolateObjectProperty,
  type PayloadRequest,
} from 'payload'
import { HelpdeskError } from '../core/errors.js'

/** A bundler makes several copies of this module; what a verb of one has marked, the hooks of another know. */
const mark = Symbol.for('payload-helpdesk.verb')

/**
 * The request with the mark of a verb, for one call of the Local API; only then may managed fields be written. The
 * request it is made from stays unmarked.
 */
export const asVerb = (req: PayloadRequest): PayloadRequest => {
  const marked = isolateObjectProperty(req, 'context')
  marked.context = { ...req.context, helpdeskVerb: mark }
  return marked
}

const isVerb = (req: PayloadRequest): boolean => req.context?.['helpdeskVerb'] === mark

const same = (a: unknown, b: unknown): boolean => {
  const plain = (value: unknown): unknown => {
    if (value == null || value === '') return null
    if (value instanceof Date) return value.toISOString()
    if (typeof value === 'object' && 'id' in value) return plain((value as { id: unknown }).id)
    return value
  }
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b))
}

/**
 * Refuses to write a managed field outside a verb, by whatever API. `verbs` maps each managed field to the verb
 * that writes it; the refusal names it.
 */
export const guardManaged =
  (verbs: Record<string, string>): CollectionBeforeChangeHook =>
  ({ data, originalDoc, operation, req }) => {
    if (isVerb(req)) return data
    if (operation === 'create') {
      throw new HelpdeskError('managedField', {
        message: 'Tickets are opened by `openTicket`, not by creating a document.',
      })
    }
    for (const [field, by] of Object.entries(verbs)) {
      if (field in data && !same(data[field], originalDoc?.[field])) {
        throw new HelpdeskError('managedField', {
          message: `"${field}" is managed by the help desk. Change it with \`${by}\`.`,
          fields: { [field]: `Change it with ${by}.` },
        })
      }
    }
    return data
  }

/** Refuses every create and update outside a verb. */
export const refuseWrites =
  (by: string): CollectionBeforeChangeHook =>
  ({ data, req }) => {
    if (isVerb(req)) return data
    throw new HelpdeskError('appendOnly', { message: `This is written by the help desk only: use ${by}.` })
  }

export const refuseDelete =
  (by: string): CollectionBeforeDeleteHook =>
  ({ req }) => {
    if (isVerb(req)) return
    throw new HelpdeskError('appendOnly', { message: `This is deleted by the help desk only: use ${by}.` })
  }
