import type { Payload } from 'payload'
import type { MailboxConfig } from '../mailboxes.js'
import { openImap } from './imap.js'
import type { MailSource } from './source.js'

type Kept = { fingerprint: string; source: MailSource }

const kept = new WeakMap<Payload, Map<string, Kept>>()

const keptOf = (payload: Payload): Map<string, Kept> => {
  let found = kept.get(payload)
  if (!found) {
    found = new Map()
    kept.set(payload, found)
  }
  return found
}

const fingerprintOf = ({ receive }: MailboxConfig): string => {
  const { host, port, security, user, secret, folder } = receive
  return JSON.stringify([host, port, security, user, secret, folder])
}

/** Ends the connection that this process keeps to a mailbox. */
export const dropConnection = async (payload: Payload, mailbox: MailboxConfig['id']): Promise<void> => {
  const connections = keptOf(payload)
  const found = connections.get(String(mailbox))
  connections.delete(String(mailbox))
  await found?.source.close()
}

export type WithSourceArgs<T> = {
  payload: Payload
  mailbox: MailboxConfig
  /**
   * Called when the server has news or the kept connection is lost; without it the connection ends with the work.
   */
  onNews?: (news: 'mail' | 'lost') => void
  work: (source: MailSource) => Promise<T>
}

/**
 * Does something with a mailbox's server, over the connection that is kept where there is one. It is kept afterwards
 * where somebody wants the server's news, so that a mail is fetched over the connection that announced it.
 */
export const withSource = async <T>(args: WithSourceArgs<T>): Promise<T> => {
  const { payload, mailbox, onNews, work } = args
  const key = String(mailbox.id)
  const fingerprint = fingerprintOf(mailbox)
  const connections = keptOf(payload)
  const found = connections.get(key)
  if (found && (found.fingerprint !== fingerprint || !found.source.isUsable() || !onNews)) {
    await dropConnection(payload, mailbox.id)
  }
  let source = connections.get(key)?.source
  if (!source) {
    source = await openImap({ payload, login: mailbox.receive, push: Boolean(onNews) })
    if (onNews) {
      const own = source
      connections.set(key, { fingerprint, source: own })
      own.onChange((change) => {
        if (connections.get(key)?.source !== own) return
        if (change === 'lost') connections.delete(key)
        onNews(change)
      })
    }
  }
  try {
    return await work(source)
  } catch (error) {
    // A connection after a fault may be in the middle of anything.
    if (connections.get(key)?.source === source) await dropConnection(payload, mailbox.id)
    throw error
  } finally {
    if (!onNews) await source.close()
  }
}
