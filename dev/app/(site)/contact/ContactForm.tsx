'use client'
import { useActionState } from 'react'
import { FormField } from './FormField.js'
import type { ShownForm } from './form.js'
import { send } from './send.js'

/** What was typed stays where it was, with and without scripts, until it is sent. */
export const ContactForm = ({ form }: { form: ShownForm }) => {
  const [refused, action] = useActionState(send, null)
  return (
    <>
      {refused && (
        <p className="contact-wrong" role="alert">
          Please fill in every field that is not marked as optional.
        </p>
      )}
      <form className="contact-form" action={action}>
        {form.fields.map((field) => (
          <FormField key={field.name} field={field} value={refused?.[field.name] ?? ''} />
        ))}
        <button type="submit">{form.submitButtonLabel || 'Send'}</button>
      </form>
    </>
  )
}
