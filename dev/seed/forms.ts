import type { Payload } from 'payload'
import { richText } from './richText.js'

/** The title of the form on the page /contact, by which the help desk knows it. */
export const contactForm = 'Contact us'

const fields = [
  { blockType: 'text', name: 'name', label: 'Your name', required: true, width: 50 },
  { blockType: 'email', name: 'email', label: 'Your e-mail address', required: true, width: 50 },
  { blockType: 'text', name: 'subject', label: 'What is it about?', required: true, width: 100 },
  { blockType: 'text', name: 'order', label: 'Order number', width: 50 },
  {
    blockType: 'select',
    name: 'wish',
    label: 'How shall we help?',
    width: 50,
    options: ['A question', 'A return', 'A repair'].map((wish) => ({ label: wish, value: wish })),
  },
  { blockType: 'textarea', name: 'message', label: 'Your message', required: true, width: 100 },
]

/** Makes the form as an editor would, where it is missing. */
export const seedForms = async (payload: Payload): Promise<void> => {
  const { totalDocs } = await payload.count({
    collection: 'forms',
    where: { title: { equals: contactForm } },
    overrideAccess: true,
  })
  if (totalDocs) return
  const confirmationMessage = richText('Thank you. We have your message and answer by mail.')
  await payload.create({
    collection: 'forms',
    data: {
      title: contactForm,
      fields,
      submitButtonLabel: 'Send',
      confirmationType: 'message',
      confirmationMessage,
    },
    overrideAccess: true,
    depth: 0,
  })
}
