import { messageOf } from '../../core/errors.js'
import { LeaseLost } from '../../core/lease.js'

const classes = /^(08|53|57P|58)/
const codes = new Set([
  '40001',
  '40P01',
  '25P02',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'ENFILE',
  'EROFS',
])
const words =
  /connection terminated|client has encountered a connection error|timeout exceeded when trying to connect|cannot use a pool after/i

/** Disk or storage service did not take a file: no mail is to blame, others go on, and this one is tried again. */
export class StorageFault extends Error {
  constructor(cause: unknown) {
    super(`A file could not be stored: ${messageOf(cause)}`, { cause })
    this.name = 'StorageFault'
  }
}

/** Whether a fault is of the database, the disk or the network: no mail is to blame for it, and no try is used up. */
export const isInfrastructure = (error: unknown): boolean => {
  for (let at = error, depth = 0; at && depth < 6; depth++) {
    if (at instanceof LeaseLost) return true
    // Something else than this mail may still be stored.
    if (at instanceof StorageFault) return false
    const { code, kind, message, cause } = at as Record<string, unknown>
    if (typeof code === 'string' && (classes.test(code) || codes.has(code))) return true
    // Ours was closed because this process ends.
    if (kind === 'closed') return true
    if (typeof message === 'string' && words.test(message)) return true
    at = cause
  }
  return false
}
