import { randomUUID } from 'node:crypto'
import type { PayloadRequest } from 'payload'
import { type InsertArgs, insertRows, postgresOf, type Transaction } from './database.js'

type Sessions = ReturnType<typeof postgresOf>['sessions']

/** The transactions under way, each with the rows that it writes at its end, by slug. */
const running = new Map<string, Map<string, Record<string, unknown>[]>>()

/**
 * A process that was frozen within a transaction would hold its locks for ever; Postgres ends such a session. Nothing
 * in a transaction of ours waits for anything but the database.
 */
const idleMs = 20_000

/** How long operations that outlived their transaction are still refused. */
const graceMs = 60_000

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
  if (running.has(String(req.transactionID))) return work(req)
  const { drizzle, sessions } = postgresOf(req.payload)
  const id = randomUUID()
  const own = bound(req, id)
  const last = new Map<string, Record<string, unknown>[]>()
  running.set(id, last)
  let cause: unknown
  let isEnded = false
  try {
    const result = await drizzle.transaction(async (tx: Transaction) => {
      const keep = survive(tx)
      const session: Sessions[string] = { db: tx, reject: end, resolve: end }
      // Payload has taken it away; without it, what comes after would be written outside the transaction.
      function end(): Promise<void> {
        isEnded = true
        sessions[id] = session
        return Promise.resolve()
      }
      sessions[id] = session
      try {
        await tx.session.client.query(`set local idle_in_transaction_session_timeout = ${idleMs}`)
        const done = await work(own)
        if (isEnded) throw new Error('The transaction was ended by an operation inside it.')
        for (const [slug, rows] of last) await insertRows({ req: own, slug, rows })
        // A statement whose failure somebody swallowed: Postgres answers COMMIT with ROLLBACK and no error then,
        // but refuses any other statement (25P02).
        await tx.session.client.query('select 1')
        return done
      } catch (error) {
        cause = error
        throw error
      } finally {
        keep()
      }
    })
    delete sessions[id]
    return result
  } catch (error) {
    refuse(sessions, id)
    // The ROLLBACK on a broken connection fails too; the first error says more.
    throw cause ?? error
  } finally {
    running.delete(id)
  }
}

/**
 * Writes a row together with its like, in one statement before the COMMIT; at once where no transaction of ours is
 * under way. For rows that nothing within the transaction reads.
 */
export const insertAtEnd = async (
  args: Pick<InsertArgs, 'req' | 'slug'> & { row: Record<string, unknown> },
): Promise<void> => {
  const { req, slug, row } = args
  const last = running.get(String(req.transactionID))
  if (!last) await insertRows({ req, slug, rows: [row] })
  else if (last.has(slug)) last.get(slug)!.push(row)
  else last.set(slug, [row])
}

/** The request, belonging to one transaction for good. Everything else is read from and written to the original. */
const bound = (req: PayloadRequest, id: string): PayloadRequest =>
  new Proxy(req, {
    get: (target, key) => (key === 'transactionID' ? id : Reflect.get(target, key, target)),
    has: (target, key) => key === 'transactionID' || Reflect.has(target, key),
    set: (target, key, value) => key === 'transactionID' || Reflect.set(target, key, value, target),
    deleteProperty: (target, key) => key === 'transactionID' || Reflect.deleteProperty(target, key),
  })

/** A connection that ends while no statement is under way emits an error, which would end the process. */
const survive = (tx: Transaction): (() => void) => {
  const { client } = tx.session
  const ignore = () => {}
  client.on?.('error', ignore)
  return () => client.off?.('error', ignore)
}

/** Operations that nobody awaited go on after the failure; Payload would let them write without a transaction. */
const refuse = (sessions: Sessions, id: string): void => {
  const ended: Sessions[string] = {
    get db(): Transaction {
      throw new Error('The transaction of this request has failed; it cannot be used again.')
    },
    reject: () => keep(),
    resolve: () => keep(),
  }
  const keep = (): Promise<void> => {
    sessions[id] = ended
    return Promise.resolve()
  }
  void keep()
  setTimeout(() => delete sessions[id], graceMs).unref()
}
