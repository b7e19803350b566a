import { createLocalReq, type Payload } from 'payload'
import type { DocID } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { toID } from '../core/database.js'
import { formCollections } from './collections.js'
import type { Waiting } from './journal.js'
import { type FormTicketArgs, wrongMapping } from './options.js'
import { type FormRequest, fieldsOf, requestOf, valuesOf } from './request.js'

type FormDoc = FormTicketArgs['form']
type Submission = FormTicketArgs['submission']

/** The forms that the option names; one that is not made yet is none. */
export const readMappedForms = async (payload: Payload): Promise<FormDoc[]> => {
  const keys = Object.keys(getHelpdesk(payload).forms)
  const ids = keys.map((key) => toID({ payload }, key)).filter((id) => id !== null)
  const { docs } = await payload.find({
    collection: formCollections(payload).forms as never,
    where: { or: [{ title: { in: keys } }, ...(ids.length ? [{ id: { in: ids } }] : [])] },
    select: { title: true } as never,
    depth: 0,
    pagination: false,
    overrideAccess: true,
    req: await createLocalReq({}, payload),
  })
  return docs as unknown as FormDoc[]
}

/** A submission, and what it asks for. */
export type Submitted = {
  submission: Submission
  /** Null where the option opens no ticket of it. */
  request: FormRequest | null
}

type ReadArgs = { payload: Payload; collection: string; id: DocID }

const read = async <T>({ payload, collection, id }: ReadArgs): Promise<T | null> =>
  (await payload.findByID({
    collection: collection as never,
    id,
    depth: 0,
    disableErrors: true,
    overrideAccess: true,
    req: await createLocalReq({}, payload),
  })) as T | null

/** Null where the submission is gone, or its form is, or the option names it no more. Throws what is wrong with it. */
export const readSubmission = async (payload: Payload, waiting: Waiting): Promise<Submitted | null> => {
  const { forms, submissions } = formCollections(payload)
  const id = toID({ payload }, waiting.submission)
  const submission = id === null ? null : await read<Submission>({ payload, collection: submissions, id })
  const formID = submission && toID({ payload }, submission['form'])
  const form = formID == null ? null : await read<FormDoc>({ payload, collection: forms, id: formID })
  if (!submission || !form) return null
  const { forms: mappings, tickets } = getHelpdesk(payload)
  const key = [String(form.id), form.title ?? ''].find((name) => Object.hasOwn(mappings, name))
  if (key === undefined) return null
  const fields = fieldsOf(form['fields'])
  const values = valuesOf(submission['submissionData'], fields)
  const mapping = mappings[key]!
  const ticket = typeof mapping === 'function' ? await mapping({ values, form, submission }) : mapping
  if (ticket === null) return { submission, request: null }
  const wrong = wrongMapping({ key, ticket, fillable: tickets.fillableFields })
  if (wrong) throw new Error(wrong.replace(/^the/, 'The'))
  const title = form.title || key
  return { submission, request: requestOf(ticket, { key, title, fields, values }) }
}
