import { randomUUID } from 'node:crypto'
import { isolateObjectProperty, type PayloadRequest } from 'payload'
import { postgresOf, type Transaction } from './database.js'

const running = new WeakSet<object>()

/**
 * Runs `work` in one database transaction and resolves only when its COMMIT happened; otherwise it throws and
 * nothing of it was written (or, where the connection broke while the COMMIT was on its way, the outcome is
 * unknown and a unique key has to tell on the next try).
 *
 * Payload's own `commitTransaction` resolves although the COMMIT failed, and a request whose session was killed
 * writes on without a transaction. So drizzle's `transaction()` is used, whose promise rejects, with its session
 * registered for Payload's operations. The `req` given to `work` is its own and dies with it.
 *
 * Called within a transaction of ours it joins that one.
 */
export const inTransaction = async <T>(
  req: PayloadRequest,
  work: (req: PayloadRequest) => Promise<T>,
): Promise<T> => {
  if (req.transactionID && running.has(req)) return work(req)
  const db = postgresOf(req.payload)
  const id = randomUUID()
  const own = isolateObjectProperty(req, 'transactionID')
  own.transactionID = id
  running.add(own)
  let killed = false
  try {
    return await db.drizzle.transaction(async (tx: Transaction) => {
      const ended = () => {
        killed = true
        return Promise.resolve()
      }
      db.sessions[id] = { db: tx, reject: ended, resolve: ended }
      const result = await work(own)
      // A session that an inner operation has ended, or a statement whose failure somebody swallowed: Postgres
      // answers COMMIT with ROLLBACK and no error then, but refuses any other statement (25P02).
      if (killed || !db.sessions[id]) throw new Error('The transaction was ended by an operation inside it.')
      await tx.session.client.query('select 1')
      return result
    })
  } finally {
    running.delete(own)
    delete db.sessions[id]
  }
}
