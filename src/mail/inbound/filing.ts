import type { Payload } from 'payload'
import { now } from '../../core/clock.js'
import { MailError } from '../../core/errors.js'
import { failpoint } from '../../core/failpoint.js'
import type { Lease } from '../../core/lease.js'
import type { MailboxConfig } from '../mailboxes.js'
import type { MailSource } from '../sources/source.js'
import { entriesToFile, markFiled, type Place } from './journal.js'
import { clearWarning, recordWarning } from './mailboxState.js'

const againMs = 60 * 60_000

/**
 * Marks or moves the server's copies of mails whose verdict is stored, as the mailbox says. A refusal by the server
 * costs nothing but the marking: it is shown at the mailbox and tried again after an hour.
 */
export const fileMail = async (args: {
  payload: Payload
  mailbox: MailboxConfig
  lease: Lease
  source: MailSource
  place: Place
}): Promise<void> => {
  const { payload, mailbox, lease, source, place } = args
  const entries = await entriesToFile(payload, place)
  if (!entries.length) return
  const ids = entries.map(({ id }) => id)
  const uids = entries.map(({ uid }) => uid)
  const { afterwards, moveTo } = mailbox.receive
  try {
    failpoint('before-flag')
    if (afterwards === 'move' && moveTo) await source.move(uids, moveTo)
    else if (afterwards !== 'leave') await source.markSeen(uids)
    failpoint('after-flag')
    await markFiled({ payload, ids, again: null })
    await clearWarning({ payload, mailbox: mailbox.id, lease, code: 'filing' })
  } catch (error) {
    if (!(error instanceof MailError) || (error.code !== 'folder' && error.code !== 'refused')) throw error
    await markFiled({ payload, ids, again: new Date(now().getTime() + againMs) })
    await recordWarning({ payload, mailbox: mailbox.id, lease, code: 'filing', error: error.message })
  }
}
