'use server'
import config from '@payload-config'
import { redirect } from 'next/navigation.js'
import { getPayload } from 'payload'
import { readForm } from './form.js'

/** What was filled in, by field, where something is missing. */
type Refused = Record<string, string> | null

/** Stores what a visitor filled in, with a visitor's rights. Of the help desk it knows nothing. */
export const send = async (_: Refused, filled: FormData): Promise<Refused> => {
  const form = await readForm()
  if (!form) redirect('/contact')
  const submissionData = form.fields
    .map(({ name }) => ({ field: name, value: String(filled.get(name) ?? '').trim() }))
    .filter(({ value }) => value)
  const isFilled = (name: string): boolean => submissionData.some(({ field }) => field === name)
  if (form.fields.some(({ name, required }) => required && !isFilled(name)))
    return Object.fromEntries(submissionData.map(({ field, value }) => [field, value]))
  const payload = await getPayload({ config })
  await payload.create({
    collection: 'form-submissions',
    data: { form: form.id, submissionData } as never,
    depth: 0,
    overrideAccess: false,
  })
  redirect('/contact?sent=1')
}
