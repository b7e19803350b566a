// Judges the package as it was built: what npm test does of npm run newcomer.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../dev/install.mjs'
import { checkPacked, packBuilt } from './checks.mjs'

const folder = mkdtempSync(join(tmpdir(), 'payload-helpdesk-packed-'))
const code = await packBuilt({ root, folder })
  .then((tarball) => checkPacked({ root, folder, tarball }))
  .then(
    () => 0,
    (error) => {
      console.error(error.message)
      return 1
    },
  )
rmSync(folder, { recursive: true, force: true })
process.exit(code)
