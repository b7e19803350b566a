import { ImapFlow } from 'imapflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Dovecot, lacksDovecot, startDovecot } from '../mailServer.js'

const account = { address: 'support@acme.test', password: 'secret' }
describe.skipIf(lacksDovecot)('Dovecot', () => {
  let dovecot: Dovecot
  beforeAll(async () => {
    dovecot = await startDovecot({ accounts: [account] })
  })
  afterAll(() => dovecot?.close())

  const connect = async (secure = false): Promise<ImapFlow> => {
    const auth = { user: account.address, pass: account.password }
    const server = secure
      ? { ...dovecot.imaps, tls: { ca: dovecot.certificate } }
      : { ...dovecot.imap, doSTARTTLS: false }
    const client = new ImapFlow({ ...server, secure, logger: false, auth })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }

  it('pushes a delivered mail to a waiting client and forgets its numbers when told to', async () => {
    const client = await connect(true)
    await client.mailboxOpen('INBOX')
    const arrived = new Promise((resolve) => client.once('exists', resolve))
    void client.idle()
    const raw = 'From: eve@example.com\r\nSubject: One\r\n\r\nHello\r\n'
    await dovecot.deliver({ to: 'support+key@acme.test', raw })
    await arrived
    const { uidValidity } = client.mailbox as { uidValidity: bigint }
    await client.logout()
    expect(dovecot.mailbox(account.address)[0]?.toString()).toMatch(
      /Delivered-To: support\+key@acme.test[\s\S]*Hello/,
    )

    await dovecot.changeUidValidity(account.address)
    const again = await connect()
    const inbox = await again.mailboxOpen('INBOX')
    expect(inbox.exists).toBe(1)
    expect(inbox.uidValidity).not.toBe(uidValidity)
    await again.logout()
  })
})
