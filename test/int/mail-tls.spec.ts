import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Certificate, type Certificates, makeCertificates } from './certificates.js'
import { type Desk, openDesk } from './mail-out.desk.js'
import { type ScriptedImap, startScriptedImap, upgrade } from './scriptedImap.js'
import { type ScriptedSmtp, startScriptedSmtp } from './scriptedSmtp.js'

// Servers whose encryption is not what it should be.

const password = 'correct horse'
const user = 'help@acme.test'
/** What nobody may hear who has not shown a good certificate. */
const secrets = /AUTH|LOGIN|MAIL FROM|RCPT|DATA|help@|correct|horse|secret/i

let certificates: Certificates
let desk: Desk
const open: { close: () => Promise<void> }[] = []
beforeAll(async () => {
  certificates = makeCertificates()
  desk = await openDesk()
})
afterAll(async () => {
  for (const server of open) await server.close()
  await desk?.close()
  certificates?.remove()
})

type Tls = 'tls' | 'starttls'
const imapServer = async (args: {
  certificate: Certificate
  security: Tls
  injected?: string
}): Promise<ScriptedImap> => {
  const { certificate, security, injected } = args
  const server = await startScriptedImap({
    certificate,
    tls: security === 'tls' ? 'implicit' : 'starttls',
    capabilities: 'IMAP4rev1 STARTTLS AUTH=PLAIN',
    ...(injected && {
      answers: {
        starttls: ({ tag, socket }) => {
          socket.write(`${tag} OK go on\r\n${injected}`)
          upgrade(socket, certificate).on('data', (bytes) => server.told.push(bytes.toString('latin1')))
        },
      },
    }),
  })
  open.push(server)
  return server
}
const smtpServer = async (script: Parameters<typeof startScriptedSmtp>[0]): Promise<ScriptedSmtp> => {
  const server = await startScriptedSmtp(script)
  open.push(server)
  return server
}

type Try = { protocol: 'imap' | 'smtp'; port: number; security: Tls }

/** Connects in a process that trusts the authority; what became of each. */
const connect = async (attempts: Try[]): Promise<string[]> => {
  const script = fileURLToPath(new URL('mail-tls.trip.ts', import.meta.url))
  const all = attempts.map((attempt) => ({ ...attempt, host: 'localhost', user, password }))
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(all)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: certificates.authority },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  let errors = ''
  child.stdout.on('data', (bytes) => (said += bytes))
  child.stderr.on('data', (bytes) => (errors += bytes))
  await new Promise((resolve) => child.on('close', resolve))
  if (!said) throw new Error(errors)
  return JSON.parse(said) as string[]
}

type Told = { name: string; attempt: Try; told: () => string[] }

/** Servers with each certificate, by each protocol, with each kind of TLS. */
const everyServer = async (): Promise<Told[]> => {
  const all: Told[] = []
  for (const name of ['valid', 'expired', 'otherName', 'selfSigned'] as const) {
    for (const security of ['tls', 'starttls'] as const) {
      const certificate = certificates[name]
      const imap = await imapServer({ certificate, security })
      all.push({ name, attempt: { protocol: 'imap', port: imap.port, security }, told: () => imap.told })
      const smtp = await smtpServer({ certificate, tls: security === 'tls' ? 'implicit' : 'starttls' })
      const told = () => [...smtp.told.clear, ...smtp.told.secure]
      all.push({ name, attempt: { protocol: 'smtp', port: smtp.port, security }, told })
    }
  }
  return all
}

describe('I05 by IMAP and by SMTP, where an authority is trusted', () => {
  let servers: Told[]
  let injecting: { imap: ScriptedImap; smtp: ScriptedSmtp }
  let outcomes: string[]
  beforeAll(async () => {
    servers = await everyServer()
    const certificate = certificates.valid
    injecting = {
      imap: await imapServer({
        certificate,
        security: 'starttls',
        injected:
          '* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n* PREAUTH welcome\r\n2 OK injected\r\n3 OK injected\r\n',
      }),
      smtp: await smtpServer({
        certificate,
        tls: 'starttls',
        injected:
          '250-evil\r\n250 AUTH PLAIN\r\n235 welcome\r\n250 so be it\r\n250 so be it\r\n354 go on\r\n',
      }),
    }
    outcomes = await connect([
      { protocol: 'imap', port: injecting.imap.port, security: 'starttls' },
      { protocol: 'smtp', port: injecting.smtp.port, security: 'starttls' },
      ...servers.map(({ attempt }) => attempt),
    ])
  })

  it('I05 a good certificate gets the mail; expired, of another name or signed by itself, it hears nothing', () => {
    const nameOf = ({ name, attempt: { protocol, security } }: Told) => `${name} ${protocol} ${security}`
    const seen = servers.map((server, index) => [
      nameOf(server),
      outcomes[index + 2],
      secrets.test(server.told().join('\n')) ? 'told' : 'not told',
    ])
    const isGood = ({ name }: Told) => name === 'valid'
    expect(seen).toEqual(
      servers.map((server) => [nameOf(server), ...(isGood(server) ? ['done', 'told'] : ['tls', 'not told'])]),
    )
  })

  it('I05 what was said before TLS is no answer within it', () => {
    const { imap, smtp } = injecting
    // The one is left at once, at the other the words are thrown away: it is asked, and answers, within TLS.
    expect(outcomes.slice(0, 2)).toEqual(['tls', 'done'])
    expect(imap.told.join('\n')).not.toMatch(secrets)
    expect(smtp.told.clear).toEqual(['EHLO acme.test', 'STARTTLS'])
    expect(smtp.saidUnasked()).toBe(1)
    expect(smtp.told.secure[0]).toBe('EHLO acme.test')
    expect(smtp.told.secure.join('\n')).toContain('A secret word')
  })
})

describe('I05 on a site', () => {
  it.each([
    ['signed by itself, by TLS', 'tls', 'implicit', 'tls'],
    ['signed by itself, by STARTTLS', 'starttls', 'starttls', 'tls'],
    ['that offers no STARTTLS', 'starttls', 'none', 'noEncryption'],
  ] as const)(
    'I05 a mail waits before an SMTP server %s, which hears neither password nor mail',
    async (...row) => {
      const [, security, tls, code] = row
      const server = await smtpServer({ certificate: certificates.selfSigned, tls })
      await desk.changeMailbox({
        send: { kind: 'smtp', host: 'localhost', port: server.port, security, user, password },
      })
      const ticket = await desk.open()
      await desk.reply(ticket, { text: 'A secret word' })
      await desk.work()
      const [mail] = await desk.rows<{ state: string }>('outboundEmails', 'ticket_id = $1', [ticket.id])
      expect(mail).toMatchObject({ state: 'queued' })
      const [state] = await desk.rows('mailboxState', 'mailbox_id = $1', [desk.mailbox])
      expect(state).toMatchObject({ send_health: 'failing', send_error_code: code })
      const told = [...server.told.clear, ...server.told.secure]
      expect(told.join('\n')).not.toMatch(secrets)
      if (tls === 'none') expect(server.told.clear.slice(0, 2)).toEqual(['EHLO acme.test', 'STARTTLS'])
    },
  )
})
