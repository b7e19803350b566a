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

/** Whether a fault is of the database, the disk or the network: no mail is to blame for it, and no try is used up. */
export const isInfrastructure = (error: unknown): boolean => {
  for (let at = error, depth = 0; at && depth < 6; depth++) {
    if (at instanceof LeaseLost) return true
    const { code, message, cause } = at as { code?: unknown; message?: unknown; cause?: unknown }
    if (typeof code === 'string' && (classes.test(code) || codes.has(code))) return true
    if (typeof message === 'string' && words.test(message)) return true
    at = cause
  }
  return false
}
