import { encrypt } from '../../src/core/secret.js'
import { openImap } from '../../src/mail/sources/imap.js'
import { smtpTransport } from '../../src/mail/transports/smtp.js'

// What connects in mail-tls.spec.ts: Node reads the certificates that it trusts when it starts.

type Try = {
  protocol: 'imap' | 'smtp'
  host: string
  port: number
  security: 'tls' | 'starttls' | 'none'
  user: string
  password: string
}

const helpdesk = { secrets: ['s'], mailboxes: { allowPrivateHosts: true }, mail: { maxMessageSize: 1e6 } }
const payload = { config: { custom: { helpdesk } } } as never

const byImap = async ({ password, ...login }: Try): Promise<void> => {
  const secret = encrypt({ payload, purpose: 'mailbox-password', value: password })
  const source = await openImap({ payload, login: { kind: 'imap', ...login, secret } })
  await source.open('INBOX')
  await source.close()
}

const bySmtp = async ({ password, ...login }: Try): Promise<void> => {
  const transport = smtpTransport({
    ...login,
    password: () => password,
    ehlo: 'acme.test',
    allowPrivate: true,
  })
  const help = { name: 'Help', address: 'help@acme.test' }
  const eve = { name: 'Eve', address: 'eve@example.com' }
  try {
    await transport.send({
      envelope: { from: help.address, sender: help.address, to: [eve.address] },
      from: help,
      to: [eve],
      cc: [],
      headers: [{ key: 'Subject', value: 'A secret word' }],
      date: new Date().toISOString(),
      html: '',
      text: 'A secret word',
      attachments: [],
      boundary: 'b',
    })
  } finally {
    transport.close()
  }
}

const attempts = JSON.parse(process.argv[2]!) as Try[]
const outcomes = await Promise.all(
  attempts.map(async (attempt) => {
    try {
      await (attempt.protocol === 'imap' ? byImap(attempt) : bySmtp(attempt))
      return 'done'
    } catch (error) {
      return (error as { code?: string }).code
    }
  }),
)
console.log(JSON.stringify(outcomes))
process.exit()
