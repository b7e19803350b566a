import type { FetchMessageObject, ImapFlow, ImapFlowError, ImapFlowOptions } from 'imapflow'
import type { Payload } from 'payload'
import { getHelpdesk } from '../../core/config.js'
import { MailError } from '../../core/errors.js'
import { resolveHost } from '../host.js'
import { type MailLogin, passwordOf } from '../mailboxes.js'
import { beginningOf, firstTextPart } from './beginning.js'
import { mailErrorOf } from './imapError.js'
import type { FetchResult, MailSource, Sighting } from './source.js'

const commandMs = 30_000
const connectMs = 20_000
// The slowest connection that is still waited for while a mail comes in.
const slowestBytesPerMs = 10
const headerBytes = 256 * 1024
const textBytes = 256 * 1024

export type OpenArgs = {
  payload: Payload
  login: MailLogin
  /** The largest mail that will be fetched, in bytes; more than that from the server ends the connection. */
  maxBytes?: number
  /** Whether the server should push news while the connection rests (IDLE). */
  push?: boolean
}

/**
 * Connects and signs in by IMAP. Nothing is sent before the connection is as secure as the mailbox says: TLS or
 * STARTTLS never fall back to plain text. Throws `MailError` (`auth`, `connect`, `tls`, `timeout`, `throttled`,
 * `needsPassword`, `privateHost`).
 */
export const openImap = async ({ payload, login, maxBytes, push }: OpenArgs): Promise<MailSource> => {
  const { mailboxes, mail } = getHelpdesk(payload)
  const pass = passwordOf(payload, login)
  const { address, servername } = await resolveHost({
    host: login.host,
    allowPrivate: mailboxes.allowPrivateHosts,
  })
  // Servers count line ends differently: RFC822.SIZE is a little off at some.
  const limit = Math.ceil((maxBytes ?? mail.maxMessageSize) * 1.1) + 1024 * 1024
  const options: ImapFlowOptions = {
    host: address,
    port: login.port ?? (login.security === 'tls' ? 993 : 143),
    ...(servername === address ? {} : { servername }),
    secure: login.security === 'tls',
    ...(login.security === 'tls' ? {} : { doSTARTTLS: login.security === 'starttls' }),
    auth: { user: login.user, pass },
    logger: false,
    clientInfo: { name: 'payload-helpdesk' },
    disableCompression: true,
    disableAutoIdle: !push,
    autoIdleDelay: 200,
    // IDLE is renewed this often, so a connection that died without a word is noticed.
    maxIdleTime: 4 * 60_000,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: 60_000,
    maxLiteralSize: limit,
    maxResponseSize: limit * 2,
    maxLineLength: 32 * 1024 * 1024,
  }
  const { ImapFlow: Client } = await import('imapflow')
  const client = new Client(options)
  // Without a listener Node ends the process.
  client.on('error', (error) => faults.set(client, faults.get(client) ?? error))
  try {
    await within(client, { ms: connectMs * 2, work: client.connect() })
  } catch (error) {
    client.close()
    throw error
  }
  return sourceOf(client)
}

/** Why a connection broke, of which its commands only say that it did. */
const faults = new WeakMap<ImapFlow, unknown>()

type Timed<T> = { ms: number; work: Promise<T> }

const within = async <T>(client: ImapFlow, { ms, work }: Timed<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new MailError('The server did not answer in time.', { retry: true, code: 'timeout' }))
      client.close()
    }, ms)
  })
  try {
    return await Promise.race([work, late])
  } catch (error) {
    const isSilent = (error as { code?: string }).code === 'NoConnection' && !(error as ImapFlowError).reason
    throw mailErrorOf((isSilent && faults.get(client)) || error)
  } finally {
    clearTimeout(timer)
  }
}

/** `1,2,3,7` → `1:3,7`: servers limit the length of a command. */
const rangeOf = (uids: readonly number[]): string => {
  const ranges: string[] = []
  let start = 0
  for (let i = 1; i <= uids.length; i++) {
    if (i < uids.length && uids[i] === uids[i - 1]! + 1) continue
    ranges.push(start === i - 1 ? String(uids[start]) : `${uids[start]}:${uids[i - 1]}`)
    start = i
  }
  return ranges.join(',')
}

const dateOf = (value: Date | string | undefined): string | null => {
  const date = value === undefined ? null : new Date(value)
  return date && !Number.isNaN(date.getTime()) ? date.toISOString() : null
}

const sourceOf = (client: ImapFlow): MailSource => {
  const run = <T>(work: Promise<T>, ms = commandMs) => within(client, { ms, work })
  const search = async (query: Parameters<ImapFlow['search']>[0]): Promise<number[]> => {
    const found = await run(client.search(query, { uid: true }))
    if (!found) throw new MailError('The server refused to search.', { retry: true, code: 'refused' })
    return found
  }

  const fetch = async (sightings: Sighting[]): Promise<FetchResult> => {
    const mails = new Map<number, Buffer>()
    const wanted = new Set(sightings.map(({ uid }) => uid))
    const bytes = sightings.reduce((sum, { size }) => sum + size, 0)
    const read = async () => {
      const messages = client.fetch(rangeOf([...wanted]), { uid: true, source: true }, { uid: true })
      for await (const { uid, source } of messages) {
        // An empty body is what a failing server sends for a mail it cannot read.
        if (wanted.has(uid) && source?.length) mails.set(uid, source)
      }
    }
    try {
      await run(read(), commandMs + bytes / slowestBytesPerMs)
      return { mails }
    } catch (error) {
      return { mails, error }
    }
  }

  const fetchBeginning = async (uid: number): Promise<Buffer | null> => {
    const one = (query: Parameters<ImapFlow['fetchOne']>[1]): Promise<FetchMessageObject | false> =>
      run(client.fetchOne(String(uid), query, { uid: true }))
    const head = await one({
      uid: true,
      bodyStructure: true,
      bodyParts: [{ key: 'header', start: 0, maxLength: headerBytes }],
    })
    const headers = head ? (head.bodyParts?.get('header') ?? head.headers) : undefined
    if (!head || !headers) return null
    const part = head.bodyStructure ? firstTextPart(head.bodyStructure) : null
    const key = part ? (part.part ?? '1') : null
    const text = key ? await one({ uid: true, bodyParts: [{ key, start: 0, maxLength: textBytes }] }) : false
    const body = (text && key && text.bodyParts?.get(key)) || Buffer.alloc(0)
    return beginningOf({ headers, part, body })
  }

  return {
    open: async (folder) => {
      const opened = await run(client.mailboxOpen(folder))
      return {
        uidValidity: Number(opened.uidValidity),
        uidNext: opened.uidNext,
        readOnly: opened.readOnly ?? false,
      }
    },
    // `n:*` names the last mail even where its UID is lower.
    uidsFrom: async (uid) =>
      (await search({ uid: `${uid}:*` })).filter((found) => found >= uid).sort((a, b) => a - b),
    present: async (uids) => new Set(uids.length ? await search({ uid: rangeOf(uids) }) : []),
    look: async (uids) => {
      if (!uids.length) return []
      const query = { uid: true, size: true, internalDate: true }
      const found = await run(client.fetchAll(rangeOf(uids), query, { uid: true }))
      const byUid = new Map(found.filter(({ size }) => size !== undefined).map((mail) => [mail.uid, mail]))
      return uids.flatMap((uid) => {
        const mail = byUid.get(uid)
        return mail ? [{ uid, size: mail.size!, internalDate: dateOf(mail.internalDate) }] : []
      })
    },
    fetch,
    fetchBeginning,
    findMessageId: (messageId) => search({ header: { 'message-id': messageId.replace(/^<|>$/g, '') } }),
    markSeen: async (uids) => {
      const done = await run(client.messageFlagsAdd(rangeOf(uids), ['\\Seen'], { uid: true }))
      if (!done)
        throw new MailError('The server refused to mark mail as read.', { retry: true, code: 'folder' })
    },
    move: async (uids, folder) => {
      const done = await run(client.messageMove(rangeOf(uids), folder, { uid: true }))
      if (!done) throw new MailError(`Mail cannot be moved to "${folder}".`, { retry: true, code: 'folder' })
    },
    append: async ({ folder, raw, flags, date }) => {
      const path = folder || (await run(sentFolder(client)))
      const done = await run(
        client.append(path, raw, flags, date),
        commandMs + raw.length / slowestBytesPerMs,
      )
      if (!done)
        throw new MailError(`The server does not take mail into "${path}".`, { retry: true, code: 'folder' })
    },
    onChange: (listener) => {
      client.on('exists', () => listener('mail'))
      client.once('close', () => listener('lost'))
    },
    isUsable: () => client.usable && !client.isClosed,
    close: async () => {
      try {
        await within(client, { ms: 3000, work: client.logout() })
      } catch {
        // It is going away in any case.
      } finally {
        client.close()
      }
    },
  }
}

const sentFolder = async (client: ImapFlow): Promise<string> => {
  const folders = await client.list()
  return folders.find(({ specialUse }) => specialUse === '\\Sent')?.path ?? 'Sent'
}
