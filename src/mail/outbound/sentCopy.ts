import { createLocalReq, type Payload } from 'payload'
import type { MailboxConfig } from '../mailboxes.js'
import type { MailSource } from '../sources/source.js'
import { toRaw } from '../transports/mime.js'
import type { OutgoingMail } from '../transports/transport.js'
import { clearProblem, noteProblem } from './health.js'

export type SentCopyArgs = {
  payload: Payload
  mailbox: MailboxConfig
  mail: OutgoingMail
  /** The bytes that were sent, where the transport made them. */
  raw: Buffer | undefined
}

/**
 * Puts a copy into the account's Sent folder, where the mailbox wants one. The mail has left: a copy that fails is
 * noted at the mailbox until one works or none is wanted, and nothing is sent again.
 */
export const saveSentCopy = async ({ payload, mailbox, mail, raw }: SentCopyArgs): Promise<void> => {
  const req = await createLocalReq({}, payload)
  const problem = { req, mailbox: mailbox.id, code: 'sentCopy' as const }
  if (!mailbox.send.saveSent || mailbox.receive.kind !== 'imap') return clearProblem(problem)
  let source: MailSource | undefined
  try {
    const { openImap } = await import('../sources/imap.js')
    source = await openImap({ payload, login: mailbox.receive })
    await source.append({
      folder: mailbox.send.sentFolder,
      raw: raw ?? (await toRaw(mail)),
      flags: ['\\Seen'],
      date: new Date(mail.date),
    })
    await clearProblem(problem)
  } catch (error) {
    await noteProblem({
      ...problem,
      error: `Mail leaves, but no copy could be put into the Sent folder: ${(error as Error).message}`,
    })
  } finally {
    await source?.close().catch(() => {})
  }
}
