import type { PayloadRequest } from 'payload'
import type { Mailbox, Recipient } from '../collections/types.js'
import { getHelpdesk } from '../core/config.js'
import { sqlOf, tableOf } from '../core/database.js'
import { HelpdeskError } from '../core/errors.js'
import { addressKey, isAmong, isValidAddress } from '../rules/address.js'
import { oneLine } from '../rules/oneLine.js'

/** The addresses of all mailboxes of the site, in normal form. */
export const ownAddresses = async (req: PayloadRequest): Promise<Set<string>> => {
  const { rows } = await sqlOf(req).query<{ address: string }>(
    `select address from ${tableOf(req.payload, getHelpdesk(req.payload).slugs.mailboxes)}`,
  )
  return new Set(rows.map((row) => addressKey(row.address)))
}

export type RecipientsArgs = { req: PayloadRequest; to: Mailbox[]; cc?: Mailbox[]; bcc?: Mailbox[] }

/**
 * Exactly those whom a mail goes to: each once, none of our own mailboxes (a reply to all would come back to us),
 * nothing that is not one plain address. Throws `badAddress`, `noRecipient`.
 */
export const frozenRecipients = async ({ req, to, cc, bcc }: RecipientsArgs): Promise<Recipient[]> => {
  const own = await ownAddresses(req)
  const seen = new Set<string>()
  const recipients: Recipient[] = []
  const lists = { to, cc: cc ?? [], bcc: bcc ?? [] }
  for (const role of ['to', 'cc', 'bcc'] as const) {
    for (const { name, address } of lists[role]) {
      const bare = address.trim()
      if (!isValidAddress(bare))
        throw new HelpdeskError('badAddress', { fields: { [role]: address.slice(0, 200) } })
      const key = addressKey(bare)
      if (seen.has(key) || isAmong(own, bare)) continue
      seen.add(key)
      recipients.push({ name: oneLine(name ?? '').slice(0, 200), address: bare, role })
    }
  }
  if (!recipients.some((recipient) => recipient.role === 'to')) throw new HelpdeskError('noRecipient')
  return recipients
}
