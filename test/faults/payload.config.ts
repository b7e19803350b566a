import { postgresAdapter } from '@payloadcms/db-postgres'
import { buildConfig } from 'payload'
import { type HelpdeskOptions, helpdeskTask } from '../../src/index.js'
import { siteConfig } from '../site.js'

/** A test site in a process of its own, on the database of the test that started it. */
export default buildConfig({
  ...siteConfig({
    options: JSON.parse(process.env.HELPDESK_TEST_OPTIONS ?? '{}') as HelpdeskOptions,
    db: postgresAdapter({ pool: { connectionString: process.env.DATABASE_URL, max: 10 }, push: false }),
  }),
  ...(process.env.HELPDESK_TEST_CRON && {
    jobs: { tasks: [helpdeskTask({ cron: process.env.HELPDESK_TEST_CRON })] },
  }),
})
