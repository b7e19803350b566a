import config from '@payload-config'
import type { Metadata } from 'next'
import { HelpdeskPortal, type PortalProps } from 'payload-helpdesk/portal'
import './support.css'

export const metadata: Metadata = { title: 'Your requests · Acme' }

type Args = { searchParams: Promise<PortalProps['searchParams']> }

/** The shop's page for questions: the portal, in the shop's own colours. */
const Page = async ({ searchParams }: Args) => {
  const query = await searchParams
  const language = typeof query.lang === 'string' ? query.lang : 'en'
  return (
    <main className="support">
      <a className="brand" href="/">
        Acme
      </a>
      <h1>How can we help?</h1>
      <HelpdeskPortal config={config} page="/support" language={language} searchParams={query} />
    </main>
  )
}

export default Page
