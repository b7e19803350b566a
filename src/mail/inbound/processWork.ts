import type { Work, WorkContext } from '../../core/part.js'
import { readMailbox } from '../mailboxes.js'
import { uncount } from './failing.js'
import { waitingMailboxes } from './journal.js'
import { closeParsers } from './parsers.js'
import { processMailbox } from './processMailbox.js'

const atOnce = 2

const run = async ({ payload, signal, workerId, wake }: WorkContext): Promise<{ more: boolean }> => {
  await uncount(payload, [])
  const waiting = await waitingMailboxes(payload)
  const faults: unknown[] = []
  let more = false
  const next = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined && !signal.aborted; id = waiting.shift()) {
      try {
        const mailbox = await readMailbox(payload, id)
        if (mailbox && (await processMailbox({ payload, mailbox, workerId, signal }))) more = true
      } catch (error) {
        faults.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  if (more) wake('mail.deliver')
  if (faults.length) throw faults[0]
  return { more }
}

/** Gives every mail of the journal its verdict, some batches of each mailbox at a time. */
export const processWork = (): Work => ({
  name: 'mail.process',
  everyMs: 5000,
  wakesOn: ['journal'],
  run,
  watch:
    async ({ payload }) =>
    () =>
      closeParsers(payload),
})
