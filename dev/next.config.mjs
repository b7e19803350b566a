import { fileURLToPath } from 'node:url'
import { withPayload } from '@payloadcms/next/withPayload'

const root = fileURLToPath(new URL('..', import.meta.url))

/** @type {import('next').NextConfig} */
const config = {
  // The tests build the site apart from the demo, so that neither takes the other's files away.
  distDir: process.env.HELPDESK_DIST || '.next',
  turbopack: { root },
  outputFileTracingRoot: root,
  // `npm run typecheck` does this.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  devIndicators: false,
  // Links in mails are keys: nobody is told where the page stands that they open.
  headers: async () => [{ source: '/support', headers: [{ key: 'Referrer-Policy', value: 'no-referrer' }] }],
}

export default withPayload(config, { devBundleServerPackages: false })
