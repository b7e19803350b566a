'use server'
import config from '@payload-config'
import { redirect } from 'next/navigation.js'
import { getPayload } from 'payload'
import { readForm } from './form.js'

/** Stores what a visitor filled in, with a visitor's rights. Of the help desk it knows nothing. */
export const send = async (filled: FormData): Promise<void> => {
  const form = await readForm()
  if (!form) redirect('/contact')
  const submissionData = form.fields
    .map(({ name }) => ({ field: name, value: String(filled.get(name) ?? '').trim() }))
    .filter(({ value }) => value)
  const isFilled = (name: string): boolean => submissionData.some(({ field }) => field === name)
  if (form.fields.some(({ name, required }) => required && !isFilled(name))) redirect('/contact?missing=1')
  const payload = await getPayload({ config })
  await payload.create({
    collection: 'form-submissions',
    data: { form: form.id, submissionData } as never,
    depth: 0,
    overrideAccess: false,
  })
  redirect('/contact?sent=1')
}
