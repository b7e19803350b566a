import { setPriority } from 'node:os'
import { buildSite, stopBuilding } from '../../dev/build.js'
import { root } from '../../dev/start.js'

// Builds the site of the browser tests in the time that other tests leave; they take it as it is, or build it themselves.
setPriority(19)
process.once('SIGTERM', () => {
  stopBuilding()
  process.exit(1)
})
await buildSite({ root, dist: '.next-test' })
