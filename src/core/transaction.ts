import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { PayloadRequest } from 'payload'
import { postgresOf, type Transaction } from './database.js'
import { Later } from './later.js'

type Sessions = ReturnType<typeof postgresOf>['sessions']
type Session = Sessions[string]

/** The transactions under way, each with what it writes later. */
const running = new Map<string, Later>()

/** What the transaction of a request writes later; undefined where none of ours is under way. */
export const laterOf = (req: PayloadRequest): Later | undefined => running.get(String(req.transactionID))

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
 * Called within a transaction of ours it joins that one. In a hook of the site it becomes a part of the transaction
 * that the hook runs in, written whole or not at all: in another one it would wait for what this one holds. Where that
 * is Payload's own, whether its COMMIT happens is Payload's to say.
 */
export const inTransaction = async <T>(
  req: PayloadRequest,
  work: (req: PayloadRequest) => Promise<T>,
): Promise<T> => {
  if (laterOf(req) && !inHooks.getStore()) return work(req)
  const { drizzle, sessions } = postgresOf(req.payload)
  // Payload keeps a promise here while it opens the transaction.
  const under = sessions[String(await req.transactionID)]
  if (under) return asPart(under, () => work(req))
  const id = randomUUID()
  const own = bound(req, id)
  let cause: unknown
  let isEnded = false
  try {
    const result = await drizzle.transaction(async (tx: Transaction) => {
      const keep = survive(tx)
      const later = new Later(req.payload, tx.session.client)
      running.set(id, later)
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
        await later.end()
        // A statement whose failure somebody swallowed: Postgres answers COMMIT with ROLLBACK and no error then,
        // but refuses any other statement (25P02).
        await tx.session.client.query('select 1')
        return done
      } catch (error) {
        cause = error
        throw error
      } finally {
        later.close()
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

/** Whether the code at hand is, or is called by, hooks of the site. */
const inHooks = new AsyncLocalStorage<boolean>()

/** Runs an operation of Payload's whose hooks may call verbs. */
export const asHooks = <T>(operation: () => Promise<T>): Promise<T> => inHooks.run(true, operation)

/** The sessions within which the code at hand runs a part of ours already. */
const parts = new AsyncLocalStorage<ReadonlySet<Session>>()

/** The part that runs last within a session. */
const lastParts = new WeakMap<Session, Promise<unknown>>()

/** Parts of one transaction one after the other, as savepoints do not lie beside each other. */
const asPart = <T>(session: Session, work: () => Promise<T>): Promise<T> => {
  const outer = parts.getStore()
  if (outer?.has(session) && !inHooks.getStore()) return work()
  const run = async (): Promise<T> => {
    const { client } = session.db.session
    await client.query('savepoint helpdesk')
    try {
      const result = await inHooks.run(false, () => parts.run(new Set([...(outer ?? []), session]), work))
      // Refused where a statement failed and somebody swallowed it.
      await client.query('release savepoint helpdesk')
      return result
    } catch (error) {
      // The first error says more than a broken connection.
      await client.query('rollback to savepoint helpdesk').catch(() => undefined)
      throw error
    }
  }
  if (outer?.has(session)) return run()
  const before = lastParts.get(session) ?? Promise.resolve()
  const part = before.then(run, run)
  lastParts.set(session, part)
  return part
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
