import { createLocalReq, type Payload } from 'payload'
import { clearProblem, noteProblem } from '../../operations/sendProblem.js'
import type { MailboxConfig } from '../mailboxes.js'
import type { MailSource } from '../sources/source.js'
import { toRaw } from '../transports/mime.js'
import type { OutgoingMail } from '../transports/transport.js'

export type SentCopy = {
  mail: OutgoingMail
  /** The bytes that were sent, where the transport made them. */
  raw: Buffer | undefined
}

/** Puts copies of what one mailbox sends into its account's Sent folder. */
export type SentCopies = {
  /**
   * Where the mailbox wants one. The mail has left: a copy that fails is noted at the mailbox until one works or none
   * is wanted, and nothing is sent again.
   */
  save: (copy: SentCopy) => Promise<void>
  close: () => Promise<void>
}

/**
 * Over one connection, opened for the first copy. Where that cannot be done it is not tried again for the next mail:
 * providers lock accounts that knock too often.
 */
export const sentCopies = (payload: Payload, mailbox: MailboxConfig): SentCopies => {
  let opening: Promise<MailSource> | undefined
  const open = async (): Promise<MailSource> => {
    const { openImap } = await import('../sources/imap.js')
    return openImap({ payload, login: mailbox.receive })
  }
  const connected = async (): Promise<MailSource> => {
    const before = opening
    if (before && !(await before).isUsable() && opening === before) opening = undefined
    opening ??= open()
    return opening
  }
  return {
    save: async ({ mail, raw }) => {
      const req = await createLocalReq({}, payload)
      const problem = { req, mailbox: mailbox.id, code: 'sentCopy' as const }
      if (!mailbox.send.saveSent || mailbox.receive.kind !== 'imap') return clearProblem(problem)
      try {
        const source = await connected()
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
      }
    },
    close: async () => {
      // One that never opened has been noted.
      const source = await opening?.catch(() => undefined)
      await source?.close()
    },
  }
}
