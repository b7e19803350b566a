import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createTransport, type SendMailOptions, type TransportOptions } from 'nodemailer'
import { isFree } from '../database/server.js'
import type { Account } from './imap.js'

const program = '/usr/sbin/dovecot'

/** Whether Debian's Dovecot is on this machine, with the part by which mail is handed to it. */
export const hasDovecot = (): boolean => existsSync(program) && existsSync('/usr/lib/dovecot/lmtp')

/** What to do where it is not. */
export const howToGetDovecot =
  'Dovecot is missing: apt-get install --no-install-recommends dovecot-imapd dovecot-lmtpd'

/** A real IMAP server on the loopback address. */
export type Dovecot = {
  imap: { host: string; port: number }
  /** IMAP inside TLS; the certificate is for `localhost`, signed by itself. */
  imaps: { host: string; port: number }
  /** The certificate, for clients that are to trust it. */
  certificate: string
  /** Hands a mail over by LMTP, as a mail server would. */
  deliver: (args: { to: string; raw: string | Buffer; from?: string }) => Promise<void>
  /** The raw mails in somebody's INBOX, in the order of their file names. */
  mailbox: (address: string) => Buffer[]
  /** Gives the INBOX another UIDVALIDITY, as after a restore; connections end. */
  changeUidValidity: (address: string) => Promise<void>
  /** Empties the INBOX and begins its numbers anew, as when a folder is deleted and made again. */
  recreate: (address: string) => Promise<void>
  /** What the server has written down so far. */
  log: () => string
  restart: () => Promise<void>
  close: () => Promise<void>
}

const isRoot = process.getuid?.() === 0

/** Starts it with a configuration and mail of its own below the system's folder for temporary files. */
export const startDovecot = async ({ accounts }: { accounts: Required<Account>[] }): Promise<Dovecot> => {
  if (!hasDovecot()) throw new Error(howToGetDovecot)
  const home = mkdtempSync(join(tmpdir(), 'dovecot-'))
  chmodSync(home, 0o755)
  const [imap, imaps, lmtp] = await freePorts(3)
  const owner = isRoot ? mailUser() : { uid: process.getuid!(), gid: process.getgid!() }
  makeCertificate(home)
  mkdirSync(join(home, 'mail'))
  chownSync(join(home, 'mail'), owner.uid, owner.gid)
  writeFileSync(
    join(home, 'users'),
    accounts.map(({ address, password }) => `${address}:{PLAIN}${password}::::::\n`).join(''),
    { mode: 0o644 },
  )
  const config = join(home, 'dovecot.conf')
  writeFileSync(config, configuration({ home, imap: imap!, imaps: imaps!, lmtp: lmtp!, owner }))

  const start = async (): Promise<void> => {
    // It stays in the foreground, so that it is ours to end, and would keep our output open otherwise.
    server = spawn(program, ['-F', '-c', config], { stdio: 'ignore', detached: true })
    let hasEnded = false
    server.once('exit', () => (hasEnded = true))
    for (let attempt = 0; attempt < 100; attempt++) {
      if (hasEnded) break
      if ((await greets(imap!)) && (await greets(lmtp!))) return
      await wait(50)
    }
    throw new Error(
      `Dovecot does not start.\n${existsSync(join(home, 'log')) ? readFileSync(join(home, 'log'), 'utf8') : ''}`,
    )
  }
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const exited = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGTERM')
    await exited
    // Processes that hold a connection in IDLE outlive it otherwise, with the old index in their hands.
    endGroup(server.pid!)
  }
  let server: ReturnType<typeof spawn>
  const onExit = (): void => endGroup(server.pid!)
  process.once('exit', onExit)
  await start()

  const folderOf = (address: string): string => join(home, 'mail', address)
  return {
    imap: { host: '127.0.0.1', port: imap! },
    imaps: { host: 'localhost', port: imaps! },
    certificate: readFileSync(join(home, 'certificate.pem'), 'utf8'),
    deliver: async ({ to, raw, from = 'sender@example.com' }) => {
      const options = { host: '127.0.0.1', port: lmtp, secure: false, ignoreTLS: true, lmtp: true }
      const transport = createTransport(options as TransportOptions)
      const mail: SendMailOptions = { envelope: { from, to }, raw: Buffer.from(raw) }
      const { rejected } = (await transport.sendMail(mail)) as { rejected?: unknown[] }
      transport.close()
      if (rejected?.length) throw new Error(`Dovecot does not take mail to ${to}.`)
    },
    mailbox: (address) =>
      ['cur', 'new'].flatMap((name) => {
        const folder = join(folderOf(address), name)
        return existsSync(folder)
          ? readdirSync(folder)
              .sort()
              .map((file) => readFileSync(join(folder, file)))
          : []
      }),
    changeUidValidity: async (address) => {
      await stop()
      const folder = folderOf(address)
      for (const name of readdirSync(folder))
        if (/^dovecot[-.](uidlist|index)/.test(name)) rmSync(join(folder, name), { force: true })
      await start()
    },
    recreate: async (address) => {
      await stop()
      const folder = folderOf(address)
      for (const name of readdirSync(folder))
        if (/^dovecot[-.](uidlist|index)/.test(name)) rmSync(join(folder, name), { force: true })
      for (const name of ['cur', 'new'])
        for (const file of readdirSync(join(folder, name))) rmSync(join(folder, name, file))
      await start()
    },
    log: () => readFileSync(join(home, 'log'), 'utf8'),
    restart: async () => {
      await stop()
      await start()
    },
    close: async () => {
      await stop()
      process.off('exit', onExit)
      rmSync(home, { recursive: true, force: true })
    },
  }
}

const endGroup = (leader: number): void => {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // Nobody is left.
  }
}

type ConfigArgs = {
  home: string
  imap: number
  imaps: number
  lmtp: number
  owner: { uid: number; gid: number }
}

const configuration = ({ home, imap, imaps, lmtp, owner }: ConfigArgs): string => {
  const { username } = userInfo()
  const group = spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim()
  // Without root it can neither change its user nor shut itself into a folder.
  const asOneself = `
default_internal_user = ${username}
default_login_user = ${username}
default_internal_group = ${group}
service anvil {
  chroot =
}
service imap-login {
  chroot =
}
`
  return `
base_dir = ${home}/run
log_path = ${home}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <${home}/certificate.pem
ssl_key = <${home}/key.pem
disable_plaintext_auth = no
mail_location = maildir:${home}/mail/%u
mail_uid = ${owner.uid}
mail_gid = ${owner.gid}
first_valid_uid = 1
first_valid_gid = 1
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
mail_max_userip_connections = 100
passdb {
  driver = passwd-file
  args = ${home}/users
}
userdb {
  driver = static
  args = uid=${owner.uid} gid=${owner.gid} home=${home}/mail/%u allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    port = ${imap}
  }
  inet_listener imaps {
    port = ${imaps}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    port = ${lmtp}
  }
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
  mailbox Trash {
    auto = create
    special_use = \\Trash
  }
}
${isRoot ? '' : asOneself}`
}

const mailUser = (): { uid: number; gid: number } => {
  const id = (flag: string): number => Number(spawnSync('id', [flag, 'mail'], { encoding: 'utf8' }).stdout)
  return { uid: id('-u'), gid: id('-g') }
}

const makeCertificate = (home: string): void => {
  const { status, stderr } = spawnSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost']
      .concat('-addext', 'subjectAltName=DNS:localhost')
      .concat('-keyout', join(home, 'key.pem'), '-out', join(home, 'certificate.pem')),
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`openssl made no certificate.\n${stderr}`)
}

const freePorts = async (count: number): Promise<number[]> => {
  const ports: number[] = []
  for (let port = 20_000 + (process.pid % 20_000); ports.length < count; port++)
    if (await isFree(port)) ports.push(port)
  return ports
}

const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const done = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('data', () => done(true))
    socket.once('error', () => done(false))
    socket.setTimeout(1000, () => done(false))
  })
