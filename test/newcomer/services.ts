import { randomBytes } from 'node:crypto'
import { type AddressInfo, createServer } from 'node:net'
import pg from 'pg'
import { startDatabase, withDatabase } from '../../dev/database/index.js'

export { startMailServer } from '../../dev/mail/index.js'

/** A database that nobody has used, and the way to be rid of it. */
export const freshDatabase = async (): Promise<{ url: string; close: () => Promise<void> }> => {
  const server = await startDatabase({ name: 'test-postgres' })
  const admin = server.isForeign ? server.url() : withDatabase(server.url(), 'postgres')
  const name = `newcomer_${process.pid}_${randomBytes(4).toString('hex')}`
  const onServer = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: admin })
    client.on('error', () => undefined)
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
  await onServer(`CREATE DATABASE ${name}`)
  return {
    url: withDatabase(server.url(), name),
    close: async () => {
      await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      await server.close()
    },
  }
}

/** A port that nobody listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
