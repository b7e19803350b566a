import type { Payload } from 'payload'

/** The pretend company's mailboxes, accounts of the local mail server. */
export const mailboxes = [
  { name: 'Support', address: 'support@acme.test', fromName: 'Acme Support' },
  { name: 'Billing', address: 'billing@acme.test', fromName: 'Acme Billing' },
] as const

/** The password of both accounts. */
export const mailPassword = 'local mail only'

/** Makes those that are missing, and points them all to where the mail server listens this time. */
export const seedMailboxes = async (
  payload: Payload,
  { imapPort, smtpPort }: { imapPort: number; smtpPort: number },
): Promise<void> => {
  for (const { address, ...names } of mailboxes) {
    const login = { host: '127.0.0.1', security: 'none', user: address, password: mailPassword }
    const connection = {
      receive: { kind: 'imap', port: imapPort, ...login },
      send: { kind: 'smtp', port: smtpPort, ...login },
    }
    const { docs } = await payload.find({
      collection: 'mailboxes',
      where: { address: { equals: address } },
      limit: 1,
      overrideAccess: true,
      depth: 0,
    })
    const known = docs[0] as { id: number; receive?: { port?: number }; send?: { port?: number } } | undefined
    if (!known) {
      const settings = {
        signature: `${names.fromName}\nEverything for the desert.`,
        trustedAuthservId: 'mail.acme.test',
      }
      const data = { address, ...names, type: 'email', settings, ...connection }
      await payload.create({ collection: 'mailboxes', data, overrideAccess: true, depth: 0 })
    } else if (known.receive?.port !== imapPort || known.send?.port !== smtpPort) {
      await payload.update({
        collection: 'mailboxes',
        id: known.id,
        data: connection,
        overrideAccess: true,
        depth: 0,
      })
    }
  }
}
