import { createRequire } from 'node:module'
import type { workAsyncStorage } from 'next/dist/server/app-render/work-async-storage.external.js'
import type { workUnitAsyncStorage } from 'next/dist/server/app-render/work-unit-async-storage.external.js'
import { createElement, type FunctionComponent } from 'react'
import { prerender } from 'react-dom/static'
import { HelpdeskPortal, type PortalProps } from '../../src/exports/portal.js'
import type { VisitorArgs } from './portalVisitor.js'

// The page reads the request's headers from Next: from the same instances that `next/headers.js` reads.
const require = createRequire(import.meta.url)
require('next/dist/server/node-environment-baseline.js')
const server = 'next/dist/server/app-render'
const work = require(`${server}/work-async-storage.external.js`).workAsyncStorage as typeof workAsyncStorage
const unit = require(`${server}/work-unit-async-storage.external.js`)
  .workUnitAsyncStorage as typeof workUnitAsyncStorage

const page = '/support'

/** What the portal's page holds for somebody, with this behind the `?` of its address. */
export const portalPage = async (
  { site, session, guest, user }: VisitorArgs,
  search: Record<string, string> = {},
): Promise<string> => {
  const headers = new Headers()
  if (session) headers.set('cookie', `helpdesk-portal=${session}`)
  if (user) headers.set('authorization', `JWT ${await user.token()}`)
  const render = async (): Promise<string> => {
    const { prelude } = await prerender(
      createElement(HelpdeskPortal as unknown as FunctionComponent<PortalProps>, {
        payload: site.payload,
        page,
        searchParams: { ...search, ...(guest && { guest }) },
      }),
    )
    return new Response(prelude).text()
  }
  return work.run({ route: page } as never, () =>
    unit.run({ type: 'request', phase: 'render', headers } as never, render),
  )
}
