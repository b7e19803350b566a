import type { Metadata } from 'next'
import { ContactForm } from './ContactForm.js'
import { readForm } from './form.js'
import './contact.css'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Contact us · Acme' }

type Args = { searchParams: Promise<{ sent?: string }> }

/** The shop's contact form, which an editor has made in the admin panel. It needs no JavaScript. */
const Page = async ({ searchParams }: Args) => {
  const { sent } = await searchParams
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
      {form && !sent && <ContactForm form={form} />}
      {sent && <a href="/contact">Write another message</a>}
    </main>
  )
}

export default Page
