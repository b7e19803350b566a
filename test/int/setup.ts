import { startDatabase } from '../../dev/database/index.js'
import { isAlive } from '../../dev/database/lock.js'
import { dropDatabase, onServer, siteOwner } from '../database.js'

/** Template databases kept from one run to the next; a schema that has not changed is not pushed again. */
const keptTemplates = 12

/** Starts the database server once for all test files and hands its address to them. */
const setup = async (): Promise<() => Promise<void>> => {
  const database = await startDatabase({ name: 'test-postgres' })
  process.env.HELPDESK_TEST_DATABASE = database.url()
  for (const name of await leftovers()) await dropDatabase(name)
  return () => database.close()
}

const leftovers = async (): Promise<string[]> => {
  const names = await onServer(async (client) => {
    const { rows } = await client.query('SELECT datname FROM pg_database ORDER BY oid DESC')
    return rows.map((row) => (row as { datname: string }).datname)
  })
  const templates = names.filter((name) => /^template_[0-9a-f]{16}$/.test(name))
  const orphans = names.filter((name) => siteOwner(name) !== undefined && !isAlive(siteOwner(name)!))
  return [...orphans, ...templates.slice(keptTemplates)]
}

export default setup
