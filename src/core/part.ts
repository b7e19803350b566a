import type { CollectionConfig, Config, Endpoint, Payload } from 'payload'

/**
 * What there is to look at: something happened to a ticket, mail to be sent, mail to be processed, mail that a worker
 * has fetched and processes, a mailbox.
 */
export type Hint = 'activity' | 'outbox' | 'journal' | 'fetched' | 'mailbox'

/** What a slice of background work gets. */
export type WorkContext = {
  payload: Payload
  /** Aborted when the worker stops: finish the piece at hand, start none. */
  signal: AbortSignal
  /** Names this process in leases and logs. */
  workerId: string
  /** Asks the worker to run a slice soon, without waiting for its interval. */
  wake: (slice: string) => void
}

/**
 * A bounded slice of background work. Any number of processes may run the same slice at once: what must happen
 * once is held by a lease or a unique key in the database, never by who calls.
 */
export type Work = {
  /** Unique name, `room.act`. */
  name: string
  /** Milliseconds between two runs where nothing wakes it earlier. */
  everyMs: number
  /** Does a bounded piece and says whether there is more to do at once. */
  run: (context: WorkContext) => Promise<{ more: boolean }>
  /**
   * Holds connections open between runs (IMAP IDLE) and wakes the slice when something happens. Only in
   * long-running processes; resolves to the function that ends it.
   */
  watch?: (context: WorkContext) => Promise<() => Promise<void>>
  /**
   * Hints (`NOTIFY helpdesk`) on which it runs, and how many milliseconds later: 0, or longer where whoever gave the
   * hint is at it and the others are to help where that takes too long. Without hints it finds the same at its interval.
   */
  wakesOn?: Partial<Record<Hint, number>>
}

/** What a room gives the roof. The roof merges values, in the order of the rooms. */
export type Part = {
  collections?: CollectionConfig[]
  /** Adds to collections that are there already, e.g. views. */
  collectionChanges?: (collection: CollectionConfig) => CollectionConfig
  endpoints?: Endpoint[]
  /** Merged into `admin.components`: arrays are appended, the site's own stay first. */
  components?: NonNullable<NonNullable<Config['admin']>['components']>
  /** By language; the site's own strings win. */
  translations?: Record<string, Record<string, unknown>>
  work?: Work[]
  /** Scripts that the `payload` command runs. */
  bin?: NonNullable<Config['bin']>
  onInit?: (payload: Payload) => Promise<void> | void
}
