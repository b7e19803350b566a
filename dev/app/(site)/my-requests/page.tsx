import config from '@payload-config'
import type { Metadata } from 'next'
import { openPage, PortalPrivacy, type PortalProps, portalAccess, portalForm } from 'payload-helpdesk/portal'
import { Requests } from './Requests.js'
import './requests.css'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'My requests · Acme' }

type Args = { searchParams: Promise<PortalProps['searchParams']> }

/** The customers' side as the shop draws it itself: nothing here is the help desk's but the data. */
const Page = async ({ searchParams }: Args) => {
  const portal = await openPage({ config, page: '/my-requests', searchParams: await searchParams })
  return (
    <main className="my">
      <PortalPrivacy page={portal} />
      <a className="brand" href="/">
        Acme
      </a>
      <h1>My requests</h1>
      <Requests access={portalAccess(portal)} form={await portalForm(portal)} />
    </main>
  )
}

export default Page
