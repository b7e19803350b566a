import { type Account, type ImapSide, startImap } from './imap.js'
import { type Envelope, type SmtpHooks, startSmtp } from './smtp.js'
import { diskStore, memoryStore } from './store.js'

export type { Account } from './imap.js'
export type { Envelope, SmtpFault, SmtpHooks } from './smtp.js'

/** A mail that somebody received. */
export type ReceivedMail = {
  uid: number
  /** The mail's bytes. */
  raw: Buffer
  /** The same, read as UTF-8. */
  text: string
  receivedAt: Date
}

/** A mail server on the loopback address: what it accepts by SMTP lies in the recipient's INBOX. */
export type MailServer = {
  imap: { host: string; port: number }
  smtp: { host: string; port: number }
  /** Faults that the SMTP side shows; set or delete them at any time. */
  faults: SmtpHooks
  /** Every mail that the SMTP side was given, accepted or not. */
  submissions: { raw: Buffer; envelope: Envelope; at: Date }[]
  /** Puts these very bytes into a folder, the INBOX unless told otherwise. */
  deliver: (args: { to: string; raw: string | Buffer; date?: Date; folder?: string }) => number
  /** The mails in somebody's INBOX, oldest first; for a customer all that were sent to them. */
  mailbox: (address: string, folder?: string) => ReceivedMail[]
  /** Waits for a mail that fulfils the condition, the ones already there included. */
  waitFor: (
    address: string,
    condition?: (mail: ReceivedMail) => boolean,
    timeoutMs?: number,
  ) => Promise<ReceivedMail>
  /** Everybody who has mail here. */
  addresses: () => string[]
  addAccount: (account: Account) => void
  changeUidValidity: (address: string) => void
  /** Throws all mail away. */
  clear: () => void
  /** Ends the IMAP connections that are open now. */
  disconnect: () => void
  close: () => Promise<void>
}

export type MailServerArgs = {
  accounts?: Account[]
  imapPort?: number
  smtpPort?: number
  /** Where mail is kept from one start to the next; in memory only when not given. */
  folder?: string
}

const host = '127.0.0.1'

/** Starts it. An address with a plus (`help+x@…`) is delivered to the account without it. */
export const startMailServer = async (args: MailServerArgs = {}): Promise<MailServer> => {
  const { accounts = [], imapPort, smtpPort, folder } = args
  const passwords = new Map<string, string | undefined>()
  const remember = ({ address, password }: Account): void => void passwords.set(address, password)
  accounts.forEach(remember)

  const imap = await startImap({
    accounts: accounts.map((account) => ({ ...account, address: accountOf(account.address) })),
    store: folder ? diskStore(folder) : memoryStore(),
    port: imapPort,
  })
  const waiting = new Set<() => void>()
  const submissions: MailServer['submissions'] = []

  const append = (args: { to: string; raw: Buffer; date?: Date; folder?: string }): number => {
    const { to, raw, ...rest } = args
    const uid = imap.append({ address: accountOf(to), raw: raw.toString('latin1'), ...rest })
    for (const look of [...waiting]) look()
    return uid
  }

  const smtp = await startSmtp({
    port: smtpPort,
    passwordOf: (address) => passwords.get(address),
    accept: (raw, envelope) => {
      for (const to of envelope.to)
        append({ to, raw: Buffer.concat([Buffer.from(trace(envelope, to)), raw]) })
    },
  }).catch(async (error: unknown) => {
    await imap.close()
    throw error
  })

  const faults: SmtpHooks = {}
  smtp.hooks.onConnect = () => faults.onConnect?.()
  smtp.hooks.onRcpt = (address, envelope) => faults.onRcpt?.(address, envelope)
  smtp.hooks.onData = (raw, envelope) => {
    submissions.push({ raw, envelope, at: new Date() })
    return faults.onData?.(raw, envelope)
  }

  const mailbox = (address: string, path?: string): ReceivedMail[] => received(imap, accountOf(address), path)

  return {
    imap: { host, port: imap.port },
    smtp: { host, port: smtp.port },
    faults,
    submissions,
    deliver: (mail) => append({ ...mail, raw: withLineEnds(Buffer.from(mail.raw)) }),
    mailbox,
    waitFor: (address, condition = () => true, timeoutMs = 10_000) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = mailbox(address).find(condition)
          if (!found) return
          end()
          resolve(found)
        }
        const timer = setTimeout(() => {
          end()
          reject(new Error(`${address} has not received that mail within ${timeoutMs} ms.`))
        }, timeoutMs)
        const end = (): void => {
          clearTimeout(timer)
          waiting.delete(look)
        }
        waiting.add(look)
        look()
      }),
    addresses: imap.addresses,
    addAccount: (account) => {
      remember(account)
      imap.add(account)
    },
    changeUidValidity: (address) => imap.changeUidValidity(accountOf(address)),
    clear: imap.clear,
    disconnect: imap.disconnect,
    close: async () => {
      await Promise.all([imap.close(), smtp.close()])
    },
  }
}

const received = (imap: ImapSide, address: string, path?: string): ReceivedMail[] =>
  (imap.folder(address, path)?.messages ?? []).map(({ uid, raw, internaldate }) => {
    const bytes = Buffer.from(raw, 'latin1')
    return {
      uid,
      raw: bytes,
      text: bytes.toString('utf8'),
      receivedAt: new Date(internaldate.replace(/-/g, ' ')),
    }
  })

/** `Help+key@Acme.test` is an address of the account `help@acme.test`. */
const accountOf = (address: string): string => {
  const at = address.lastIndexOf('@')
  return `${address.slice(0, at).split('+')[0]}${address.slice(at)}`.toLowerCase()
}

/** The lines that a mail server adds on delivery. */
const trace = ({ from }: Envelope, to: string): string =>
  [
    `Return-Path: <${from}>`,
    `Delivered-To: ${to}`,
    `Received: from localhost by mail.acme.test with ESMTP; ${new Date().toUTCString().replace('GMT', '+0000')}`,
    '',
  ].join('\r\n')

const withLineEnds = (raw: Buffer): Buffer =>
  Buffer.from(raw.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1')
