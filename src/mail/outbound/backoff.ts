import { backoff } from '../rules/backoff.js'

const second = 1000
const minute = 60 * second

/** Until a mail is tried again that its server did not take now. Ten tries span about three hours. */
export const mailBackoff = (failures: number, chance: number): number =>
  backoff({ failures, firstMs: 30 * second, mostMs: 60 * minute, chance })

type MailboxBackoff = { code: string; failures: number; chance: number }

/**
 * Until a mailbox whose server cannot be reached is tried again. After a refused sign-in it is left alone for longer:
 * providers lock accounts that knock too often.
 */
export const mailboxBackoff = ({ code, failures, chance }: MailboxBackoff): number =>
  code === 'auth' || code === 'needsPassword'
    ? backoff({ failures, firstMs: 5 * minute, mostMs: 60 * minute, chance })
    : backoff({ failures, firstMs: 20 * second, mostMs: 15 * minute, chance })
