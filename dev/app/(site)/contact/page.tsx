import type { Metadata } from 'next'
import { FormField } from './FormField.js'
import { readForm } from './form.js'
import { send } from './send.js'
import './contact.css'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Contact us · Acme' }

type Args = { searchParams: Promise<{ sent?: string; missing?: string }> }

/** The shop's contact form, which an editor has made in the admin panel. It needs no JavaScript. */
const Page = async ({ searchParams }: Args) => {
  const { sent, missing } = await searchParams
  const form = await readForm()
  return (
    <main className="contact">
      <a className="brand" href="/">
        Acme
      </a>
      <h1>{form?.title ?? 'Contact us'}</h1>
      {sent ? (
        <p className="contact-done" role="status">
          Thank you. We have your message and answer by mail.
        </p>
      ) : (
        <p className="lead">Write to us. We answer by mail, mostly within a day.</p>
      )}
      {missing && (
        <p className="contact-wrong" role="alert">
          Please fill in every field that is not marked as optional.
        </p>
      )}
      {form && !sent && (
        <form className="contact-form" action={send}>
          {form.fields.map((field) => (
            <FormField key={field.name} field={field} />
          ))}
          <button type="submit">{form.submitButtonLabel || 'Send'}</button>
        </form>
      )}
      {sent && <a href="/contact">Write another message</a>}
    </main>
  )
}

export default Page
