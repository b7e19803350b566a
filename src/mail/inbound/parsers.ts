import type { Payload } from 'payload'
import { getHelpdesk } from '../../core/config.js'
import { createParserPool, type ParserPool } from './parserPool.js'

const pools = new WeakMap<Payload, ParserPool>()

/** The parsers of this process. */
export const parsersOf = (payload: Payload): ParserPool => {
  let pool = pools.get(payload)
  if (!pool) {
    const { count, timeoutMs, maxMemoryMb } = getHelpdesk(payload).mail.parsers
    pool = createParserPool({ size: count, timeoutMs, maxRssMb: maxMemoryMb })
    pools.set(payload, pool)
  }
  return pool
}

/** Lets them go; the next mail starts new ones. */
export const closeParsers = async (payload: Payload): Promise<void> => {
  const pool = pools.get(payload)
  pools.delete(payload)
  await pool?.close()
}
