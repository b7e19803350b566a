import config from '@payload-config'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation.js'
import { getPayload } from 'payload'
import { HelpdeskPortal, type PortalProps } from 'payload-helpdesk/portal'
import './page.css'

type Args = { params: Promise<{ page: string }>; searchParams: Promise<PortalProps['searchParams']> }

/** A page as an editor has made it: what it is called, and its blocks. */
type ShownPage = {
  title: string
  layout: { id: string; blockType: 'helpdeskPortal'; mailbox?: number | string | null }[]
}

const readPage = async (slug: string): Promise<ShownPage | null> => {
  const payload = await getPayload({ config })
  const { docs } = await payload.find({
    collection: 'pages',
    where: { slug: { equals: slug } },
    limit: 1,
    depth: 0,
    overrideAccess: false,
  })
  return (docs[0] as unknown as ShownPage | undefined) ?? null
}

export const generateMetadata = async ({ params }: Args): Promise<Metadata> => {
  const page = await readPage((await params).page)
  return { title: page ? `${page.title} · Acme` : 'Acme' }
}

/** A page of the shop: its blocks, in the shop's own colours. */
const Page = async ({ params, searchParams }: Args) => {
  const slug = (await params).page
  const page = await readPage(slug)
  if (!page) notFound()
  const query = await searchParams
  const language = typeof query.lang === 'string' ? query.lang : 'en'
  const path = query.lang ? `/${slug}?lang=${encodeURIComponent(language)}` : `/${slug}`
  return (
    <main className="page">
      <a className="brand" href="/">
        Acme
      </a>
      <h1>{page.title}</h1>
      {page.layout.map(({ id, mailbox }) => (
        <HelpdeskPortal
          key={id}
          config={config}
          mailbox={mailbox}
          page={path}
          language={language}
          searchParams={query}
        />
      ))}
    </main>
  )
}

export default Page
