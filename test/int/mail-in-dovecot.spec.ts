import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocID } from '../../src/collections/types.js'
import { type Dovecot, lacksDovecot, startDovecot } from '../mailServer.js'
import { createRig, mailOf, type Rig } from './mailRig.js'

const account = { address: 'support@acme.test', password: 'correct horse' }

describe.skipIf(lacksDovecot)('mail on Dovecot', () => {
  let dovecot: Dovecot
  let rig: Rig
  let mailbox: DocID
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  beforeAll(async () => {
    dovecot = await startDovecot({ accounts: [account] })
    rig = await createRig()
    mailbox = await rig.addMailbox(account.address, {
      receive: {
        kind: 'imap',
        ...dovecot.imap,
        security: 'none',
        user: account.address,
        password: account.password,
      },
      send: { kind: 'none' },
    })
    await rig.receive()
  })
  afterAll(async () => {
    await rig?.close()
    await dovecot?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const deliver = (subject: string) =>
    dovecot.deliver({ to: account.address, raw: mailOf({ Subject: subject }) })
  const subjects = async () =>
    (await rig.tickets()).filter((ticket) => ticket.mailbox === mailbox).map(({ subject }) => subject)
  const secure = (security: 'tls' | 'starttls') => ({
    host: 'localhost',
    port: security === 'tls' ? dovecot.imaps.port : dovecot.imap.port,
    security,
  })

  it('FT16 comes in once, also when all of it has new numbers', async () => {
    await deliver('One')
    await deliver('Two')
    await rig.receive()
    expect(await subjects()).toEqual(['One', 'Two'])
    await dovecot.changeUidValidity(account.address)
    await deliver('Three')
    await rig.receive()
    expect(await subjects()).toEqual(['One', 'Two', 'Three'])
    const verdicts = (await rig.journal())
      .filter((entry) => entry.mailbox === mailbox)
      .map(({ verdict }) => verdict)
    expect(verdicts.sort()).toEqual(['duplicate', 'duplicate', 'opened', 'opened', 'opened'])
  })

  it('FT17 comes in when the folder is made anew and other mails have the old numbers', async () => {
    await dovecot.recreate(account.address)
    const names = ['Four', 'Five', 'Six', 'Seven', 'Eight']
    for (const name of names) await deliver(name)
    await rig.receive()
    expect((await subjects()).slice(3).sort()).toEqual([...names].sort())
  })

  it('I05 is not fetched from a server whose certificate nobody vouches for', async () => {
    const before = dovecot.log()
    expect(before).toMatch(/Login: user=/)
    for (const security of ['tls', 'starttls'] as const) {
      await rig.payload.update({
        collection: 'mailboxes' as never,
        id: mailbox,
        data: { receive: { ...secure(security), password: account.password } } as never,
        depth: 0,
        overrideAccess: true,
      })
      await rig.receive()
      const [state] = await rig.sql(
        `select error_code code, error from ${rig.table('mailboxState')} where mailbox_id = $1`,
        [mailbox],
      )
      expect(state).toMatchObject({ code: 'tls', error: expect.stringContaining('secure connection') })
    }
    expect(dovecot.log().slice(before.length)).not.toMatch(/Login: user=/)
  })

  it('I05 is fetched by TLS and by STARTTLS where the certificate is trusted, and under its own name only', () => {
    const certificate = join(folder, 'certificate.pem')
    writeFileSync(certificate, dovecot.certificate)
    const url = (path: string) => new URL(`../../src/${path}`, import.meta.url).href
    for (const [security, host, said] of [
      ['tls', 'localhost', 'true'],
      ['starttls', 'localhost', 'true'],
      ['tls', '127.0.0.1', 'tls'],
      ['starttls', '127.0.0.1', 'tls'],
    ] as const) {
      const login = { ...secure(security), host, user: account.address }
      const script = join(folder, `${security}.mts`)
      // Node reads the certificates it trusts when it starts, so this is a process of its own.
      writeFileSync(
        script,
        `import { encrypt } from '${url('core/secret.ts')}'
import { openImap } from '${url('mail/sources/imap.ts')}'
const helpdesk = { secrets: ['s'], mailboxes: { allowPrivateHosts: true }, mail: { maxMessageSize: 1e6 } }
const payload = { config: { custom: { helpdesk } } } as never
const secret = encrypt({ payload, purpose: 'mailbox-password', value: '${account.password}' })
const whole = { kind: 'imap', ...${JSON.stringify(login)}, secret }
const source = await openImap({ payload, login: whole as never }).catch((error) => {
  console.log(error.code)
  process.exit()
})
const { uidNext } = await source.open('INBOX')
const { mails } = await source.fetch(await source.look([uidNext - 1]))
console.log([...mails.values()].join('').includes('Subject: Eight'))
await source.close()
`,
      )
      const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script], {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        encoding: 'utf8',
        env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate },
        timeout: 50_000,
      })
      expect([security, host, stdout.trim(), stderr]).toEqual([security, host, said, ''])
    }
  })
})
