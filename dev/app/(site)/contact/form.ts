import config from '@payload-config'
import { getPayload } from 'payload'
import { contactForm } from '../../../seed/forms.js'

/** A field of the form builder that the page can show. */
export type ShownField = {
  blockType: string
  name: string
  label?: string
  required?: boolean
  width?: number
  options?: { label: string; value: string }[]
}

export type ShownForm = {
  id: number | string
  title: string
  submitButtonLabel?: string
  fields: ShownField[]
}

/** The contact form as any visitor may read it; null where nobody has made it. */
export const readForm = async (): Promise<ShownForm | null> => {
  const payload = await getPayload({ config })
  const { docs } = await payload.find({
    collection: 'forms',
    where: { title: { equals: contactForm } },
    sort: 'id',
    limit: 1,
    depth: 0,
    overrideAccess: false,
  })
  return (docs[0] as unknown as ShownForm | undefined) ?? null
}
