import type { PayloadRequest } from 'payload'
import { z } from 'zod'
import type { DocID } from '../../collections/types.js'
import { toID } from '../../core/database.js'
import { type ErrorKey, HelpdeskError } from '../../core/errors.js'
import { priorities } from '../../rules/priority.js'
import { statuses } from '../../rules/status.js'

/** RFC 5321 §4.5.3.1.3 allows 254 characters; whether it is an address is for the verb to say. */
const address = z.string().trim().min(1).max(320)

/** More than a mail program lets anybody type. */
const maxPeople = 100
const maxFiles = 100

/** A ticket's text: more than this is no letter but a file. */
const maxText = 500_000

export const id = z.union([z.number().int().positive(), z.string().min(1).max(64)])
export const person = z.object({ name: z.string().max(300).default(''), address })
export const people = z.array(person).max(maxPeople)
export const files = z.array(id).max(maxFiles)
export const status = z.enum(statuses)
export const priority = z.enum(priorities)
export const nothing = z.object({})

/** What somebody writes: the editor's document, or plain text. */
export const written = {
  source: z.unknown().optional(),
  text: z.string().max(maxText).optional(),
  attachments: files.optional(),
  requestKey: z.string().min(8).max(64).optional(),
}

export const shapes = { address }

type PathArgs = { req: PayloadRequest; value: unknown; key?: ErrorKey }

/** The id in a path; the refusal `key` where it cannot be one. */
export const pathID = ({ req, value, key = 'ticketGone' }: PathArgs): DocID => {
  const found = toID(req, value)
  if (found === null) throw new HelpdeskError(key)
  return found
}

type BodyArgs<Value> = { req: PayloadRequest; value: Value; field: string }

/** Ids of a body as the database has them; `badInput` where one cannot be an id at this site. */
export const bodyID = ({ req, value, field }: BodyArgs<DocID>): DocID => {
  const found = toID(req, value)
  if (found === null)
    throw new HelpdeskError('badInput', { fields: { [field]: 'There is nothing with this id.' } })
  return found
}

export const bodyIDs = ({ req, value, field }: BodyArgs<DocID[] | undefined>): DocID[] =>
  (value ?? []).map((one) => bodyID({ req, value: one, field }))
