import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FullConfig } from '@playwright/test'
import { buildPackage, buildSite } from '../../dev/build.js'
import { startDatabase } from '../../dev/database/index.js'
import { root, startSite } from '../../dev/start.js'
import { dropDatabase } from '../database.js'
import type { TestSite } from './test.js'

type Served = TestSite & { stop: () => Promise<void> }

const serve = async (index: number, built: Promise<unknown>): Promise<Served> => {
  const name = `site_${process.pid}_e2e${index}`
  const database = await startDatabase({ name: 'test-postgres', database: name })
  process.env.HELPDESK_TEST_DATABASE = database.url('postgres')
  const attachments = mkdtempSync(join(tmpdir(), 'helpdesk-'))
  const site = await startSite({
    databaseUrl: database.url(name),
    dist: '.next-test',
    port: 3900 + index,
    attachmentsFolder: attachments,
    seed: 'people',
    // Long enough to take something back, short enough not to wait for it.
    env: { HELPDESK_UNDO_WINDOW_MS: '4000' },
    built,
  })
  return {
    url: site.url,
    mailUrl: site.mailUrl,
    databaseUrl: database.url(name),
    stop: async () => {
      await site.stop()
      rmSync(attachments, { recursive: true, force: true })
      await dropDatabase(name)
      await database.close()
    },
  }
}

/**
 * Serves the built site to the browser tests: once for each worker, on a database and a mail server of its own, with
 * people and mailboxes but no tickets.
 */
const start = async ({ workers }: FullConfig): Promise<() => Promise<void>> => {
  const built = buildSite({ root, dist: '.next-test' }).then(() =>
    // npm test has built it just now.
    process.env.HELPDESK_BUILT ? undefined : buildPackage(root),
  )
  const sites: Served[] = []
  // One after the other: two that push a schema at once are no faster.
  for (let index = 0; index < workers; index++) sites.push(await serve(index, built))
  process.env.HELPDESK_E2E_SITES = JSON.stringify(sites)
  return async () => {
    for (const site of sites) await site.stop()
  }
}

export default start
