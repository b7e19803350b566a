import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPackage, buildSite } from '../../dev/build.js'
import { startDatabase } from '../../dev/database/index.js'
import { root, startSite } from '../../dev/start.js'
import { dropDatabase } from '../database.js'

/** Serves the built site on a fresh database, with people and mailboxes but no tickets, for all browser tests. */
const start = async (): Promise<() => Promise<void>> => {
  const name = `site_${process.pid}_e2e`
  const database = await startDatabase({ name: 'test-postgres', database: name })
  process.env.HELPDESK_TEST_DATABASE = database.url('postgres')
  const attachments = mkdtempSync(join(tmpdir(), 'helpdesk-'))
  const site = await startSite({
    databaseUrl: database.url(name),
    dist: '.next-test',
    port: 3900,
    attachmentsFolder: attachments,
    seed: 'people',
    // Long enough to take something back, short enough not to wait for it.
    env: { HELPDESK_UNDO_WINDOW_MS: '7000' },
    built: buildSite({ root, dist: '.next-test' }).then(() =>
      // npm test has built it just now.
      process.env.HELPDESK_BUILT ? undefined : buildPackage(root),
    ),
  })
  process.env.HELPDESK_E2E_URL = site.url
  process.env.HELPDESK_E2E_MAIL_URL = site.mailUrl
  process.env.HELPDESK_E2E_DATABASE = database.url(name)
  return async () => {
    await site.stop()
    rmSync(attachments, { recursive: true, force: true })
    await dropDatabase(name)
    await database.close()
  }
}

export default start
