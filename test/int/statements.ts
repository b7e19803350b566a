import type { Payload } from 'payload'
import type pg from 'pg'
import { postgresOf } from '../../src/core/database.js'

/** Gives every statement that the site makes from now on, within transactions too; each call those since the last one. */
export const hearStatements = (payload: Payload): (() => string[]) => {
  let said: string[] = []
  const heard = new WeakSet<object>()
  ;(postgresOf(payload).pool as unknown as pg.Pool).on('acquire', (client) => {
    if (heard.has(client)) return
    heard.add(client)
    const ask = client.query.bind(client) as (...args: unknown[]) => unknown
    client.query = ((...args: unknown[]) => {
      said.push(typeof args[0] === 'string' ? args[0] : String((args[0] as { text?: string }).text))
      return ask(...args)
    }) as never
  })
  return () => {
    const since = said
    said = []
    return since
  }
}
