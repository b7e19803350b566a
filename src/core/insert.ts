import type { PayloadRequest } from 'payload'
import { type InsertArgs, insertRows } from './database.js'
import { laterOf } from './transaction.js'

type OneRow = Pick<InsertArgs, 'req' | 'slug'> & { row: Record<string, unknown> }

type ReserveArgs = { req: PayloadRequest; slug: string; count: number }

/**
 * Takes ids for rows of the transaction under way, so that they can be written together with their like although
 * each one's id is needed before. Ids that nobody uses stay a gap.
 */
export const reserveIds = async ({ req, slug, count }: ReserveArgs): Promise<void> =>
  laterOf(req)?.reserve(slug, count)

/** Writes a row and returns its id: together with its like where an id is reserved, otherwise at once. */
export const insertRow = async ({ req, slug, row }: OneRow): Promise<number | string> =>
  laterOf(req)?.add(slug, row) ?? (await insertRows({ req, slug, rows: [row] }))[0]!

/** Writes rows together with their like; at once where no transaction of ours is under way. */
export const insertAtEnd = async ({ req, slug, rows }: InsertArgs): Promise<void> => {
  const later = laterOf(req)
  if (later) for (const row of rows) later.push(slug, row)
  else await insertRows({ req, slug, rows })
}
